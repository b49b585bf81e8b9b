// What is finished, until the host takes it: as lines, or as the records of a Kafka batch.
import { DOT, LF, ZERO } from './bytes';
import { textAt } from './input';
import { take } from './memory';
import { varint, varintSize } from './varint';

/** Takes [from, from + size) before it returns. */
declare function write(from: usize, size: usize, records: u32): void;
/** What is written next, up to the next flush, is this part of a state. */
export declare function part(tf: f64, start: f64, bucket: u32): void;

const ROOM: usize = 1 << 18;

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

export function byte(value: u32): void {
  store<u8>(at++, value);
}

export function bytes(from: usize, size: usize): void {
  memory.copy(at, from, size);
  at += size;
}

export function whole(value: u64): void {
  const size = digitsOf(value);
  at += size;
  let place = at;
  do {
    store<u8>(--place, ZERO + <u32>(value % 10));
    value /= 10;
  } while (value !== 0);
}

/** `value` with zeros before it, `size` digits in all. */
export function padded(value: u64, size: u32): void {
  at += size;
  let place = at;
  for (let i: u32 = 0; i < size; i++) {
    store<u8>(--place, ZERO + <u32>(value % 10));
    value /= 10;
  }
}

/** `mantissa / 10 ** scale`, without zeros at the end. */
export function decimal(mantissa: i64, scale: u32): void {
  if (mantissa < 0) {
    byte(0x2d);
    mantissa = -mantissa;
  }
  let rest = <u64>mantissa;
  while (scale > 0 && rest % 10 === 0) {
    rest /= 10;
    scale--;
  }
  if (scale === 0) {
    whole(rest);
    return;
  }
  const size = digitsOf(rest);
  if (size <= scale) {
    byte(ZERO);
    byte(DOT);
    padded(rest, scale);
    return;
  }
  // All digits one place to the right of where they shall stand, then the whole part back over the point's place.
  whole(rest);
  memory.copy(at - scale + 1, at - scale, scale);
  store<u8>(at - scale, DOT);
  at++;
}

function digitsOf(value: u64): u32 {
  let size: u32 = 1;
  while (value >= 10) {
    value /= 10;
    size++;
  }
  return size;
}
