// Windows that have been closed since a state was saved that holds parts of them.
import { take } from './memory';
import { savedOf, startOf } from './windows';

// Start, and the buckets as bits.
const BUCKETS: usize = 8;
const ENTRY: usize = 16;

let room: u32 = 64;
let list: usize = take(<usize>room * ENTRY);
let count: u32 = 0;

/** Takes note of a window that is about to go. */
export function noteGone(window: usize): void {
  const buckets = savedOf(window);
  if (buckets === 0) return;
  if (count === room) {
    const old = list;
    room <<= 1;
    list = take(<usize>room * ENTRY);
    memory.copy(list, old, <usize>count * ENTRY);
  }
  const entry = list + <usize>count * ENTRY;
  store<i64>(entry, startOf(window));
  store<u64>(entry, buckets, BUCKETS);
  count++;
}

export function goneCount(): u32 {
  return count;
}

export function goneStart(index: u32): i64 {
  return load<i64>(list + <usize>index * ENTRY);
}

export function goneBuckets(index: u32): u64 {
  return load<u64>(list + <usize>index * ENTRY, BUCKETS);
}

export function forgetGone(): void {
  count = 0;
}
