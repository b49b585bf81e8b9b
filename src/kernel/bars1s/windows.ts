// Seconds that are open, oldest first, each with its bars.
import { take } from '../memory';

// Start, first bar, and which buckets have been saved.
const START: usize = 0;
const FIRST: usize = 8;
const SAVED: usize = 16;
const WINDOW: usize = 24;

let room: u32 = 64;
let windows: usize = take(<usize>room * WINDOW);
let count: u32 = 0;

export function windowCount(): u32 {
  return count;
}

export function windowAt(index: u32): usize {
  return windows + <usize>index * WINDOW;
}

export function startOf(window: usize): i64 {
  return load<i64>(window, START);
}

export function firstOf(window: usize): usize {
  return load<u32>(window, FIRST);
}

export function setFirst(window: usize, bar: usize): void {
  store<u32>(window, <u32>bar, FIRST);
}

/** Buckets of it that a state holds, as bits. */
export function savedOf(window: usize): u64 {
  return load<u64>(window, SAVED);
}

export function setSaved(window: usize, buckets: u64): void {
  store<u64>(window, buckets, SAVED);
}

/** The window of a second, made where there is none. */
export function windowOf(s: i64): usize {
  let index = count;
  while (index > 0) {
    const start = startOf(windowAt(index - 1));
    if (start === s) return windowAt(index - 1);
    if (start < s) break;
    index--;
  }
  if (count === room) {
    const old = windows;
    room <<= 1;
    windows = take(<usize>room * WINDOW);
    memory.copy(windows, old, <usize>count * WINDOW);
  }
  memory.copy(windowAt(index + 1), windowAt(index), <usize>(count - index) * WINDOW);
  count++;
  const window = windowAt(index);
  store<i64>(window, s, START);
  setFirst(window, 0);
  setSaved(window, 0);
  return window;
}

/** Lets the oldest windows go. */
export function dropWindows(oldest: u32): void {
  if (oldest === 0) return;
  count -= oldest;
  memory.copy(windows, windowAt(oldest), <usize>count * WINDOW);
}
