// What stands in slots, as the fields of a trade. Whatever is not plain is left to the host.
import { DOT, isDigit, MINUS, QUOTE, ZERO } from '../bytes';
import { MAX_EVENT_S, MIN_EVENT_S } from '../scan';
import { numberIn, powerOf } from '../words';
import { endOf, startOf } from './tree';

const LOWER_F: u32 = 0x66;
const LOWER_T: u32 = 0x74;
const MAX_SYMBOL: usize = 64;
const MAX_ID: usize = 64;

/** Digits that a double holds exactly, whatever they are. */
const EXACT_DIGITS: u32 = 15;
const MAX_PLACES: u32 = 15;
const MAX_VOLUME_PLACES: u32 = 8;

const NS_PER_S: i64 = 1_000_000_000;
const DAY_S: i64 = 86_400;

// The text that was asked for last: of a string without its quotes, or the digits or the word that stand there.
export let textStart: usize = 0;
export let textEnd: usize = 0;

// The number that was asked for last: mantissa / 10 ** scale.
export let mantissa: i64 = 0;
export let scale: u32 = 0;

/** ns since the epoch. */
export let time: i64 = 0;

/** Whether a text stands in a slot; if so, it is asked for. */
export function isText(slot: i32): bool {
  const start = startOf(slot);
  if (start === 0) return false;
  textStart = start;
  textEnd = endOf(slot);
  const first: u32 = load<u8>(start);
  if (first === QUOTE) {
    textStart++;
    textEnd--;
    return true;
  }
  return isDigit(first) || first === MINUS || first === LOWER_T || first === LOWER_F;
}

/** The same for a string or a number. */
function isCell(slot: i32): bool {
  if (!isText(slot) || textStart === textEnd) return false;
  const first: u32 = load<u8>(startOf(slot));
  return first !== LOWER_T && first !== LOWER_F;
}

export function readSymbol(slot: i32): bool {
  if (!isCell(slot) || textEnd - textStart > MAX_SYMBOL || !isAlphanumeric(load<u8>(textStart))) return false;
  for (let at = textStart + 1; at < textEnd; at++) if (!isSymbolPart(load<u8>(at))) return false;
  return true;
}

/** A whole number, or a string. */
export function readId(slot: i32): bool {
  if (!isCell(slot) || textEnd - textStart > MAX_ID) return false;
  if (load<u8>(startOf(slot)) === QUOTE) return true;
  for (let at = textStart; at < textEnd; at++) if (!isDigit(load<u8>(at))) return false;
  return true;
}

/** From 0 to below 1e12. */
export function readPrice(slot: i32): bool {
  return readDecimal(slot) && <f64>mantissa < 1e12 * <f64>powerOf(scale);
}

export function readVolume(slot: i32): bool {
  return readDecimal(slot) && scale <= MAX_VOLUME_PLACES;
}

function readDecimal(slot: i32): bool {
  if (!isCell(slot)) return false;
  mantissa = 0;
  scale = 0;
  let digits: u32 = 0;
  let at = textStart;
  for (; at < textEnd && isDigit(load<u8>(at)); at++) {
    if (++digits > EXACT_DIGITS) return false;
    mantissa = mantissa * 10 + <i64>(load<u8>(at) - ZERO);
  }
  if (digits === 0) return false;
  if (at === textEnd) return true;
  let end = textEnd;
  while (load<u8>(end - 1) === ZERO) end--;
  if (load<u8>(at) !== DOT || at + 1 === textEnd) return false;
  for (at++; at < end; at++) {
    if (!isDigit(load<u8>(at)) || ++digits > EXACT_DIGITS) return false;
    mantissa = mantissa * 10 + <i64>(load<u8>(at) - ZERO);
    scale++;
  }
  return scale <= MAX_PLACES;
}

/** `perUnit`: ns in a unit; 0: ISO 8601 with a Z. */
export function readTime(slot: i32, perUnit: i64): bool {
  if (!isCell(slot) || !(perUnit === 0 ? readIso() : readCount(perUnit))) return false;
  return time >= MIN_EVENT_S * NS_PER_S && time / NS_PER_S < MAX_EVENT_S;
}

function readCount(perUnit: i64): bool {
  const size = textEnd - textStart;
  // A ns has 19 digits, and each coarser unit three less.
  if (size > 19 || size < 8) return false;
  let count: u64 = 0;
  for (let at = textStart; at < textEnd; at++) {
    if (!isDigit(load<u8>(at))) return false;
    count = count * 10 + <u64>(load<u8>(at) - ZERO);
  }
  if (count > <u64>(MAX_EVENT_S * (NS_PER_S / perUnit))) return false;
  time = <i64>count * perUnit;
  return true;
}

/** 2024-01-02T03:45:00.123456Z */
function readIso(): bool {
  const at = textStart;
  const size = textEnd - at;
  if (size < 20 || size > 30 || load<u8>(textEnd - 1) !== 0x5a) return false;
  // Digits, and what stands between them.
  for (let place: usize = 0; place < 19; place++) {
    const byte: u32 = load<u8>(at + place);
    const between: u32 = place === 4 || place === 7 ? MINUS : place === 10 ? 0x54 : place === 13 || place === 16 ? 0x3a : 0;
    if (between === 0 ? !isDigit(byte) : byte !== between) return false;
  }
  const year = twoDigits(at) * 100 + twoDigits(at + 2);
  const month = twoDigits(at + 5);
  const day = twoDigits(at + 8);
  const hour = twoDigits(at + 11);
  const minute = twoDigits(at + 14);
  const second = twoDigits(at + 17);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(month) || hour > 23 || minute > 59 || second > 59) return false;
  const s = daysTo(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second;
  // In ns later ones would begin anew.
  if (s >= MAX_EVENT_S) return false;
  time = s * NS_PER_S;
  if (size === 20) return true;
  if (load<u8>(at + 19) !== DOT || size === 21) return false;
  let ns: i64 = 0;
  for (let place: usize = 20; place < 29; place++) {
    const byte: u32 = place < size - 1 ? load<u8>(at + place) : ZERO;
    if (!isDigit(byte)) return false;
    ns = ns * 10 + <i64>(byte - ZERO);
  }
  time += ns;
  return true;
}

/** How many days a month has; a day that only some years have is left to the host. */
function daysIn(month: i64): i64 {
  if (month === 2) return 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970 (Howard Hinnant, chrono-compatible low-level date algorithms: days_from_civil). */
function daysTo(year: i64, month: i64, day: i64): i64 {
  if (month <= 2) year--;
  const era = year / 400;
  const yearOfEra = year - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
}

function twoDigits(at: usize): i64 {
  return <i64>numberIn(load<u64>(at), 2);
}

function isAlphanumeric(byte: u32): bool {
  return isDigit(byte) || (byte | 0x20) - 0x61 < 26;
}

/** A letter, a digit, or one of " ._:/&-". */
function isSymbolPart(byte: u32): bool {
  return (
    isAlphanumeric(byte) || byte === 0x20 || (byte >= MINUS && byte <= 0x2f) || byte === 0x5f || byte === 0x3a || byte === 0x26
  );
}
