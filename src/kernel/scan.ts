// Values as they are plainly written: strings without escapes, numbers without sign and exponent.
import { CLOSE, COLON, COMMA, DOT, LF, OPEN, QUOTE, skipSpace, SPACE, ZERO } from './bytes';
import { digits, digitsAt, powerOf, stopIn } from './words';

/** Digits of an integer that a double holds exactly, whatever they are. */
const EXACT_DIGITS: u32 = 15;

export const MIN_EVENT_S: i64 = 94_694_400;
export const MAX_EVENT_S: i64 = 4_102_444_800;
const PRICE_LIMIT: f64 = 1e12;
const VOLUME_SCALE: u32 = 8;
const MAX_SYMBOL: usize = 64;

/** Powers of ten that a double holds exactly. */
const POWERS = memory.data<f64>([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]);

// What the last number said: whole + fraction / 10 ** scale; a price is mantissa / 10 ** scale, and that as a double; a volume is
// units + e8 / 1e8.
export let whole: u64 = 0;
export let scale: u32 = 0;
let fraction: u64 = 0;
export let mantissa: u64 = 0;
export let price: f64 = 0;
export let units: u64 = 0;
export let e8: u32 = 0;

// The last symbol.
export let symbolAt: usize = 0;
export let symbolSize: usize = 0;

/** There is nothing between the tokens of a line. */
class Tight {
  @inline
  past(at: usize): usize {
    return at;
  }
}

const SPACES: u64 = 0x2020202020202020;

/** There may be blanks between them. */
class Loose {
  /** Without a branch for each: how many there are cannot be foreseen. */
  @inline
  past(at: usize): usize {
    const from = at;
    at += (<usize>ctz(load<u64>(at) ^ SPACES)) >>> 3;
    if (load<u8>(at) <= SPACE) at = skipSpace(at);
    blanks |= at - from;
    return at;
  }
}

/** Not 0: there were blanks on the last line, and there will be some on the next one. */
let blanks: usize = 0;

/**
 * Reads the flat object on the line at `at`, and gives where its line break is; 0 where it is not plain, or not all of `needed` is
 * there. Of `F`, which has no fields, `keyAt` gives the field that the key at a place names, as one bit, and the key's size times
 * 65,536; 0 where it names none; `scanValue` gives what stands behind the value of a field, 0 where that is not plain.
 */
export function scanObject<F>(at: usize, needed: u32): usize {
  if (blanks === 0) {
    const end = scanSpaced<F, Tight>(at, needed);
    if (end !== 0) return end;
  }
  blanks = 0;
  return scanSpaced<F, Loose>(at, needed);
}

/** `S`: `Tight` or `Loose`. */
function scanSpaced<F, S>(at: usize, needed: u32): usize {
  const fields = changetype<F>(0);
  const spaces = changetype<S>(0);
  at = spaces.past(at);
  if (load<u8>(at) !== OPEN) return 0;
  at = spaces.past(at + 1);
  let seen: u32 = 0;
  while (true) {
    if (load<u8>(at) !== QUOTE) return 0;
    const key: u32 = fields.keyAt(at + 1);
    if (key === 0) return 0;
    const field = key & 0xffff;
    // Of keys that come twice the last one counts.
    seen |= field;
    at = spaces.past(at + 2 + <usize>(key >>> 16));
    if (load<u8>(at) !== COLON) return 0;
    at = spaces.past(at + 1);
    at = fields.scanValue(field, at);
    if (at === 0) return 0;
    at = spaces.past(at);
    const byte: u32 = load<u8>(at);
    if (byte === COMMA) {
      at = spaces.past(at + 1);
      continue;
    }
    if (byte !== CLOSE) return 0;
    at = spaces.past(at + 1);
    return load<u8>(at) === LF && (seen & needed) === needed ? at : 0;
  }
}

/** Where the string ends that begins at `at` behind its quote: at its other quote; 0 where it is not plain. */
export function stringEnd(at: usize): usize {
  const end = stopIn(at);
  return load<u8>(end) === QUOTE ? end : 0;
}

/** Whether a number goes on with this: it is then not a plain one. */
export function isNumberPart(byte: u32): bool {
  return byte === DOT || (byte | 0x20) === 0x65 || byte === 0x2d || byte === 0x2b;
}

/** Behind a number of at most 15 digits; 0 where there is none. */
export function scanNumber(at: usize): usize {
  const size = digitsAt(at);
  if (size === 0 || (size > 1 && load<u8>(at) === ZERO)) return 0;
  whole = digits;
  fraction = 0;
  scale = 0;
  at += size;
  if (load<u8>(at) === DOT) {
    scale = digitsAt(at + 1);
    if (scale === 0) return 0;
    fraction = digits;
    at += 1 + <usize>scale;
  }
  return size + scale > EXACT_DIGITS || isNumberPart(load<u8>(at)) ? 0 : at;
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
  mantissa = whole * powerOf(scale) + fraction;
  price = <f64>mantissa / load<f64>(POWERS + ((<usize>scale) << 3));
  return price < PRICE_LIMIT ? at : 0;
}

export function scanVolume(at: usize): usize {
  at = scanNumber(at);
  if (at === 0 || scale > VOLUME_SCALE) return 0;
  units = whole;
  e8 = scale === 0 ? 0 : <u32>(fraction * powerOf(VOLUME_SCALE - scale));
  return at;
}
