// Bars of one timeframe into those of coarser ones. The rules are those of the core's Aggregator.
import {
  addSum,
  C,
  e8Of,
  freeBar,
  H,
  L,
  makeBar,
  mantissaOf,
  O,
  priceOf,
  scaleOf,
  setChanged,
  setPrice,
  setSibling,
  setTrades,
  setVolume,
  siblingOf,
  sumFits,
  symbolIn,
  tradesOf,
  unitsHighOf,
  unitsLowOf,
} from '../bar';
import { writeBar } from '../bar-text';
import { noteGone } from '../gone';
import { inOrder } from '../order';
import { bucketOf } from '../symbol';
import { writeTo } from '../text';
import { barOf, entryOf, isFull, lastOf, makeEntry, setBar, setLast } from './symbol';
import {
  endOf,
  firstOf,
  nameOf,
  nameSizeOf,
  savedOf,
  setFirst,
  shut,
  startFor,
  startOf,
  targetAt,
  targetCount,
  tfOf,
} from './targets';

/** Number.MAX_SAFE_INTEGER. */
const MAX_TRADES: u64 = (1 << 53) - 1;

export const USED: u32 = 0;
export const LATE: u32 = 1;
export const DUPLICATE: u32 = 2;
export const OUT_OF_ORDER: u32 = 3;
export const TOO_MUCH_VOLUME: u32 = 4;
export const TOO_MANY_TRADES: u32 = 5;
export const TOO_MANY_SYMBOLS: u32 = 6;

/** Prices, volume and trades of the bar that has come. */
export const incoming: usize = makeBar(0, 0);

let closed: i64 = i64.MIN_VALUE;

/** Buckets, as bits, of the symbols whose last time has changed since it was saved. */
let moved: u64 = 0;

/** Every window that ends at or before this is closed; -Infinity where there is none. */
export function closedThrough(): f64 {
  return closed === i64.MIN_VALUE ? -Infinity : <f64>closed;
}

export function restoreClosed(through: f64): void {
  closed = <i64>through;
}

export function takeMoved(): u64 {
  const buckets = moved;
  moved = 0;
  return buckets;
}

/** `incoming` as the symbol's bar of this time. */
export function addBar(symbol: usize, ts: i64): u32 {
  let entry = entryOf(symbol);
  if (entry !== 0 && lastOf(entry) === ts) return DUPLICATE;
  if (ts < closed && isClosed(ts)) return LATE;
  if (entry !== 0) {
    if (ts < lastOf(entry)) return OUT_OF_ORDER;
    const overflow = overflowOf(entry, ts);
    if (overflow !== USED) return overflow;
  } else {
    if (isFull()) return TOO_MANY_SYMBOLS;
    entry = makeEntry(symbol);
  }
  setLast(entry, ts);
  moved |= (<u64>1) << bucketOf(symbol);
  // First: none of the windows that this closes is one that the bar belongs to.
  closeThrough(ts);
  for (let index: u32 = 0; index < targetCount(); index++) addTo(index, entry, symbol, ts);
  return USED;
}

/** Closes every window that ends at or before `through`, by end and timeframe; says whether that is news. */
export function closeThrough(through: i64): bool {
  if (through <= closed) return false;
  closed = through;
  while (true) {
    let next: i32 = -1;
    let end: i64 = i64.MAX_VALUE;
    for (let index: u32 = 0; index < targetCount(); index++) {
      const target = targetAt(index);
      if (firstOf(target) === 0 || endOf(target) > through || endOf(target) >= end) continue;
      next = index;
      end = endOf(target);
    }
    if (next < 0) return true;
    closeWindow(next);
  }
}

export function closeAll(): void {
  let through: i64 = i64.MIN_VALUE;
  for (let index: u32 = 0; index < targetCount(); index++) {
    const target = targetAt(index);
    if (firstOf(target) !== 0) through = max(through, endOf(target));
  }
  closeThrough(through);
}

/** A bar in the open window of a timeframe, without prices, volume and trades. */
export function openBar(index: u32, entry: usize, symbol: usize, start: i64): usize {
  const target = targetAt(index);
  const bar = makeBar(symbol, start);
  setSibling(bar, firstOf(target));
  setFirst(target, start, bar);
  setBar(entry, index, bar);
  return bar;
}

function isClosed(ts: i64): bool {
  for (let index: u32 = 0; index < targetCount(); index++) {
    const target = targetAt(index);
    if (startFor(target, ts) + tfOf(target) <= closed) return true;
  }
  return false;
}

function overflowOf(entry: usize, ts: i64): u32 {
  for (let index: u32 = 0; index < targetCount(); index++) {
    const bar = barOf(entry, index);
    // What is open and ends before the bar is about to be closed.
    if (bar === 0 || endOf(targetAt(index)) <= ts) continue;
    if (!sumFits(bar, incoming)) return TOO_MUCH_VOLUME;
    if (tradesOf(bar) + tradesOf(incoming) > MAX_TRADES) return TOO_MANY_TRADES;
  }
  return USED;
}

function addTo(index: u32, entry: usize, symbol: usize, ts: i64): void {
  let bar = barOf(entry, index);
  if (bar === 0) {
    bar = openBar(index, entry, symbol, startFor(targetAt(index), ts));
    for (let which = O; which <= C; which++) copyPrice(bar, which);
    setVolume(bar, unitsHighOf(incoming), unitsLowOf(incoming), e8Of(incoming));
    setTrades(bar, tradesOf(incoming));
  } else {
    if (priceOf(incoming, H) > priceOf(bar, H)) copyPrice(bar, H);
    if (priceOf(incoming, L) < priceOf(bar, L)) copyPrice(bar, L);
    copyPrice(bar, C);
    addSum(bar, incoming);
    setTrades(bar, tradesOf(bar) + tradesOf(incoming));
  }
  setChanged(bar, true);
}

function copyPrice(bar: usize, which: usize): void {
  setPrice(bar, which, priceOf(incoming, which), mantissaOf(incoming, which), scaleOf(incoming, which));
}

/** Writes its bars in the order of their symbols, and lets them go. */
function closeWindow(index: u32): void {
  const target = targetAt(index);
  noteGone(tfOf(target), startOf(target), savedOf(target));
  writeTo(index);
  for (let bar = inOrder(firstOf(target)); bar !== 0;) {
    const next = siblingOf(bar);
    writeBar(bar, nameOf(target), nameSizeOf(target));
    setBar(entryOf(symbolIn(bar)), index, 0);
    freeBar(bar);
    bar = next;
  }
  shut(target);
}
