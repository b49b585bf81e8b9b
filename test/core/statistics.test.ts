import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastZ, meanOf, slopeOf } from '../../src/lib/core/pairs/statistics.js';

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
}

describe('the slope', () => {
  // Means 3 and 1.5; deviations −3, 1, −1, 3 and −1.5, −0.5, 0.5, 1.5: Σ dx·dy = 8, Σ dy² = 5, Σ dx² = 20.
  const xs = [0, 4, 2, 6];
  const ys = [0, 1, 2, 3];

  it('is that of x on y, as the spread x − beta · y wants it', () => {
    expect(slopeOf(xs, ys)).toBe(8 / 5);
  });

  it('is neither that of y on x nor its inverse, which would be another spread', () => {
    expect(slopeOf(ys, xs)).toBe(8 / 20);
    expect(slopeOf(xs, ys)).not.toBe(20 / 8);
  });

  it('leaves the spread that varies least', () => {
    const logs = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), { minLength: 2 });
    fc.assert(
      fc.property(logs, (points) => {
        const [x, y] = [points.map(([one]) => one / 10), points.map(([, other]) => other / 10)];
        const slope = slopeOf(x, y);
        fc.pre(slope !== undefined);
        const spread = (beta: number): number => varianceOf(x.map((value, at) => value - beta * (y[at] as number)));
        for (const beta of [slope - 0.1, slope + 0.1]) expect(spread(slope)).toBeLessThanOrEqual(spread(beta) + 1e-9);
      }),
    );
  });

  it('has an intercept: where the values lie does not matter', () => {
    expect(slopeOf([100, 104, 102, 106], [50, 51, 52, 53])).toBe(8 / 5);
  });

  it.each([
    ['of one value', [1], [1]],
    ['of none', [], []],
    ['where y stands still', [1, 2, 3], [5, 5, 5]],
    // Σ dy² = 2 · (5e-7)² = 5e-13
    ['where y hardly varies', [1, 2], [0, 1e-6]],
  ])('is undefined %s', (_, x, y) => {
    expect(slopeOf(x, y)).toBeUndefined();
  });

  it('is there as soon as y varies by more: Σ dy² = 2e-12', () => {
    expect(slopeOf([0, 1], [0, 2e-6])).toBeCloseTo(500_000, 3);
  });

  it('is 0 where x stands still', () => {
    expect(slopeOf([5, 5, 5], [1, 2, 3])).toBe(0);
  });
});

describe('the z-score of the last value', () => {
  it('is taken by the deviation of the population, not of a sample', () => {
    // Mean 2, variance (1 + 0 + 1) / 3; of a sample it would be 1, and z with it.
    expect(lastZ([1, 2, 3])).toBeCloseTo(Math.sqrt(1.5), 12);
    expect(lastZ([3, 2, 1])).toBeCloseTo(-Math.sqrt(1.5), 12);
  });

  it('of two values is 1 or -1', () => {
    expect(lastZ([0, 8])).toBe(1);
    expect(lastZ([8, 0])).toBe(-1);
  });

  it('is 0 at the mean', () => {
    expect(lastZ([1, 3, 2])).toBe(0);
  });

  it.each([
    ['of one value', [1]],
    ['of none', []],
    ['where all are equal', [3, 3, 3]],
    // Variance (5e-7)² = 2.5e-13
    ['where the values hardly vary', [0, 1e-6]],
  ])('is undefined %s', (_, values) => {
    expect(lastZ(values)).toBeUndefined();
  });

  it('is there as soon as they vary by more than a variance of 1e-12', () => {
    expect(lastZ([0, 2.1e-6])).toBeCloseTo(1, 6);
  });

  it('keeps its digits where the values lie far from 0 and close together', () => {
    const far = [0, 1, 2, 3, 7].map((value) => 1e6 + value / 1024);
    // Mean 2.6, variance (2.6² + 1.6² + 0.6² + 0.4² + 4.4²) / 5 = 5.84. Sums of squares of 1e6 would have lost all of it.
    expect(lastZ(far)).toBeCloseTo(4.4 / Math.sqrt(5.84), 6);
  });
});
