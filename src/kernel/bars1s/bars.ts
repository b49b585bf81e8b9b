// Open bars of one second, by window and by symbol. The rules are those of the core's BarBuilder.
import {
  addVolume,
  C,
  cNsOf,
  freeBar,
  H,
  idsOf,
  L,
  makeBar,
  O,
  olderOf,
  oNsOf,
  priceOf,
  secondOf,
  setChanged,
  setCNs,
  setIds,
  setOlder,
  setONs,
  setPrice,
  setSibling,
  setTrades,
  siblingOf,
  symbolIn,
  tradesOf,
} from '../bar';
import { writeBar } from '../bar-text';
import { forget, isFull, isKnown, remember } from './ids';
import { inOrder } from '../order';
import { noteGone } from '../gone';
import { newestOf, setNewest } from '../symbol';
import { hashOf } from '../words';
import { dropWindows, firstOf, savedOf, setFirst, startOf, windowAt, windowCount, windowOf } from './windows';

/** Length of a window, s, and its name: 1s. */
export const TF: i64 = 1;
const TF_NAME = memory.data<u8>([0x31, 0x73]);

/** As in the core. */
const MAX_OPEN_BARS: u32 = 4_000_000;

let openBars: u32 = 0;

/** -1: nothing has come. */
let maxS: i64 = -1;
let maxNs: u32 = 0;
let graceS: i64 = 0;
let graceNs: u32 = 0;
let closed: i64 = i64.MIN_VALUE;

export const USED: u32 = 0;
export const LATE: u32 = 1;
export const DUPLICATE: u32 = 2;
export const TOO_MANY_BARS: u32 = 3;
export const TOO_MANY_IDS: u32 = 4;

export function setGrace(s: f64, ns: u32): void {
  graceS = <i64>s;
  graceNs = ns;
}

/** End of the last final second; -Infinity where there is none. */
export function closedThrough(): f64 {
  return closed === i64.MIN_VALUE ? -Infinity : <f64>closed;
}

/** Of the newest event time; -Infinity before the first tick. */
export function newestS(): f64 {
  return maxS < 0 ? -Infinity : <f64>maxS;
}

export function newestNs(): u32 {
  return maxNs;
}

/** Takes over what the three before have said. */
export function restoreTimes(s: f64, ns: u32, through: f64): void {
  maxS = <i64>s;
  maxNs = ns;
  closed = <i64>through;
}

/** A tick of a symbol; `price` is `mantissa / 10 ** scale` as a double. `idAt` 0: it has no id. */
export function addTick(
  symbol: usize,
  s: i64,
  ns: u32,
  price: f64,
  mantissa: i64,
  scale: u32,
  units: u64,
  e8: u32,
  idAt: usize,
  idSize: usize,
): u32 {
  if (s < closed) return LATE;
  const hash = idAt === 0 ? 0 : hashOf(symbol, idAt, idSize);
  if (idAt !== 0 && isKnown(hash, symbol, idAt, idSize)) return DUPLICATE;
  let bar = newestOf(symbol);
  if (bar === 0 || secondOf(bar) !== s) bar = olderBar(symbol, s);
  if (bar === 0) {
    if (openBars >= MAX_OPEN_BARS) return TOO_MANY_BARS;
    bar = openBar(symbol, s);
    setONs(bar, ns);
    setCNs(bar, ns);
    for (let which = O; which <= C; which++) setPrice(bar, which, price, mantissa, scale);
  } else extend(bar, ns, price, mantissa, scale);
  setChanged(bar, true);
  addVolume(bar, units, e8);
  setTrades(bar, tradesOf(bar) + 1);
  if (idAt !== 0) {
    if (isFull()) return TOO_MANY_IDS;
    rememberId(bar, hash, idAt, idSize);
  }
  if (s > maxS || (s === maxS && ns > maxNs)) {
    maxS = s;
    maxNs = ns;
    closeThrough(s - graceS - (ns < graceNs ? 1 : 0));
  }
  return USED;
}

/** A bar that is linked to its window and its symbol, without prices and trades. */
export function openBar(symbol: usize, s: i64): usize {
  const bar = makeBar(symbol, s);
  openBars++;
  const window = windowOf(s);
  setSibling(bar, firstOf(window));
  setFirst(window, bar);
  linkToSymbol(bar, symbol, s);
  return bar;
}

/** `hash`: that of the symbol and the text. */
export function rememberId(bar: usize, hash: u32, at: usize, size: usize): void {
  setIds(bar, remember(hash, symbolIn(bar), at, size, idsOf(bar)));
}

/** Closes every second that ends at or before `through`; says whether that is news. */
export function closeThrough(through: i64): bool {
  if (through <= closed) return false;
  closed = through;
  let count: u32 = 0;
  while (count < windowCount() && startOf(windowAt(count)) < through) closeWindow(windowAt(count++));
  dropWindows(count);
  return true;
}

export function closeAll(): void {
  if (windowCount() > 0) closeThrough(startOf(windowAt(windowCount() - 1)) + 1);
}

/** The symbol's bar of a second that is not its newest one. */
function olderBar(symbol: usize, s: i64): usize {
  let bar = newestOf(symbol);
  while (bar !== 0 && secondOf(bar) > s) bar = olderOf(bar);
  return bar !== 0 && secondOf(bar) === s ? bar : 0;
}

/** Newest first. */
function linkToSymbol(bar: usize, symbol: usize, s: i64): void {
  let newer: usize = 0;
  let next = newestOf(symbol);
  while (next !== 0 && secondOf(next) > s) {
    newer = next;
    next = olderOf(next);
  }
  setOlder(bar, next);
  if (newer === 0) setNewest(symbol, bar);
  else setOlder(newer, bar);
}

/** Open: the earliest time, its first arrival. Close: the latest time, its last arrival. */
function extend(bar: usize, ns: u32, price: f64, mantissa: i64, scale: u32): void {
  if (ns < oNsOf(bar)) {
    setPrice(bar, O, price, mantissa, scale);
    setONs(bar, ns);
  }
  if (ns >= cNsOf(bar)) {
    setPrice(bar, C, price, mantissa, scale);
    setCNs(bar, ns);
  }
  if (price > priceOf(bar, H)) setPrice(bar, H, price, mantissa, scale);
  if (price < priceOf(bar, L)) setPrice(bar, L, price, mantissa, scale);
}

/** Writes the bars of a window in the order of their symbols, and lets them go. */
function closeWindow(window: usize): void {
  noteGone(TF, startOf(window), savedOf(window));
  for (let bar = inOrder(firstOf(window)); bar !== 0;) {
    const next = siblingOf(bar);
    close(bar, symbolIn(bar));
    bar = next;
  }
}

function close(bar: usize, symbol: usize): void {
  writeBar(bar, TF_NAME, 2);
  openBars--;
  forget(idsOf(bar));
  unlinkFromSymbol(bar, symbol);
  freeBar(bar);
}

function unlinkFromSymbol(bar: usize, symbol: usize): void {
  const older = olderOf(bar);
  let other = newestOf(symbol);
  if (other === bar) {
    setNewest(symbol, older);
    return;
  }
  while (olderOf(other) !== bar) other = olderOf(other);
  setOlder(other, older);
}
