// The entry: ticks of a simulated market as lines, as `Tape` and `Faults` of the core make them.
import { add, at, instruments, isHot, nextTrade, reserve, setHot } from './instruments';
import { endFeed, endStep, takeTick } from './faults';
import { advance, priceOf, YEAR_S } from './market';
import { below, seeded, uniform } from './random';
import { indexOf, schedule, timeOf } from './schedule';
import { set, setDecimals } from './tick';

export { textAt } from '../input';
export { flush, waiting } from '../text';
export { addMalformed, setFaults } from './faults';

const NS_PER_S: i64 = 1_000_000_000;
const NS_PER_MS: i64 = 1_000_000;
const MAX_LOT: f64 = 500;

/** As many digits as every double has exactly. */
const MAX_PRICE: f64 = 1e15;

/** A price has more digits than can be written. The host throws. */
declare function unwritable(): void;

let tapeRandom: usize = 0;
let marketRandom: usize = 0;
let start_ms: i64 = 0;
let step_ms: f64 = 0;
let hotRate: f64 = 0;
let hotCount: u32 = 0;
let hotRotate_ms: f64 = 0;
let tickUnits: f64 = 0;
let tickScale: f64 = 0;
let withIds: bool = false;
let end_ms: f64 = 0;

let elapsed_ms: f64 = 0;
let rotation: f64 = -1;
let left: f64 = 0;
/** Whether the end may lie in the step at hand. */
let mayEnd: bool = false;

/** Before everything else. */
export function setMarket(seed: u32, symbols: u32, start: f64, step: f64, rate: f64, hot: u32, rotate_ms: f64): void {
  tapeRandom = seeded(seed, 2);
  marketRandom = seeded(seed, 3);
  reserve(symbols);
  start_ms = <i64>start;
  step_ms = step;
  hotRate = rate;
  hotCount = hot;
  hotRotate_ms = rotate_ms;
}

/** Prices in steps of `units / 10 ** decimals`; at most `count` ticks, all of them before `end`. */
export function setTicks(units: f64, decimals: u32, ids: bool, count: f64, end: f64): void {
  tickUnits = units;
  tickScale = 1;
  for (let decimal: u32 = 0; decimal < decimals; decimal++) tickScale *= 10;
  setDecimals(decimals);
  withIds = ids;
  left = count;
  end_ms = end;
}

/** The next symbol, which is at `textAt`; `follows` -1: none. */
export function addInstrument(size: u32, rate: f64, startPrice: f64, volatility: f64, follows: i32): void {
  add(size, rate, uniform(tapeRandom), startPrice, volatility / Math.sqrt(YEAR_S), follows);
}

/** Time up to which ticks have been made, ms since the epoch. */
export function time(): f64 {
  return <f64>start_ms + elapsed_ms;
}

export function isDone(): bool {
  return left <= 0 || time() >= end_ms;
}

/** Makes the ticks of the next step. */
export function step(): void {
  rotate();
  advance(marketRandom, elapsed_ms / 1000);
  mayEnd = time() + step_ms > end_ms - 1;
  const count = schedule(tapeRandom, step_ms, hotRate);
  for (let place: u32 = 0; place < count; place++) {
    makeTick(at(indexOf(place)), timeOf(place));
    if (left <= 0) break;
  }
  elapsed_ms += step_ms;
  endStep();
  if (isDone()) endFeed();
}

function makeTick(instrument: usize, offset_ns: u64): void {
  const exact = priceOf(marketRandom, instrument, elapsed_ms / 1000 + <f64>offset_ns / <f64>NS_PER_S);
  const bounce = below(tapeRandom, 3) - 1;
  const price = max(1, Math.round((exact * tickScale) / tickUnits) + bounce) * tickUnits;
  if (price >= MAX_PRICE) unwritable();
  const id = withIds ? nextTrade(instrument) : 0;
  const volume = 1 + <u32>below(tapeRandom, MAX_LOT);
  const time_ns = (start_ms + <i64>elapsed_ms) * NS_PER_MS + offset_ns;
  if (mayEnd && isBehindEnd(time_ns)) return;
  left--;
  set(instrument, time_ns, <i64>price, volume, id);
  takeTick();
}

function isBehindEnd(time_ns: i64): bool {
  const s = time_ns / NS_PER_S;
  return <f64>s * 1000 + <f64>(time_ns - s * NS_PER_S) / <f64>NS_PER_MS >= end_ms;
}

/** Chooses other hot symbols when it is time for that. */
function rotate(): void {
  const now = floor(elapsed_ms / hotRotate_ms);
  if (now === rotation) return;
  rotation = now;
  for (let index: u32 = 0; index < instruments; index++) setHot(at(index), false);
  for (let missing = hotCount; missing > 0;) {
    const instrument = at(<u32>below(tapeRandom, instruments));
    missing -= isHot(instrument) ? 0 : 1;
    setHot(instrument, true);
  }
}
