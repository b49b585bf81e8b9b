// One line into the fields of a tick. Takes the plain way to write one: keys in any order, spaces, strings without escapes, numbers
// without sign and exponent. Everything else is left to whoever knows all of JSON.
import { CLOSE, COLON, COMMA, CR, DOT, isDigit, LF, OPEN, QUOTE, skipSpace, SPACE, TAB, ZERO } from './bytes';

/** Digits of an integer that a double holds exactly, whatever they are. */
const EXACT_DIGITS: u32 = 15;

const MIN_EVENT_S: i64 = 94_694_400;
const MAX_EVENT_S: i64 = 4_102_444_800;
const PRICE_LIMIT: f64 = 1e12;
const VOLUME_SCALE: u32 = 8;
const MAX_SYMBOL: usize = 64;
const MAX_ID: usize = 64;

// What the last line said. The price is mantissa / 10 ** scale, the volume units + e8 / 1e8.
export let symbolAt: usize = 0;
export let symbolSize: usize = 0;
export let eventS: i64 = 0;
export let eventNs: u32 = 0;
export let price: f64 = 0;
export let mantissa: i64 = 0;
export let scale: u32 = 0;
export let units: u64 = 0;
export let e8: u32 = 0;
/** 0 where there is no trade id. */
export let idAt: usize = 0;
export let idSize: usize = 0;

/** Powers of ten that a double holds exactly. */
const POWERS = memory.data<f64>([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]);
const WHOLE_POWERS = memory.data<u64>([1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000]);

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

/** Where the string ends that begins at `at` behind its quote: at its other quote; 0 where it is not plain. */
function stringEnd(at: usize): usize {
  while (true) {
    const byte: u32 = load<u8>(at);
    if (byte === QUOTE) return at;
    // Backslash, control characters (a line break is one), and what is not ASCII.
    if (byte === 0x5c || byte < SPACE || byte > 0x7e) return 0;
    at++;
  }
}

/** Where the line break is behind the object of a line [at, …) that was taken; 0 where it is not plain. */
export function scanTick(at: usize): usize {
  at = skipSpace(at);
  if (load<u8>(at) !== OPEN) return 0;
  at = skipSpace(at + 1);
  let seen: u32 = 0;
  idAt = 0;
  while (true) {
    if (load<u8>(at) !== QUOTE) return 0;
    const key = at + 1;
    at = stringEnd(key);
    if (at === 0) return 0;
    const field = fieldOf(key, at - key);
    if (field === 0) return 0;
    // Of keys that come twice the last one counts.
    seen |= field;
    at = skipSpace(at + 1);
    if (load<u8>(at) !== COLON) return 0;
    at = skipSpace(at + 1);
    at = scanValue(field, at);
    if (at === 0) return 0;
    at = skipSpace(at);
    const byte: u32 = load<u8>(at);
    if (byte === COMMA) {
      at = skipSpace(at + 1);
      continue;
    }
    if (byte !== CLOSE) return 0;
    at = skipSpace(at + 1);
    return load<u8>(at) === LF && (seen & NEEDED) === NEEDED ? at : 0;
  }
}

/** Behind the value of a field; 0 where it is not plain or out of bounds. */
function scanValue(field: u32, at: usize): usize {
  if (field === EVENT_TS) return scanTime(at);
  if (field === LTP) return scanPrice(at);
  if (field === VOL) return scanVolume(at);
  if (field === SYMBOL) {
    if (load<u8>(at) !== QUOTE) return 0;
    const end = stringEnd(at + 1);
    if (end === 0) return 0;
    symbolAt = at + 1;
    symbolSize = end - symbolAt;
    return symbolSize - 1 < MAX_SYMBOL ? end + 1 : 0;
  }
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

let numberMantissa: u64 = 0;
let numberScale: u32 = 0;

/** Behind a number of at most 15 digits without sign and exponent. */
function scanNumber(at: usize): usize {
  const start = at;
  let value: u64 = 0;
  let byte: u32 = load<u8>(at);
  const isZero = byte === ZERO;
  while (isDigit(byte)) {
    value = value * 10 + (byte - ZERO);
    byte = load<u8>(++at);
  }
  const whole = <u32>(at - start);
  if (whole === 0 || (isZero && whole > 1)) return 0;
  let fraction: u32 = 0;
  if (byte === DOT) {
    const point = at;
    byte = load<u8>(++at);
    while (isDigit(byte)) {
      value = value * 10 + (byte - ZERO);
      byte = load<u8>(++at);
    }
    fraction = <u32>(at - point - 1);
    if (fraction === 0) return 0;
  }
  if (whole + fraction > EXACT_DIGITS || isNumberPart(byte)) return 0;
  numberMantissa = value;
  numberScale = fraction;
  return at;
}

/** Whether a number goes on with this: it is then not a plain one. */
function isNumberPart(byte: u32): bool {
  return byte === DOT || (byte | 0x20) === 0x65 || byte === 0x2d || byte === 0x2b;
}

function scanPrice(at: usize): usize {
  at = scanNumber(at);
  if (at === 0) return 0;
  mantissa = <i64>numberMantissa;
  scale = numberScale;
  price = <f64>numberMantissa / load<f64>(POWERS + ((<usize>numberScale) << 3));
  return price < PRICE_LIMIT ? at : 0;
}

function scanVolume(at: usize): usize {
  at = scanNumber(at);
  if (at === 0 || numberScale > VOLUME_SCALE) return 0;
  const power = load<u64>(WHOLE_POWERS + ((<usize>numberScale) << 3));
  units = numberMantissa / power;
  e8 = <u32>((numberMantissa % power) * load<u64>(WHOLE_POWERS + ((<usize>(VOLUME_SCALE - numberScale)) << 3)));
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
