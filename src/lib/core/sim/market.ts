import type { Random } from './random.js';
import type { Instrument } from './universe.js';

/** Seconds of trading in a year: 252 days of 6.25 hours. */
const YEAR_S = 252 * 6.25 * 3600;

/** Volatility of the factor that moves all symbols together, over a year. */
const MARKET_VOLATILITY = 0.15;

/** Speed at which a pair's spread returns to its mean, per s: half of a deviation is gone after ten minutes. */
const REVERSION = 0.001_155;

/** Standard deviation of a pair's spread in the long run, as a fraction of the price. */
const SPREAD = 0.002;

const SPREAD_VOLATILITY = SPREAD * Math.sqrt(2 * REVERSION);

/** A factor or a price never leaves its start by more than these; only a very long run gets there. */
const MIN_LEVEL = 0.05;
const MAX_LEVEL = 20;

/**
 * Prices of a simulated market: a common factor, a walk of each symbol's own, and symbols that follow another with a spread
 * that reverts to its mean (Ornstein-Uhlenbeck, Euler steps). Only + - * / and square roots: the same prices everywhere.
 */
export class Market {
  private readonly universe: readonly Instrument[];
  private readonly random: Random;
  private factor = 1;
  private factorTime_s = 0;
  /** Own level of each symbol, or its spread where it follows another; 1 at the start. */
  private readonly own: Float64Array;
  private readonly ownTime_s: Float64Array;

  constructor(universe: readonly Instrument[], random: Random) {
    this.universe = universe;
    this.random = random;
    this.own = new Float64Array(universe.length).fill(1);
    this.ownTime_s = new Float64Array(universe.length);
  }

  /** Moves the common factor on to `time_s` since the start. */
  advance(time_s: number): void {
    const step_s = time_s - this.factorTime_s;
    this.factorTime_s = time_s;
    this.factor = within(this.factor * (1 + MARKET_VOLATILITY * Math.sqrt(step_s / YEAR_S) * this.random.normal()));
  }

  /** The price of a symbol at `time_s`, before rounding to a tick. */
  price(index: number, time_s: number): number {
    const instrument = this.universe[index] as Instrument;
    const step_s = time_s - (this.ownTime_s[index] as number);
    this.ownTime_s[index] = time_s;
    const noise = Math.sqrt(step_s > 0 ? step_s : 0) * this.random.normal();
    const own = this.own[index] as number;
    this.own[index] =
      instrument.follows === undefined
        ? within(own * (1 + (instrument.volatility / Math.sqrt(YEAR_S)) * noise))
        : own + (1 - own) * Math.min(1, REVERSION * step_s) + SPREAD_VOLATILITY * noise;
    return instrument.startPrice * this.level(index);
  }

  private level(index: number): number {
    const { follows } = this.universe[index] as Instrument;
    return (this.own[index] as number) * (follows === undefined ? this.factor : this.level(follows));
  }
}

function within(level: number): number {
  return Math.min(MAX_LEVEL, Math.max(MIN_LEVEL, level));
}
