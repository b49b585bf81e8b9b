// What is known of each symbol of the market, in the order of the universe.
import { textAt } from '../input';
import { take } from '../memory';

// Ticks per s, ticks earned and not made, start price, deviation of the own return in a second, own level or spread, when that was
// taken, the instrument that it follows, number of its last trade, size and whether it is hot, text.
const RATE: usize = 0;
const CREDIT: usize = 8;
const START_PRICE: usize = 16;
const DEVIATION: usize = 24;
const OWN: usize = 32;
const OWN_TIME: usize = 40;
const FOLLOWS: usize = 48;
const SIZE: usize = 52;
const IS_HOT: usize = 54;
const TRADES: usize = 56;
const TEXT: usize = 64;
const INSTRUMENT: usize = TEXT + 64;

let first: usize = 0;
export let instruments: u32 = 0;

/** Room for that many. */
export function reserve(count: u32): void {
  // Texts are copied in whole words.
  first = take(<usize>count * INSTRUMENT + 8);
}

export function at(index: u32): usize {
  return first + <usize>index * INSTRUMENT;
}

/** The next one, whose symbol is at `textAt`; `follows` -1: it goes its own way. */
export function add(size: u32, rate: f64, credit: f64, startPrice: f64, deviation: f64, follows: i32): void {
  const instrument = at(instruments++);
  store<f64>(instrument, rate, RATE);
  store<f64>(instrument, credit, CREDIT);
  store<f64>(instrument, startPrice, START_PRICE);
  store<f64>(instrument, deviation, DEVIATION);
  store<f64>(instrument, 1, OWN);
  store<u32>(instrument, follows < 0 ? 0 : <u32>at(<u32>follows), FOLLOWS);
  store<u16>(instrument, <u16>size, SIZE);
  memory.copy(instrument + TEXT, textAt, size);
}

export function rateOf(instrument: usize): f64 {
  return load<f64>(instrument, RATE);
}

export function creditOf(instrument: usize): f64 {
  return load<f64>(instrument, CREDIT);
}

export function setCredit(instrument: usize, credit: f64): void {
  store<f64>(instrument, credit, CREDIT);
}

export function startPriceOf(instrument: usize): f64 {
  return load<f64>(instrument, START_PRICE);
}

export function deviationOf(instrument: usize): f64 {
  return load<f64>(instrument, DEVIATION);
}

export function ownOf(instrument: usize): f64 {
  return load<f64>(instrument, OWN);
}

export function setOwn(instrument: usize, own: f64): void {
  store<f64>(instrument, own, OWN);
}

export function ownTimeOf(instrument: usize): f64 {
  return load<f64>(instrument, OWN_TIME);
}

export function setOwnTime(instrument: usize, time_s: f64): void {
  store<f64>(instrument, time_s, OWN_TIME);
}

/** 0 where it goes its own way. */
export function leaderOf(instrument: usize): usize {
  return load<u32>(instrument, FOLLOWS);
}

export function isHot(instrument: usize): bool {
  return load<u8>(instrument, IS_HOT) !== 0;
}

export function setHot(instrument: usize, hot: bool): void {
  store<u8>(instrument, hot ? 1 : 0, IS_HOT);
}

/** The number of its next trade, from 1. */
export function nextTrade(instrument: usize): u64 {
  const trade = load<u64>(instrument, TRADES) + 1;
  store<u64>(instrument, trade, TRADES);
  return trade;
}

export function textOf(instrument: usize): usize {
  return instrument + TEXT;
}

export function sizeOf(instrument: usize): usize {
  return load<u16>(instrument, SIZE);
}
