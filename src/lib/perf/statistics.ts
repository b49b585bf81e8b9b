import { Random } from '../core/sim/random.js';

/** Resamples of a bootstrap: the ends of its interval then move by less than a hundredth of its length. */
const RESAMPLES = 10_000;

const SHARE = 0.95;

/** What lies between two values, both included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of at least one value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[(sorted.length >> 1) - 1] as number) + upper) / 2;
}

/** The value below which a share of all values lies, between neighbours in proportion (Hyndman and Fan's type 7). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * A 95 % interval for the median of which `values` are a sample: the percentile bootstrap (Efron and Tibshirani, An Introduction to the
 * Bootstrap, 1993, chapter 13). The same seed gives the same interval.
 */
export function medianInterval(values: readonly number[], seed: number): Interval {
  const random = new Random(seed, 0);
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(values.map(() => values[random.below(values.length)] as number)),
  );
  return { low: quantile(medians, (1 - SHARE) / 2), high: quantile(medians, (1 + SHARE) / 2) };
}

export type Verdict = 'faster' | 'slower' | 'inconclusive';

/**
 * What an interval for the speed of one side, in multiples of the other's, says. `noise`: the largest factor by which a side differs
 * from itself.
 */
export function verdictOf({ low, high }: Interval, noise: number): Verdict {
  if (low <= 1 && high >= 1) return 'inconclusive';
  if (low >= 1 / noise && high <= noise) return 'inconclusive';
  return low > 1 ? 'faster' : 'slower';
}

/** The larger one of an interval's ends, as a factor of at least 1. */
export function noiseOf({ low, high }: Interval): number {
  return Math.max(high, 1 / low, 1);
}
