// Prices, as `Market` of the core makes them: the same operations on doubles in the same order.
import { deviationOf, leaderOf, ownOf, ownTimeOf, setOwn, setOwnTime, startPriceOf } from './instruments';
import { normal } from './random';

export const YEAR_S: f64 = 252 * 6.25 * 3600;

const MARKET_VOLATILITY: f64 = 0.15;
const REVERSION: f64 = 0.001155;
const SPREAD: f64 = 0.002;
const SPREAD_VOLATILITY: f64 = SPREAD * Math.sqrt(2 * REVERSION);

const MIN_LEVEL: f64 = 0.05;
const MAX_LEVEL: f64 = 20;

let factor: f64 = 1;
let factorTime_s: f64 = 0;

/** Moves what all symbols have in common on to `time_s` since the start. */
export function advance(random: usize, time_s: f64): void {
  const step_s = time_s - factorTime_s;
  factorTime_s = time_s;
  factor = within(factor * (1 + MARKET_VOLATILITY * Math.sqrt(step_s / YEAR_S) * normal(random)));
}

/** The price of a symbol at `time_s`, before it is rounded. */
export function priceOf(random: usize, instrument: usize, time_s: f64): f64 {
  const step_s = time_s - ownTimeOf(instrument);
  setOwnTime(instrument, time_s);
  const noise = Math.sqrt(step_s > 0 ? step_s : 0) * normal(random);
  const own = ownOf(instrument);
  setOwn(
    instrument,
    leaderOf(instrument) === 0
      ? within(own * (1 + deviationOf(instrument) * noise))
      : own + (1 - own) * min(1, REVERSION * step_s) + SPREAD_VOLATILITY * noise,
  );
  return startPriceOf(instrument) * levelOf(instrument);
}

function levelOf(instrument: usize): f64 {
  const leader = leaderOf(instrument);
  return ownOf(instrument) * (leader === 0 ? factor : levelOf(leader));
}

function within(level: f64): f64 {
  return min(MAX_LEVEL, max(MIN_LEVEL, level));
}
