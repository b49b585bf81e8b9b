import { describe, expect, test } from 'vitest';
import { Timelines } from '../../src/lib/core/timelines.js';

interface Point {
  ts: number;
  sum: number;
}

function linesOf(maxPoints: number): Timelines<Point> {
  return new Timelines<Point>({
    maxPoints,
    at: (point, ts) => ({ ...point, ts }),
    merge: (into, { sum }) => {
      into.sum += sum;
    },
  });
}

describe('timelines', () => {
  test('keep points as they are while there is room, and their lines by name', () => {
    const lines = linesOf(10);
    expect(lines.add('b', 60, { ts: 60, sum: 1 })).toBe('used');
    expect(lines.add('a', 1, { ts: 7, sum: 2 })).toBe('used');
    expect(lines.add('b', 60, { ts: 180, sum: 3 })).toBe('used');
    expect(lines.sorted().map(({ name, step_s, points }) => [name, step_s, points])).toEqual([
      ['a', 1, [{ ts: 7, sum: 2 }]],
      [
        'b',
        60,
        [
          { ts: 60, sum: 1 },
          { ts: 180, sum: 3 },
        ],
      ],
    ]);
  });

  test('take no point twice and none out of order', () => {
    const lines = linesOf(10);
    lines.add('a', 1, { ts: 7, sum: 2 });
    expect(lines.add('a', 1, { ts: 7, sum: 2 })).toBe('duplicate');
    expect(lines.add('a', 1, { ts: 6, sum: 2 })).toBe('late');
    expect(lines.sorted()[0]?.points).toEqual([{ ts: 7, sum: 2 }]);
  });

  test('become coarser together where there are too many points, and lose nothing', () => {
    const lines = linesOf(100);
    for (let ts = 0; ts < 1000; ts++) {
      expect(lines.add('fine', 1, { ts, sum: 1 })).toBe('used');
      if (ts % 60 === 0) lines.add('coarse', 60, { ts, sum: 1 });
    }
    const [coarse, fine] = lines.sorted();
    expect([fine?.step_s, coarse?.step_s]).toEqual([16, 960]);
    expect(fine?.points.slice(0, 2)).toEqual([
      { ts: 0, sum: 16 },
      { ts: 16, sum: 16 },
    ]);
    expect(coarse?.points).toEqual([
      { ts: 0, sum: 16 },
      { ts: 960, sum: 1 },
    ]);
    for (const line of [fine, coarse])
      expect(line?.points.reduce((total, { sum }) => total + sum, 0)).toBe(line === fine ? 1000 : 17);
    // What comes for a step that has been merged counts as before.
    expect(lines.add('fine', 1, { ts: 999, sum: 1 })).toBe('duplicate');
  });

  test('never fewer than one point a line, and never too many lines', () => {
    const lines = linesOf(3);
    for (let line = 0; line < 10_000; line++) lines.add(String(line), 1, { ts: 5, sum: 1 });
    expect(lines.sorted()).toHaveLength(10_000);
    expect(() => lines.add('one more', 1, { ts: 5, sum: 1 })).toThrow('lines of a chart');
  });
});
