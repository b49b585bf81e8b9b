import { describe, expect, it } from 'vitest';
import { concludeFrom } from '../../src/lib/perf/contest.js';
import type { Sample } from '../../src/lib/perf/measure.js';

/** Times of a side in the rounds A B B A, s. */
function samplesOf(...walls: number[]): Sample[] {
  return walls.map((wall_s) => ({ wall_s, cpu_s: wall_s, peak_rss_mb: 1 }));
}

describe('of recorded runs', () => {
  const a = samplesOf(1.0, 1.02, 0.99, 1.01, 1.0, 1.0);

  it('a side that takes 20 % longer each time is slower by that much', () => {
    const b = a.map(({ wall_s, ...rest }) => ({ ...rest, wall_s: wall_s * 1.2 }));
    const conclusion = concludeFrom({ a, b }, 1);
    expect(conclusion?.verdict).toBe('slower');
    expect(conclusion?.ratio).toBeCloseTo(1 / 1.2, 12);
    expect(conclusion?.interval.low).toBeLessThanOrEqual(1 / 1.2);
  });

  it('the same side again is inconclusive', () => {
    expect(concludeFrom({ a, b: samplesOf(1.01, 0.99, 1.0, 1.02, 1.0, 0.99) }, 1)?.verdict).toBe('inconclusive');
  });

  it('a difference that is smaller than what a side differs from itself is inconclusive', () => {
    const restless = samplesOf(1.0, 1.3, 1.0, 1.3, 1.0, 1.3);
    const b = restless.map(({ wall_s, ...rest }) => ({ ...rest, wall_s: wall_s / 1.05 }));
    const conclusion = concludeFrom({ a: restless, b }, 1);
    expect(conclusion?.noise).toBeCloseTo(1.3, 9);
    expect(conclusion).toMatchObject({ verdict: 'inconclusive' });
    expect(conclusion?.ratio).toBeCloseTo(1.05, 9);
  });

  it('a machine that slows down in the middle of each round does not make a winner', () => {
    // A B B A, each run slower than the one before: A has the first and the last place.
    const rounds = [0, 1, 2];
    const side = (places: readonly number[]): Sample[] =>
      samplesOf(...rounds.flatMap(() => places.map((place) => 1 + place * 0.1)));
    expect(concludeFrom({ a: side([0, 3]), b: side([1, 2]) }, 1)?.verdict).toBe('inconclusive');
  });

  it('fewer than five pairs are inconclusive, however far they are apart', () => {
    expect(concludeFrom({ a: samplesOf(2, 2, 2, 2), b: samplesOf(1, 1, 1, 1) }, 1)).toMatchObject({
      ratio: 2,
      verdict: 'inconclusive',
    });
  });

  it('without runs there is nothing to say', () => {
    expect(concludeFrom({ a: [], b: [] }, 1)).toBeUndefined();
  });
});
