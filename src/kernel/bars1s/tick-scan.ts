// One line into the fields of a tick. Takes the plain way to write one: keys in any order, spaces, strings without escapes, numbers
// without sign and exponent. Everything else is left to whoever knows all of JSON.
import { isDigit, QUOTE, ZERO } from '../bytes';
import {
  isNumberPart,
  mantissa,
  MAX_EVENT_S,
  price,
  scale,
  scanObject,
  scanPrice,
  scanSymbol,
  scanVolume,
  stringEnd,
} from '../scan';

const MIN_EVENT_S: i64 = 94_694_400;
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

/** Which field the key [at, at + size) names; 0 for none. */
function fieldOf(at: usize, size: usize): u32 {
  if (size === 3) {
    const text = load<u32>(at) & 0xffffff;
    return text === 0x70746c ? LTP : text === 0x6c6f76 ? VOL : 0;
  }
  if (size === 6) return (load<u64>(at) & 0xffffffffffff) === 0x6c6f626d7973 ? SYMBOL : 0;
  if (size === 8) {
    const text = load<u64>(at);
    return text === 0x73745f746e657665 ? EVENT_TS : text === 0x64695f6564617274 ? TRADE_ID : 0;
  }
  return size === 4 && load<u32>(at) === 0x65646973 ? SIDE : 0;
}

/** Where the line break is behind the object of a line [at, …) that was taken; 0 where it is not plain. */
export function scanTick(at: usize): usize {
  idAt = 0;
  return scanObject(at, NEEDED, fieldOf, scanValue);
}

/** Behind the value of a field; 0 where it is not plain or out of bounds. */
function scanValue(field: u32, at: usize): usize {
  if (field === EVENT_TS) return scanTime(at);
  if (field === LTP) return scanTickPrice(at);
  if (field === VOL) return scanVolume(at);
  if (field === SYMBOL) return scanSymbol(at);
  return field === TRADE_ID ? scanId(at) : scanSide(at);
}

/** 17 to 19 digits of ns since the epoch. */
function scanTime(at: usize): usize {
  const start = at;
  let value: u64 = 0;
  let byte: u32 = load<u8>(at);
  if (byte === ZERO) return 0;
  while (isDigit(byte)) {
    value = value * 10 + (byte - ZERO);
    byte = load<u8>(++at);
  }
  const size = at - start;
  if (size < 17 || size > 19) return 0;
  eventS = <i64>(value / 1_000_000_000);
  eventNs = <u32>(value % 1_000_000_000);
  return eventS >= MIN_EVENT_S && eventS < MAX_EVENT_S && !isNumberPart(byte) ? at : 0;
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
