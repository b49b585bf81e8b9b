// An open bar in memory: prices as doubles and as decimals, an exact volume.
import { take } from './memory';

// Its symbol, the symbol's next older bar, the next bar of its window, its ids, the times within its second of open and close, the
// scales of its prices, a volume of hi * 1e18 + lo + e8 / 1e8, open, high, low and close, each as a double and as the mantissa of
// its decimal, the next bar of its bucket while its window is saved, and whether it has changed since then.
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
const IN_BUCKET: usize = 128;
const CHANGED: usize = 132;
const BAR: usize = 136;

export const O: usize = 0;
export const H: usize = 1;
export const L: usize = 2;
export const C: usize = 3;

export const UNITS_LIMIT: u64 = 1_000_000_000_000_000_000;
const E8_LIMIT: u32 = 100_000_000;

let free: usize = 0;

/** A bar of a symbol's second `s`, without prices and trades. */
export function makeBar(symbol: usize, s: i64): usize {
  let bar = free;
  if (bar === 0) bar = take(BAR);
  else free = load<u32>(bar, SIBLING);
  store<u32>(bar, <u32>symbol, SYMBOL);
  store<i64>(bar, s, SECOND);
  store<u32>(bar, 0, IDS);
  store<u32>(bar, 0, E8);
  store<u64>(bar, 0, UNITS_LO);
  store<u64>(bar, 0, UNITS_HI);
  store<u64>(bar, 0, TRADES);
  return bar;
}

export function freeBar(bar: usize): void {
  store<u32>(bar, <u32>free, SIBLING);
  free = bar;
}

export function symbolIn(bar: usize): usize {
  return load<u32>(bar, SYMBOL);
}

export function secondOf(bar: usize): i64 {
  return load<i64>(bar, SECOND);
}

export function olderOf(bar: usize): usize {
  return load<u32>(bar, OLDER);
}

export function setOlder(bar: usize, older: usize): void {
  store<u32>(bar, <u32>older, OLDER);
}

export function siblingOf(bar: usize): usize {
  return load<u32>(bar, SIBLING);
}

export function setSibling(bar: usize, sibling: usize): void {
  store<u32>(bar, <u32>sibling, SIBLING);
}

export function nextInBucket(bar: usize): usize {
  return load<u32>(bar, IN_BUCKET);
}

export function setNextInBucket(bar: usize, next: usize): void {
  store<u32>(bar, <u32>next, IN_BUCKET);
}

export function hasChanged(bar: usize): bool {
  return load<u32>(bar, CHANGED) !== 0;
}

export function setChanged(bar: usize, changed: bool): void {
  store<u32>(bar, changed, CHANGED);
}

export function idsOf(bar: usize): usize {
  return load<u32>(bar, IDS);
}

export function setIds(bar: usize, head: usize): void {
  store<u32>(bar, <u32>head, IDS);
}

export function oNsOf(bar: usize): u32 {
  return load<u32>(bar, O_NS);
}

export function setONs(bar: usize, ns: u32): void {
  store<u32>(bar, ns, O_NS);
}

export function cNsOf(bar: usize): u32 {
  return load<u32>(bar, C_NS);
}

export function setCNs(bar: usize, ns: u32): void {
  store<u32>(bar, ns, C_NS);
}

export function tradesOf(bar: usize): u64 {
  return load<u64>(bar, TRADES);
}

export function setTrades(bar: usize, trades: u64): void {
  store<u64>(bar, trades, TRADES);
}

export function priceOf(bar: usize, which: usize): f64 {
  return load<f64>(bar + PRICES + (which << 4));
}

export function mantissaOf(bar: usize, which: usize): i64 {
  return load<i64>(bar + PRICES + (which << 4), 8);
}

export function scaleOf(bar: usize, which: usize): u32 {
  return load<u8>(bar + SCALES + which);
}

/** `price` is `mantissa / 10 ** scale`. */
export function setPrice(bar: usize, which: usize, price: f64, mantissa: i64, scale: u32): void {
  store<f64>(bar + PRICES + (which << 4), price);
  store<i64>(bar + PRICES + (which << 4), mantissa, 8);
  store<u8>(bar + SCALES + which, scale);
}

/** A volume is `high * UNITS_LIMIT + low + e8 / 1e8`. */
export function unitsHighOf(bar: usize): u64 {
  return load<u64>(bar, UNITS_HI);
}

export function unitsLowOf(bar: usize): u64 {
  return load<u64>(bar, UNITS_LO);
}

export function e8Of(bar: usize): u32 {
  return load<u32>(bar, E8);
}

export function setVolume(bar: usize, high: u64, low: u64, e8: u32): void {
  store<u64>(bar, high, UNITS_HI);
  store<u64>(bar, low, UNITS_LO);
  store<u32>(bar, e8, E8);
}

export function addVolume(bar: usize, units: u64, e8: u32): void {
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

/** Adds the volume of another bar, which `sumFits` has allowed. */
export function addSum(bar: usize, other: usize): void {
  store<u64>(bar, load<u64>(bar, UNITS_HI) + load<u64>(other, UNITS_HI), UNITS_HI);
  addVolume(bar, load<u64>(other, UNITS_LO), load<u32>(other, E8));
}

// 2 ** 127 / 1e8, which a volume stays below.
const LIMIT_HI: u64 = 1_701_411_834_604;
const LIMIT_LO: u64 = 692_317_316_873_037_158;
const LIMIT_E8: u32 = 84_105_728;

/** Whether the volumes of two bars come to one that a bar may have. */
export function sumFits(bar: usize, other: usize): bool {
  const fraction = load<u32>(bar, E8) + load<u32>(other, E8);
  const isCarried = fraction >= E8_LIMIT;
  const sum = load<u64>(bar, UNITS_LO) + load<u64>(other, UNITS_LO) + <u64>isCarried;
  const high = load<u64>(bar, UNITS_HI) + load<u64>(other, UNITS_HI) + <u64>(sum >= UNITS_LIMIT);
  const low = sum >= UNITS_LIMIT ? sum - UNITS_LIMIT : sum;
  if (high !== LIMIT_HI) return high < LIMIT_HI;
  if (low !== LIMIT_LO) return low < LIMIT_LO;
  return (isCarried ? fraction - E8_LIMIT : fraction) < LIMIT_E8;
}
