// What is said of several measurements.
import { median, medianInterval } from '../dist/lib/perf/statistics.js';

const SEED = 1;

/** Median and spread. */
export function summary(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** How many times as fast as the base, round by round, with the 95 % interval of the median: what slows a whole round cancels out. */
export function speedRatio(samples, base) {
  const ratios = samples.map(({ wall_s }, round) => base[round].wall_s / wall_s);
  return { ...summary(ratios), interval: medianInterval(ratios, SEED) };
}
