// What is finished, until the host takes it: as lines, or as the records of a Kafka batch.
import { DOT, LF, ZERO } from './bytes';
import { textAt } from './input';
import { take } from './memory';
import { varint, varintSize } from './varint';
import { powerOf } from './words';

/** Takes [from, from + size) before it returns. */
declare function write(from: usize, size: usize, records: u32): void;
/** What is written next, up to the next flush, is this part of a state. */
export declare function part(tf: f64, start: f64, bucket: u32): void;

const ROOM: usize = 1 << 18;

const EIGHT_DIGITS: u64 = 100_000_000;
const U32_LIMIT: u64 = 1 << 32;

/** The two digits of each number below 100. */
const PAIRS: usize = take(200);
for (let pair: u32 = 0; pair < 100; pair++)
  store<u16>(PAIRS + ((<usize>pair) << 1), (ZERO + pair / 10) | ((ZERO + (pair % 10)) << 8));

/** Longer than any line, with what frames it as a record. */
const LINE: usize = 1024;

/** As long as what stands before a record's value ever is: length, attributes, two deltas, a key, and the value's length. */
const HEAD: usize = 96;

/** "qf-mark" and "1", each behind its length, behind the number of headers. */
const MARK_HEADERS = memory.data<u8>([2, 14, 0x71, 0x66, 0x2d, 0x6d, 0x61, 0x72, 0x6b, 2, 0x31]);
const MARK_HEADERS_SIZE: usize = 11;

const start: usize = take(ROOM);
let at: usize = start;
let records: u32 = 0;
let isFramed: bool = false;
let recordAt: usize = 0;

/** From now on what is written are records of a batch of Kafka's format v2, not lines. */
export function frameRecords(): void {
  isFramed = true;
}

/** Which of the outputs it belongs to. Lines have one output. */
export let stream: u32 = 0;

/** What is written now belongs to this output. */
export function writeTo(index: u32): void {
  if (stream === index) return;
  if (isFramed) flush();
  stream = index;
}

/** How many records wait. */
export function waiting(): u32 {
  return records;
}

/** Begins a line, or the value of a record. */
export function begin(): void {
  makeRoom();
  if (!isFramed) return;
  recordAt = at;
  at += HEAD;
}

/** Ends it; a record has a key. */
export function end(key: usize, keySize: usize): void {
  if (isFramed) frame(key, <i32>keySize, 0, 0);
  else byte(LF);
  records++;
}

/** Ends a mark, which belongs to no key. */
function endMark(): void {
  if (isFramed) frame(0, -1, MARK_HEADERS, MARK_HEADERS_SIZE);
  else byte(LF);
  records++;
}

/** The text at `textAt` as a mark. */
export function mark(size: u32): void {
  begin();
  bytes(textAt, size);
  endMark();
}

/** https://kafka.apache.org/documentation/#record */
function frame(key: usize, keySize: i32, headers: usize, headersSize: usize): void {
  const value = recordAt + HEAD;
  const size = <i32>(at - value);
  const keyBytes = <usize>max(keySize, 0);
  const rest = varintSize(<i32>records) + varintSize(keySize) + keyBytes + varintSize(size) + <usize>size + max(headersSize, 1);
  at = varint(recordAt, <i32>rest + 2);
  byte(0);
  byte(0);
  at = varint(at, <i32>records);
  at = varint(at, keySize);
  bytes(key, keyBytes);
  at = varint(at, size);
  bytes(value, <usize>size);
  if (headersSize === 0) byte(0);
  else bytes(headers, headersSize);
}

/** Makes room for a line. */
export function makeRoom(): void {
  if (at > start + ROOM - LINE) flush();
}

/** Hands over what is finished. */
export function flush(): void {
  if (at === start) return;
  write(start, at - start, records);
  at = start;
  records = 0;
}

/** Where the next byte goes. */
export function here(): usize {
  return at;
}

/** What has been written from there on is not. */
export function goBackTo(place: usize): void {
  at = place;
}

export function byte(value: u32): void {
  store<u8>(at++, value);
}

/** Copies a text. What it writes and reads behind it, at most seven bytes, does not count. */
export function bytes(from: usize, size: usize): void {
  for (let offset: usize = 0; offset < size; offset += 8) store<u64>(at + offset, load<u64>(from + offset));
  at += size;
}

export function whole(value: u64): void {
  if (value < EIGHT_DIGITS) {
    padded(<u32>value, digitsOf(<u32>value));
    return;
  }
  const high = value / EIGHT_DIGITS;
  whole(high);
  padded(<u32>(value - high * EIGHT_DIGITS), 8);
}

/** A number below 1e18 with zeros before it, 18 digits in all. */
export function padded18(value: u64): void {
  const high = value / EIGHT_DIGITS;
  const top = high / EIGHT_DIGITS;
  padded(<u32>top, 2);
  padded(<u32>(high - top * EIGHT_DIGITS), 8);
  padded(<u32>(value - high * EIGHT_DIGITS), 8);
}

/** `value` with zeros before it, `size` digits in all, at most 9. */
export function padded(value: u32, size: u32): void {
  at += size;
  let place = at;
  for (; size >= 2; size -= 2) {
    const rest = value / 100;
    place -= 2;
    store<u16>(place, load<u16>(PAIRS + ((<usize>(value - rest * 100)) << 1)));
    value = rest;
  }
  if (size !== 0) store<u8>(place - 1, ZERO + value);
}

/** `mantissa / 10 ** scale`, without zeros at the end. */
export function decimal(mantissa: i64, scale: u32): void {
  if (mantissa < 0) {
    byte(0x2d);
    mantissa = -mantissa;
  }
  if (<u64>mantissa < U32_LIMIT && scale <= 9) smallDecimal(<u32>mantissa, scale);
  else largeDecimal(<u64>mantissa, scale);
}

/** Numbers of 32 bits are divided by constants without a division. */
function smallDecimal(value: u32, scale: u32): void {
  for (; scale > 0; scale--) {
    const tenth = value / 10;
    if (tenth * 10 !== value) break;
    value = tenth;
  }
  const power = <u32>powerOf(scale);
  const units = scale === 0 ? value : value / power;
  whole(units);
  if (scale === 0) return;
  byte(DOT);
  padded(value - units * power, scale);
}

function largeDecimal(value: u64, scale: u32): void {
  while (scale > 0 && value % 10 === 0) {
    value /= 10;
    scale--;
  }
  // Down to 1e-18; a double of more than 15 digits can have any scale up to there, and more.
  let power: u64 = 1;
  const places = scale;
  while (scale > 0 && power <= value) {
    power *= 10;
    scale--;
  }
  const units = scale > 0 || power > value ? 0 : value / power;
  whole(units);
  if (places === 0) return;
  byte(DOT);
  fraction(value - units * power, places);
}

/** The lowest `size` digits of a number, with zeros before it. */
function fraction(value: u64, size: u32): void {
  at += size;
  let place = at;
  for (; size > 0; size--) {
    store<u8>(--place, ZERO + <u32>(value % 10));
    value /= 10;
  }
}

function digitsOf(value: u32): u32 {
  let size: u32 = 1;
  for (let limit: u32 = 10; value >= limit; limit *= 10) size++;
  return size;
}
