// Open bars of one second, by window and by symbol. The rules are those of the core's BarBuilder.
import { forget, isFull, isKnown, remember } from './ids';
import { take } from './memory';
import { newestOf, rankOf, ranked, setNewest, sizeOf, symbolCount, textOf } from './symbols';
import { beginLine, byte, bytes, decimal, padded, whole } from './text';

/** As in the core. */
const MAX_OPEN_BARS: u32 = 4_000_000;

// An open bar: its symbol, the symbol's next older bar, the next bar of its window, its ids, the times within its second of open and
// close, the scales of its prices, a volume of hi * 1e18 + lo + e8 / 1e8, and open, high, low and close, each as a double and as the
// mantissa of its decimal.
const SYMBOL: usize = 0;
const OLDER: usize = 4;
const SIBLING: usize = 8;
const IDS: usize = 12;
const O_NS: usize = 16;
const C_NS: usize = 20;
const SCALES: usize = 24;
const E8: usize = 28;
const UNITS_LO: usize = 32;
const UNITS_HI: usize = 40;
const TRADES: usize = 48;
const SECOND: usize = 56;
const PRICES: usize = 64;
const BAR: usize = 128;

const O: usize = 0;
const H: usize = 1;
const L: usize = 2;
const C: usize = 3;

const UNITS_LIMIT: u64 = 1_000_000_000_000_000_000;
const E8_LIMIT: u32 = 100_000_000;

// Windows stand in an array by their second, oldest first: start, first bar.
const START: usize = 0;
const FIRST: usize = 8;
const WINDOW: usize = 16;

let windowRoom: u32 = 64;
let windows: usize = take(<usize>windowRoom * WINDOW);
let windowCount: u32 = 0;

let freeBars: usize = 0;
let openBars: u32 = 0;

/** -1: nothing has come. */
let maxS: i64 = -1;
let maxNs: u32 = 0;
let graceS: i64 = 0;
let graceNs: u32 = 0;
let closed: i64 = i64.MIN_VALUE;

/** Ranks of the symbols of the window that closes, as bits, and their bars. */
let bits: usize = 0;
let barsByRank: usize = 0;
let rankRoom: u32 = 0;

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
  if (idAt !== 0 && isKnown(symbol, idAt, idSize)) return DUPLICATE;
  let bar = newestOf(symbol);
  if (bar === 0 || load<i64>(bar, SECOND) !== s) bar = olderBar(symbol, s);
  if (bar === 0) {
    if (openBars >= MAX_OPEN_BARS) return TOO_MANY_BARS;
    bar = newBar(symbol, s, ns, price, mantissa, scale);
  } else extend(bar, ns, price, mantissa, scale);
  addVolume(bar, units, e8);
  store<u64>(bar, load<u64>(bar, TRADES) + 1, TRADES);
  if (idAt !== 0) {
    if (isFull()) return TOO_MANY_IDS;
    store<u32>(bar, <u32>remember(symbol, idAt, idSize, load<u32>(bar, IDS)), IDS);
  }
  if (s > maxS || (s === maxS && ns > maxNs)) {
    maxS = s;
    maxNs = ns;
    closeThrough(s - graceS - (ns < graceNs ? 1 : 0));
  }
  return USED;
}

/** Closes every second that ends at or before `through`; says whether that is news. */
export function closeThrough(through: i64): bool {
  if (through <= closed) return false;
  closed = through;
  let count: u32 = 0;
  while (count < windowCount && load<i64>(windowAt(count), START) < through) closeWindow(windowAt(count++));
  if (count > 0) {
    windowCount -= count;
    memory.copy(windows, windowAt(count), <usize>windowCount * WINDOW);
  }
  return true;
}

export function closeAll(): void {
  if (windowCount > 0) closeThrough(load<i64>(windowAt(windowCount - 1), START) + 1);
}

function windowAt(index: u32): usize {
  return windows + <usize>index * WINDOW;
}

/** The symbol's bar of a second that is not its newest one. */
function olderBar(symbol: usize, s: i64): usize {
  let bar = newestOf(symbol);
  while (bar !== 0 && load<i64>(bar, SECOND) > s) bar = load<u32>(bar, OLDER);
  return bar !== 0 && load<i64>(bar, SECOND) === s ? bar : 0;
}

function newBar(symbol: usize, s: i64, ns: u32, price: f64, mantissa: i64, scale: u32): usize {
  let bar = freeBars;
  if (bar === 0) bar = take(BAR);
  else freeBars = load<u32>(bar, SIBLING);
  openBars++;
  const window = windowOf(s);
  store<u32>(bar, <u32>symbol, SYMBOL);
  store<i64>(bar, s, SECOND);
  store<u32>(bar, load<u32>(window, FIRST), SIBLING);
  store<u32>(window, <u32>bar, FIRST);
  linkToSymbol(bar, symbol, s);
  store<u32>(bar, 0, IDS);
  store<u32>(bar, ns, O_NS);
  store<u32>(bar, ns, C_NS);
  store<u32>(bar, 0, E8);
  store<u64>(bar, 0, UNITS_LO);
  store<u64>(bar, 0, UNITS_HI);
  store<u64>(bar, 0, TRADES);
  for (let which = O; which <= C; which++) setPrice(bar, which, price, mantissa, scale);
  return bar;
}

/** Newest first. */
function linkToSymbol(bar: usize, symbol: usize, s: i64): void {
  let newer: usize = 0;
  let next = newestOf(symbol);
  while (next !== 0 && load<i64>(next, SECOND) > s) {
    newer = next;
    next = load<u32>(next, OLDER);
  }
  store<u32>(bar, <u32>next, OLDER);
  if (newer === 0) setNewest(symbol, bar);
  else store<u32>(newer, <u32>bar, OLDER);
}

/** Open: the earliest time, its first arrival. Close: the latest time, its last arrival. */
function extend(bar: usize, ns: u32, price: f64, mantissa: i64, scale: u32): void {
  if (ns < load<u32>(bar, O_NS)) {
    setPrice(bar, O, price, mantissa, scale);
    store<u32>(bar, ns, O_NS);
  }
  if (ns >= load<u32>(bar, C_NS)) {
    setPrice(bar, C, price, mantissa, scale);
    store<u32>(bar, ns, C_NS);
  }
  if (price > priceOf(bar, H)) setPrice(bar, H, price, mantissa, scale);
  if (price < priceOf(bar, L)) setPrice(bar, L, price, mantissa, scale);
}

function priceOf(bar: usize, which: usize): f64 {
  return load<f64>(bar + PRICES + (which << 4));
}

function setPrice(bar: usize, which: usize, price: f64, mantissa: i64, scale: u32): void {
  store<f64>(bar + PRICES + (which << 4), price);
  store<i64>(bar + PRICES + (which << 4), mantissa, 8);
  store<u8>(bar + SCALES + which, scale);
}

function addVolume(bar: usize, units: u64, e8: u32): void {
  let fraction = load<u32>(bar, E8) + e8;
  let sum = load<u64>(bar, UNITS_LO) + units;
  if (fraction >= E8_LIMIT) {
    fraction -= E8_LIMIT;
    sum++;
  }
  if (sum >= UNITS_LIMIT) {
    sum -= UNITS_LIMIT;
    store<u64>(bar, load<u64>(bar, UNITS_HI) + 1, UNITS_HI);
  }
  store<u32>(bar, fraction, E8);
  store<u64>(bar, sum, UNITS_LO);
}

/** The window of a second, made where there is none. */
function windowOf(s: i64): usize {
  let index = windowCount;
  while (index > 0) {
    const start = load<i64>(windowAt(index - 1), START);
    if (start === s) return windowAt(index - 1);
    if (start < s) break;
    index--;
  }
  if (windowCount === windowRoom) {
    const old = windows;
    windowRoom <<= 1;
    windows = take(<usize>windowRoom * WINDOW);
    memory.copy(windows, old, <usize>windowCount * WINDOW);
  }
  memory.copy(windowAt(index + 1), windowAt(index), <usize>(windowCount - index) * WINDOW);
  windowCount++;
  store<i64>(windowAt(index), s, START);
  store<u32>(windowAt(index), 0, FIRST);
  return windowAt(index);
}

/** Writes the bars of a window in the order of their symbols, and lets them go. */
function closeWindow(window: usize): void {
  makeRankRoom();
  let low: u32 = u32.MAX_VALUE;
  let high: u32 = 0;
  for (let bar = <usize>load<u32>(window, FIRST); bar !== 0; bar = load<u32>(bar, SIBLING)) {
    const rank = rankOf(load<u32>(bar, SYMBOL));
    const word = bits + (((<usize>rank) >>> 6) << 3);
    store<u64>(word, load<u64>(word) | ((<u64>1) << (rank & 63)));
    store<u32>(barsByRank + ((<usize>rank) << 2), <u32>bar);
    low = min(low, rank);
    high = max(high, rank);
  }
  for (let at = low >>> 6; at <= high >>> 6; at++) {
    const word = bits + ((<usize>at) << 3);
    let set = load<u64>(word);
    store<u64>(word, 0);
    while (set !== 0) {
      const rank = (at << 6) + <u32>ctz(set);
      set &= set - 1;
      close(load<u32>(barsByRank + ((<usize>rank) << 2)), ranked(rank));
    }
  }
}

function makeRankRoom(): void {
  if (symbolCount() <= rankRoom) return;
  rankRoom = max(symbolCount(), rankRoom << 1);
  bits = take((<usize>((rankRoom >>> 6) + 1)) << 3);
  barsByRank = take((<usize>rankRoom) << 2);
}

function close(bar: usize, symbol: usize): void {
  writeBar(bar, symbol);
  openBars--;
  forget(load<u32>(bar, IDS));
  unlinkFromSymbol(bar, symbol);
  store<u32>(bar, <u32>freeBars, SIBLING);
  freeBars = bar;
}

function unlinkFromSymbol(bar: usize, symbol: usize): void {
  const older = load<u32>(bar, OLDER);
  let other = newestOf(symbol);
  if (other === bar) {
    setNewest(symbol, older);
    return;
  }
  while (load<u32>(other, OLDER) !== <u32>bar) other = load<u32>(other, OLDER);
  store<u32>(other, older, OLDER);
}

const HEAD = memory.data<u8>([0x7b, 0x22, 0x73, 0x79, 0x6d, 0x62, 0x6f, 0x6c, 0x22, 0x3a, 0x22]); // {"symbol":"
const TIME = memory.data<u8>([
  0x22, 0x2c, 0x22, 0x74, 0x66, 0x22, 0x3a, 0x22, 0x31, 0x73, 0x22, 0x2c, 0x22, 0x74, 0x73, 0x22, 0x3a,
]); // ","tf":"1s","ts":
const PRICE = memory.data<u8>([
  0x2c, 0x22, 0x6f, 0x22, 0x3a, 0x2c, 0x22, 0x68, 0x22, 0x3a, 0x2c, 0x22, 0x6c, 0x22, 0x3a, 0x2c, 0x22, 0x63, 0x22, 0x3a,
]); // ,"o": ,"h": ,"l": ,"c":
const VOLUME = memory.data<u8>([0x2c, 0x22, 0x76, 0x6f, 0x6c, 0x22, 0x3a]); // ,"vol":
const COUNT = memory.data<u8>([0x2c, 0x22, 0x6e, 0x5f, 0x74, 0x72, 0x61, 0x64, 0x65, 0x73, 0x22, 0x3a]); // ,"n_trades":
const END = memory.data<u8>([0x7d, 0x0a]);

/** As the codec of the reference does. */
function writeBar(bar: usize, symbol: usize): void {
  beginLine();
  bytes(HEAD, 11);
  bytes(textOf(symbol), sizeOf(symbol));
  bytes(TIME, 17);
  whole(<u64>load<i64>(bar, SECOND));
  for (let which = O; which <= C; which++) {
    bytes(PRICE + which * 5, 5);
    decimal(load<i64>(bar + PRICES + (which << 4), 8), load<u8>(bar + SCALES + which));
  }
  bytes(VOLUME, 7);
  writeVolume(bar);
  bytes(COUNT, 12);
  whole(load<u64>(bar, TRADES));
  bytes(END, 2);
}

function writeVolume(bar: usize): void {
  const high = load<u64>(bar, UNITS_HI);
  if (high === 0) whole(load<u64>(bar, UNITS_LO));
  else {
    whole(high);
    padded(load<u64>(bar, UNITS_LO), 18);
  }
  let fraction = load<u32>(bar, E8);
  if (fraction === 0) return;
  let size: u32 = 8;
  while (fraction % 10 === 0) {
    fraction /= 10;
    size--;
  }
  byte(0x2e);
  padded(fraction, size);
}
