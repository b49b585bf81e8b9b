import { Random } from './random.js';

/** One symbol of a simulated market. */
export interface Instrument {
  readonly symbol: string;
  readonly startPrice: number;
  /** Standard deviation of the own return over a trading year, as a fraction; a follower has its leader's. */
  readonly volatility: number;
  /** Share of activity: its rate of ticks is this times the common rate. */
  readonly weight: number;
  /** Index of the instrument that this one follows, with a spread that reverts to its mean; undefined where it goes its own way. */
  readonly follows: number | undefined;
}

/** Most symbols that one simulator makes. */
export const MAX_SYMBOLS = 100_000;

/** Every fourth symbol follows the one before it. */
const PAIR_EVERY = 4;

/** A random universe of `count` symbols, SIM0001 and up. */
export function generateUniverse(count: number, seed: number): Instrument[] {
  const random = new Random(seed, 1);
  return Array.from({ length: count }, (_, index) => ({
    symbol: `SIM${String(index + 1).padStart(4, '0')}`,
    startPrice: 50 + random.below(59_000) / 20,
    volatility: 0.15 + random.uniform() * 0.3,
    weight: 1,
    follows: index % PAIR_EVERY === 1 ? index - 1 : undefined,
  }));
}
