// Windows that have been closed since a state was saved that holds parts of them.
import { take } from './memory';

// Timeframe, start, and the buckets as bits.
const TF: usize = 0;
const START: usize = 8;
const BUCKETS: usize = 16;
const ENTRY: usize = 24;

let room: u32 = 64;
let list: usize = take(<usize>room * ENTRY);
let count: u32 = 0;

/** Takes note of a window that is about to go, and of which a state holds these buckets. */
export function noteGone(tf: i64, start: i64, buckets: u64): void {
  if (buckets === 0) return;
  if (count === room) {
    const old = list;
    room <<= 1;
    list = take(<usize>room * ENTRY);
    memory.copy(list, old, <usize>count * ENTRY);
  }
  const entry = list + <usize>count * ENTRY;
  store<i64>(entry, tf, TF);
  store<i64>(entry, start, START);
  store<u64>(entry, buckets, BUCKETS);
  count++;
}

/** This part of a state is not any more. */
declare function drop(tf: f64, start: f64, bucket: u32): void;

/** Drops all parts of them, and forgets them. */
export function dropGone(): void {
  for (let at: u32 = 0; at < count; at++) {
    const entry = list + <usize>at * ENTRY;
    for (let left = load<u64>(entry, BUCKETS); left !== 0; left &= left - 1)
      drop(<f64>load<i64>(entry, TF), <f64>load<i64>(entry, START), <u32>ctz(left));
  }
  count = 0;
}
