import { describe, expect, it } from 'vitest';
import { median, medianInterval, noiseOf, quantile, verdictOf } from '../../src/lib/perf/statistics.js';

describe('of a sample', () => {
  it('the median is the one in the middle, or the mean of two', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
  });

  it('a quantile lies between neighbours in proportion', () => {
    const values = [40, 10, 30, 20];
    expect([0, 0.5, 1, 0.1, 0.975].map((share) => quantile(values, share))).toEqual([10, 25, 40, 13, 39.25]);
  });

  it('the interval is the same for the same seed, holds the median, and is a point where all values are one', () => {
    const values = [1.18, 1.21, 1.2, 1.25, 1.16, 1.22];
    const interval = medianInterval(values, 7);
    expect(medianInterval(values, 7)).toEqual(interval);
    expect(interval.low).toBeLessThan(1.205);
    expect(interval.high).toBeGreaterThan(1.205);
    expect(Math.min(...values)).toBeLessThanOrEqual(interval.low);
    expect(medianInterval([2, 2, 2], 1)).toEqual({ low: 2, high: 2 });
  });

  // scipy.stats.bootstrap((sample,), numpy.median, n_resamples=10000, method='percentile') of SciPy 1.17.1, the same for 20 seeds.
  it.each([
    [[1.18, 1.21, 1.2, 1.25, 1.16, 1.22], 1.17, 1.235],
    [[0.93, 1.04, 0.99, 1.1, 1.01, 0.97, 1.02, 0.95, 1.06, 1.0], 0.97, 1.04],
    [[2.1, 1.7, 1.9, 3.4, 1.8, 2.0, 2.2], 1.8, 2.2],
  ])("the interval of %j is that of SciPy's bootstrap", (values, low, high) => {
    for (const seed of [1, 2, 3]) {
      const interval = medianInterval(values, seed);
      expect(interval.low).toBeCloseTo(low, 9);
      expect(interval.high).toBeCloseTo(high, 9);
    }
  });

  it('noise is a factor of at least 1, whichever way the interval leans', () => {
    expect([noiseOf({ low: 0.8, high: 1.1 }), noiseOf({ low: 0.95, high: 1.2 }), noiseOf({ low: 1, high: 1 })]).toEqual([
      1.25, 1.2, 1,
    ]);
  });
});

describe('a verdict', () => {
  it.each([
    ['faster', { low: 1.1, high: 1.3 }, 1.05],
    ['slower', { low: 0.7, high: 0.9 }, 1.05],
    ['inconclusive where the interval holds 1', { low: 0.99, high: 1.5 }, 1],
    ['inconclusive within the noise', { low: 1.01, high: 1.04 }, 1.05],
    ['inconclusive within the noise', { low: 0.96, high: 0.99 }, 1.05],
    ['faster where the interval begins in the noise and ends beyond', { low: 1.01, high: 1.3 }, 1.05],
  ])('is %s: %o, noise %d', (words, interval, noise) => {
    expect(verdictOf(interval, noise)).toBe(words.split(' ')[0]);
  });
});
