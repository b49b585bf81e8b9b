// The timeframes that are built, shortest first. Of each one window can be open: the one that holds the time up to which all is closed.
import { take } from '../memory';

// Length, start of the open window, its first bar (0: none is open), which of its buckets a state holds, and the timeframe's name.
const TF: usize = 0;
const START: usize = 8;
const FIRST: usize = 16;
const NAME_SIZE: usize = 20;
const SAVED: usize = 24;
const NAME: usize = 32;
const TARGET: usize = 48;

let targets: usize = 0;
let count: u32 = 0;

/** Makes room for this many. */
export function setTargets(many: u32): void {
  targets = take(<usize>many * TARGET);
}

/** The next longer one. */
export function addTarget(tf: f64, name: usize, nameSize: u32): void {
  const target = targetAt(count++);
  store<i64>(target, <i64>tf, TF);
  store<u32>(target, nameSize, NAME_SIZE);
  memory.copy(target + NAME, name, nameSize);
}

export function targetCount(): u32 {
  return count;
}

export function targetAt(index: u32): usize {
  return targets + <usize>index * TARGET;
}

export function tfOf(target: usize): i64 {
  return load<i64>(target, TF);
}

export function nameOf(target: usize): usize {
  return target + NAME;
}

export function nameSizeOf(target: usize): usize {
  return load<u32>(target, NAME_SIZE);
}

export function startOf(target: usize): i64 {
  return load<i64>(target, START);
}

export function endOf(target: usize): i64 {
  return startOf(target) + tfOf(target);
}

/** 0: no window is open. */
export function firstOf(target: usize): usize {
  return load<u32>(target, FIRST);
}

/** Opens its window of this start with a bar, or adds the bar to it as the first one. */
export function setFirst(target: usize, start: i64, bar: usize): void {
  store<i64>(target, start, START);
  store<u32>(target, <u32>bar, FIRST);
}

/** Nothing is open any more. */
export function shut(target: usize): void {
  store<u32>(target, 0, FIRST);
  store<u64>(target, 0, SAVED);
}

export function savedOf(target: usize): u64 {
  return load<u64>(target, SAVED);
}

export function setSaved(target: usize, buckets: u64): void {
  store<u64>(target, buckets, SAVED);
}

/** Start of the window that a time belongs to. */
export function startFor(target: usize, ts: i64): i64 {
  const start = startOf(target);
  // Nearly always the window that is open, or was open last.
  if (ts >= start && ts < start + tfOf(target)) return start;
  return ts - (ts % tfOf(target));
}
