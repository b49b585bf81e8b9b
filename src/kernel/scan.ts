// Values as they are plainly written: strings without escapes, numbers without sign and exponent.
import { CLOSE, COLON, COMMA, DOT, isDigit, LF, OPEN, QUOTE, skipSpace, SPACE, ZERO } from './bytes';

/** Digits of an integer that a double holds exactly, whatever they are. */
const EXACT_DIGITS: u32 = 15;

export const MAX_EVENT_S: i64 = 4_102_444_800;
const PRICE_LIMIT: f64 = 1e12;
const VOLUME_SCALE: u32 = 8;
const MAX_SYMBOL: usize = 64;

/** Powers of ten that a double holds exactly. */
const POWERS = memory.data<f64>([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]);
const WHOLE_POWERS = memory.data<u64>([1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000]);

// What the last number said: mantissa / 10 ** scale, as a price also that double, as a volume units + e8 / 1e8.
export let mantissa: u64 = 0;
export let scale: u32 = 0;
export let price: f64 = 0;
export let units: u64 = 0;
export let e8: u32 = 0;

// The last symbol.
export let symbolAt: usize = 0;
export let symbolSize: usize = 0;

/**
 * Reads the flat object on the line at `at`, and gives where its line break is; 0 where it is not plain, or not all of `needed` is
 * there. `fieldOf` gives the field that a key names, as one bit, or 0; `scanValue` gives what stands behind a field's value, or 0.
 */
export function scanObject(
  at: usize,
  needed: u32,
  fieldOf: (at: usize, size: usize) => u32,
  scanValue: (field: u32, at: usize) => usize,
): usize {
  at = skipSpace(at);
  if (load<u8>(at) !== OPEN) return 0;
  at = skipSpace(at + 1);
  let seen: u32 = 0;
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
    return load<u8>(at) === LF && (seen & needed) === needed ? at : 0;
  }
}

/** Where the string ends that begins at `at` behind its quote: at its other quote; 0 where it is not plain. */
export function stringEnd(at: usize): usize {
  while (true) {
    const byte: u32 = load<u8>(at);
    if (byte === QUOTE) return at;
    // Backslash, control characters (a line break is one), and what is not ASCII.
    if (byte === 0x5c || byte < SPACE || byte > 0x7e) return 0;
    at++;
  }
}

/** Whether a number goes on with this: it is then not a plain one. */
export function isNumberPart(byte: u32): bool {
  return byte === DOT || (byte | 0x20) === 0x65 || byte === 0x2d || byte === 0x2b;
}

/** Behind a number of at most 15 digits; 0 where there is none. */
export function scanNumber(at: usize): usize {
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
  mantissa = value;
  scale = fraction;
  return at;
}

export function scanSymbol(at: usize): usize {
  if (load<u8>(at) !== QUOTE) return 0;
  const end = stringEnd(at + 1);
  if (end === 0) return 0;
  symbolAt = at + 1;
  symbolSize = end - symbolAt;
  return symbolSize - 1 < MAX_SYMBOL ? end + 1 : 0;
}

export function scanPrice(at: usize): usize {
  at = scanNumber(at);
  if (at === 0) return 0;
  price = <f64>mantissa / load<f64>(POWERS + ((<usize>scale) << 3));
  return price < PRICE_LIMIT ? at : 0;
}

export function scanVolume(at: usize): usize {
  at = scanNumber(at);
  if (at === 0 || scale > VOLUME_SCALE) return 0;
  const power = load<u64>(WHOLE_POWERS + ((<usize>scale) << 3));
  units = mantissa / power;
  e8 = <u32>((mantissa % power) * load<u64>(WHOLE_POWERS + ((<usize>(VOLUME_SCALE - scale)) << 3)));
  return at;
}
