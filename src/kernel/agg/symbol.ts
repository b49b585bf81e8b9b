// What is kept of each symbol: when its last bar was, and its open bar of each timeframe.
import { take } from '../memory';
import { symbolAt, symbolCount } from '../ranks';
import { bucketOf, newestOf, setNewest } from '../symbol';
import { targetCount } from './targets';

// The last time, the next one of its bucket while they are saved, and the bars.
const LAST: usize = 0;
const NEXT: usize = 8;
const BARS: usize = 12;

/** As in the core. */
const MAX_SYMBOLS: u32 = 1_000_000;

let count: u32 = 0;

export function isFull(): bool {
  return count >= MAX_SYMBOLS;
}

/** What is kept of a symbol; 0 where nothing is. */
export function entryOf(symbol: usize): usize {
  return newestOf(symbol);
}

export function makeEntry(symbol: usize): usize {
  const entry = take(BARS + ((<usize>targetCount()) << 2));
  setNewest(symbol, entry);
  count++;
  return entry;
}

export function lastOf(entry: usize): i64 {
  return load<i64>(entry, LAST);
}

export function setLast(entry: usize, ts: i64): void {
  store<i64>(entry, ts, LAST);
}

/** Its open bar of a timeframe; 0 where there is none. */
export function barOf(entry: usize, target: u32): usize {
  return load<u32>(entry + BARS + ((<usize>target) << 2));
}

export function setBar(entry: usize, target: u32, bar: usize): void {
  store<u32>(entry + BARS + ((<usize>target) << 2), <u32>bar);
}

/** First symbol of each bucket of those that are saved. */
const heads: usize = take(64 * 4);

/** Links the symbols of these buckets, of which something is kept. */
export function link(buckets: u64): void {
  memory.fill(heads, 0, 64 * 4);
  for (let index: u32 = 0; index < symbolCount(); index++) {
    const symbol = symbolAt(index);
    const bucket = bucketOf(symbol);
    const entry = entryOf(symbol);
    if (entry === 0 || ((buckets >>> bucket) & 1) === 0) continue;
    const head = heads + ((<usize>bucket) << 2);
    store<u32>(entry, load<u32>(head), NEXT);
    store<u32>(head, <u32>symbol);
  }
}

/** The first one of a bucket that was linked; 0 where there is none. */
export function firstIn(bucket: u32): usize {
  return load<u32>(heads + ((<usize>bucket) << 2));
}

export function nextOf(symbol: usize): usize {
  return load<u32>(entryOf(symbol), NEXT);
}
