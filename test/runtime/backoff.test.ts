import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Backoff } from '../../src/lib/runtime/backoff.js';

/** The next delays, in which chance says this. */
function delays(backoff: Backoff, count: number): number[] {
  return Array.from({ length: count }, () => backoff.next());
}

describe('the delays between attempts', () => {
  it('double from the shortest to the longest', () => {
    expect(delays(new Backoff(500, 30_000, () => 1 - 2 ** -53), 9).map(Math.round)).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  it('are half left to chance', () => {
    expect(delays(new Backoff(500, 3000, () => 0), 5)).toEqual([250, 500, 1000, 1500, 1500]);
    expect(delays(new Backoff(500, 3000, () => 0.5), 5)).toEqual([375, 750, 1500, 2250, 2250]);
  });

  it('ask chance anew for each', () => {
    const chances = [0, 0.5, 0.25];
    expect(delays(new Backoff(1000, 1000, () => chances.shift() ?? NaN), 3)).toEqual([500, 750, 625]);
  });

  it('begin again behind a connection that has held', () => {
    const backoff = new Backoff(100, 10_000, () => 0);
    expect(delays(backoff, 4)).toEqual([50, 100, 200, 400]);
    backoff.reset();
    expect(delays(backoff, 2)).toEqual([50, 100]);
  });

  it('stay the longest for ever', () => {
    const backoff = new Backoff(1, 60_000, () => 0);
    expect(delays(backoff, 5000).at(-1)).toBe(30_000);
  });

  it('stay within their bounds for any settings', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 0, max: 1e9 }),
        chance,
        fc.nat({ max: 60 }),
        (min, more, random, n) => {
          const all = delays(new Backoff(min, min + more, () => random), n + 2);
          for (const [index, delay_ms] of all.entries()) {
            const full_ms = Math.min(min + more, min * 2 ** index);
            expect(delay_ms).toBeGreaterThanOrEqual(full_ms / 2);
            expect(delay_ms).toBeLessThanOrEqual(full_ms);
            expect(delay_ms).toBeGreaterThanOrEqual(all[index - 1] ?? 0);
          }
        },
      ),
    );
  });
});
