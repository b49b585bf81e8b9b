import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenWindows } from '../../src/lib/core/windows.js';

describe('OpenWindows', () => {
  it('gives windows back oldest first, in whatever order they were opened', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 200 })), fc.integer({ min: -1, max: 201 }), (starts, through) => {
        const windows = new OpenWindows<string>();
        for (const start of starts) windows.open(start, `w${start}`);
        const sorted = [...starts].sort((a, b) => a - b);
        expect(windows.newest()).toBe(sorted.at(-1));
        const old = sorted.filter((start) => start <= through);
        expect(windows.takeThrough(through)).toEqual(old.map((start) => [start, `w${start}`]));
        for (const start of starts) expect(windows.get(start)).toBe(start <= through ? undefined : `w${start}`);
        expect(windows.takeThrough(Infinity)).toEqual(
          sorted.filter((start) => start > through).map((start) => [start, `w${start}`]),
        );
        expect(windows.newest()).toBeUndefined();
      }),
    );
  });

  it('takes a window that starts exactly at the given time, and not the next one', () => {
    const windows = new OpenWindows<string>();
    windows.open(2, 'two');
    windows.open(1, 'one');
    windows.open(3, 'three');
    expect(windows.takeThrough(2)).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
    expect(windows.get(3)).toBe('three');
  });

  it('hands back what it was given to keep', () => {
    const windows = new OpenWindows<string[]>();
    const value = windows.open(7, ['kept']);
    expect(windows.get(7)).toBe(value);
    expect(windows.get(8)).toBeUndefined();
  });
});
