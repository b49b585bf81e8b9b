// What comes in: lines, or the records of Kafka batches.
import { LF } from './bytes';
import { take } from './memory';
import { offsetDelta, recordEnd, scanRecord, timestampDelta, valueAt, valueSize } from './record-scan';

const ROOM: usize = 1 << 18;

/** What the last line of an input may be looked at behind its end. */
const BEHIND: usize = 16;

/** As in the reference. */
const MAX_LINE: usize = 65536;

let inputSize: usize = ROOM;
let inputStart: usize = take(ROOM + BEHIND);

/** Where the host puts `size` bytes of input. */
export function inputFor(size: usize): usize {
  if (size > inputSize) {
    // Room that is outgrown is not given back: doubled, it comes to no more than what is in use.
    while (inputSize < size) inputSize <<= 1;
    inputStart = take(inputSize + BEHIND);
  }
  return inputStart;
}

/** Where the host puts a text of at most this size: a mark, or the symbol of a record that it has read, and behind it an id. */
export const textAt: usize = take(64 + 256);

let used: u32 = 0;
let duplicates: u32 = 0;
let lates: u32 = 0;
let isLateCounted: bool = false;

export function countUsed(): void {
  used++;
}

export function countDuplicate(): void {
  duplicates++;
}

/** From now on nobody asks for the late records themselves. */
export function countLates(): void {
  isLateCounted = true;
}

/** Says whether a late record is done with: it is left to the host where somebody asks for it. */
export function countLate(): bool {
  if (isLateCounted) lates++;
  return isLateCounted;
}

/** How many records were used since this was last asked, how many were known, and how many late. */
export function takeUsed(): u32 {
  const count = used;
  used = 0;
  return count;
}

export function takeDuplicates(): u32 {
  const count = duplicates;
  duplicates = 0;
  return count;
}

export function takeLates(): u32 {
  const count = lates;
  lates = 0;
  return count;
}

/**
 * Takes the whole lines [from, end), up to the first one that is not for the kernel; gives where that begins, `end` where there is none.
 * Of `R`, which has no fields, `scan` gives where the line break is behind a line that it has read, or 0; `take` takes what was read,
 * or says that it does not.
 */
export function runLines<R>(from: usize, end: usize): usize {
  const records = changetype<R>(0);
  let at = from;
  while (at < end) {
    const lineEnd: usize = records.scan(at);
    if (lineEnd === 0 || lineEnd - at > MAX_LINE || !records.take()) return at;
    at = lineEnd + 1;
  }
  return at;
}

// Of the batch that is read: the time that deltas count from, whether they do, and the first record that is wanted.
let batchMs: i64 = 0;
let hasDeltas: bool = false;
let firstDelta: i32 = 0;

/** For the records that come now. */
export function setBatch(base_ms: f64, deltas: bool, first: i32): void {
  batchMs = <i64>base_ms;
  hasDeltas = deltas;
  firstDelta = first;
}

/** When the last record was written. */
export function writtenMs(): i64 {
  return batchMs + (hasDeltas ? timestampDelta : 0);
}

/** The same for records, which `takeRecord` takes; 0 where the bytes are none. */
export function runAll<R>(from: usize, end: usize): usize {
  const records = changetype<R>(0);
  let at = from;
  while (at < end) {
    if (!scanRecord(at, end)) return 0;
    if (offsetDelta >= firstDelta && !(scanValue<R>() && records.takeRecord())) return at;
    at = recordEnd;
  }
  return at;
}

function scanValue<R>(): bool {
  if (<usize>valueSize > MAX_LINE || valueSize <= 0) return false;
  // A line break behind the value, as a line has it.
  const valueEnd = valueAt + <usize>valueSize;
  const behind = load<u8>(valueEnd);
  store<u8>(valueEnd, LF);
  const lineEnd: usize = changetype<R>(0).scan(valueAt);
  store<u8>(valueEnd, behind);
  return lineEnd === valueEnd;
}
