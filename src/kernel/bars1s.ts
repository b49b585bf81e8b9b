// The entry: ticks in, as lines or as the records of Kafka batches, bars out in the same form.
import { addTick, closeThrough, DUPLICATE, USED } from './bars';
import { LF } from './bytes';
import { take } from './memory';
import { offsetDelta, recordEnd, scanRecord, timestampDelta, valueAt, valueSize } from './record-scan';
import { symbolOf } from './symbols';
import { bytes, begin, endMark } from './text';
import { e8, eventNs, eventS, idAt, idSize, mantissa, price, scale, scanTick, symbolAt, symbolSize, units } from './tick-scan';

export { closeAll, closedThrough, newestNs, newestS, restoreTimes, setGrace } from './bars';
export { keyAt, keySize, offsetDelta, recordEnd, timestampDelta, valueAt, valueSize } from './record-scan';
export { restoreBar, restoreId, restorePrice, save } from './state';
export { flush, frameRecords, waiting } from './text';

const ROOM: usize = 1 << 18;

/** What the last line of an input may be looked at behind its end. */
const BEHIND: usize = 16;

/** As in the reference. */
const MAX_LINE: usize = 65536;

/** No event time is later, in ms. */
const LATEST_MS: i64 = 1 << 43;

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

let used: u32 = 0;
let duplicates: u32 = 0;

// Ticks later than this are left to the host, which knows what to say of them.
let limitS: i64 = i64.MAX_VALUE;
let limitNs: u32 = 0;

export function setLimit(s: f64, ns: u32): void {
  limitS = <i64>s;
  limitNs = ns;
}

/**
 * Takes the whole lines [from, end), up to the first one that is not for it: one that is not plain, late, too far in the future, or
 * beyond what may be kept. Gives where that begins; `end` where there is none.
 */
export function run(from: usize, end: usize): usize {
  let at = from;
  while (at < end) {
    const lineEnd = scanTick(at);
    if (lineEnd === 0 || lineEnd - at > MAX_LINE || !takeTick()) return at;
    at = lineEnd + 1;
  }
  return at;
}

// Of the batch that is read: the time that deltas count from, whether they do, and the first record that is wanted.
let batchMs: i64 = 0;
let hasDeltas: bool = false;
let firstDelta: i32 = 0;
/** How much later than its record a tick may be, ms. */
let futureMs: i64 = LATEST_MS;

/** For the records that come now. */
export function setBatch(base_ms: f64, deltas: bool, first: i32): void {
  batchMs = <i64>base_ms;
  hasDeltas = deltas;
  firstDelta = first;
}

export function setFuture(ms: f64): void {
  futureMs = <i64>ms;
}

/** The same as `run` for records; 0 where the bytes are none. */
export function runRecords(from: usize, end: usize): usize {
  let at = from;
  while (at < end) {
    if (!scanRecord(at, end)) return 0;
    if (offsetDelta >= firstDelta && !takeRecord()) return at;
    at = recordEnd;
  }
  return at;
}

function takeRecord(): bool {
  if (<usize>valueSize > MAX_LINE || valueSize <= 0) return false;
  const limit = batchMs + (hasDeltas ? timestampDelta : 0) + futureMs;
  // A line break behind the value, as a line has it.
  const valueEnd = valueAt + <usize>valueSize;
  const behind = load<u8>(valueEnd);
  store<u8>(valueEnd, LF);
  const lineEnd = scanTick(valueAt);
  store<u8>(valueEnd, behind);
  if (lineEnd !== valueEnd) return false;
  if (limit < LATEST_MS && (limit < 0 || eventS * 1_000_000_000 + eventNs > limit * 1_000_000)) return false;
  return takeTick();
}

/** The tick that was scanned last. */
function takeTick(): bool {
  if (eventS > limitS || (eventS === limitS && eventNs > limitNs)) return false;
  const symbol = symbolOf(symbolAt, symbolSize);
  if (symbol === 0) return false;
  const outcome = addTick(symbol, eventS, eventNs, price, mantissa, scale, units, e8, idAt, idSize);
  if (outcome === USED) used++;
  else if (outcome === DUPLICATE) duplicates++;
  else return false;
  return true;
}

/** Where the host puts a text of at most this size: the line of a mark, or the symbol of a tick that it has read, and behind it the id. */
export const textAt: usize = take(64 + 256);

/** The text as a mark. */
export function mark(size: u32): void {
  begin();
  bytes(textAt, size);
  endMark();
}

/** Such a tick; `idSize` -1: it has no id. Gives what became of it. */
export function add(
  symbolSize: u32,
  s: f64,
  ns: u32,
  value: f64,
  digits: i64,
  places: u32,
  whole: f64,
  fraction: u32,
  idSize: i32,
): u32 {
  const symbol = symbolOf(textAt, symbolSize);
  const ofId: usize = idSize < 0 ? 0 : textAt + <usize>symbolSize;
  return addTick(symbol, <i64>s, ns, value, digits, places, <u64>whole, fraction, ofId, max(idSize, 0));
}

/** See `closeThrough` in the core. */
export function closeSeconds(through: f64): bool {
  return closeThrough(<i64>through);
}

/** How many lines were used since this was last asked, and how many had an id that was known. */
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
