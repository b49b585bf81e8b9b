// One line into the fields of a tick. Takes the plain way to write one: keys in any order, spaces, strings without escapes, numbers
// without sign and exponent. Everything else is left to whoever knows all of JSON.
import { isDigit, QUOTE, ZERO } from '../bytes';
import {
  isNumberPart,
  mantissa,
  MAX_EVENT_S,
  MIN_EVENT_S,
  price,
  scale,
  scanObject,
  scanPrice,
  scanSymbol,
  scanVolume,
  stringEnd,
} from '../scan';
import { digitsIn, numberIn, powerOf } from '../words';

const MAX_ID: usize = 64;

// What the last line said. The price is ltpMantissa / 10 ** ltpScale; symbol and volume are where `scan` has them.
export let eventS: i64 = 0;
export let eventNs: u32 = 0;
export let ltp: f64 = 0;
export let ltpMantissa: i64 = 0;
export let ltpScale: u32 = 0;
/** 0 where there is no trade id. */
export let idAt: usize = 0;
export let idSize: usize = 0;

const SYMBOL: u32 = 1;
const EVENT_TS: u32 = 2;
const LTP: u32 = 4;
const VOL: u32 = 8;
const TRADE_ID: u32 = 16;
const SIDE: u32 = 32;
const NEEDED: u32 = SYMBOL | EVENT_TS | LTP | VOL;

/** See `scanObject`. */
class TickFields {
  @inline
  keyAt(at: usize): u32 {
    const text = load<u64>(at);
    if ((text & 0xffffffffffffff) === 0x226c6f626d7973) return SYMBOL | (6 << 16);
    if (<u32>text === 0x2270746c) return LTP | (3 << 16);
    if (<u32>text === 0x226c6f76) return VOL | (3 << 16);
    if ((text & 0xffffffffff) === 0x2265646973) return SIDE | (4 << 16);
    if (load<u8>(at, 8) !== QUOTE) return 0;
    return text === 0x73745f746e657665 ? EVENT_TS | (8 << 16) : text === 0x64695f6564617274 ? TRADE_ID | (8 << 16) : 0;
  }

  @inline
  scanValue(field: u32, at: usize): usize {
    if (field === SYMBOL) return scanSymbol(at);
    if (field === EVENT_TS) return scanTime(at);
    if (field === LTP) return scanTickPrice(at);
    if (field === VOL) return scanVolume(at);
    return field === TRADE_ID ? scanId(at) : scanSide(at);
  }
}

/** Where the line break is behind the object of a line [at, …) that was taken; 0 where it is not plain. */
export function scanTick(at: usize): usize {
  idAt = 0;
  return scanObject<TickFields>(at, NEEDED);
}

/** 17 to 19 digits of ns since the epoch: of the seconds, and nine of what is below. */
function scanTime(at: usize): usize {
  const first = load<u64>(at);
  if (load<u8>(at) === ZERO || digitsIn(first) < 8 || digitsIn(load<u64>(at, 8)) < 8) return 0;
  const rest = digitsIn(load<u64>(at, 16));
  if (rest - 1 > 2) return 0;
  const end = at + 16 + <usize>rest;
  const seconds = rest - 1;
  eventS = <i64>numberIn(first, 8);
  if (seconds !== 0) eventS = eventS * <i64>powerOf(seconds) + <i64>numberIn(load<u64>(at, 8), seconds);
  eventNs = (<u32>load<u8>(end - 9) - ZERO) * 100_000_000 + <u32>numberIn(load<u64>(end - 8), 8);
  return eventS >= MIN_EVENT_S && eventS < MAX_EVENT_S && !isNumberPart(load<u8>(end)) ? end : 0;
}

function scanTickPrice(at: usize): usize {
  at = scanPrice(at);
  ltp = price;
  ltpMantissa = <i64>mantissa;
  ltpScale = scale;
  return at;
}

/** A string, or an integer, which stands for the string of its digits. */
function scanId(at: usize): usize {
  let end: usize;
  if (load<u8>(at) === QUOTE) {
    idAt = at + 1;
    end = stringEnd(idAt);
    if (end === 0) return 0;
    idSize = end - idAt;
    end++;
  } else {
    idAt = at;
    end = at;
    while (isDigit(load<u8>(end))) end++;
    idSize = end - at;
    if (load<u8>(at) === ZERO || isNumberPart(load<u8>(end))) return 0;
  }
  return idSize - 1 < MAX_ID ? end : 0;
}

function scanSide(at: usize): usize {
  // "buy" and "sell" with their quotes.
  if (load<u32>(at) === 0x79756222 && load<u8>(at + 4) === QUOTE) return at + 5;
  if (load<u32>(at) === 0x6c657322 && load<u16>(at + 4) === 0x226c) return at + 6;
  return 0;
}
