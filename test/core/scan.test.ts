import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { CapacityError } from '../../src/lib/core/capacity.js';
import { type Tie, TieMeter } from '../../src/lib/core/pairs/cointegration.js';
import { bestOf, PairScanner, type ScannedPair } from '../../src/lib/core/pairs/scan.js';
import { lengthsFor } from '../../src/lib/core/pairs/suggest.js';

const NUMBERS = ['corr', 'corr_returns', 'beta', 'resid_sd', 'df_t', 'half_life'] as const;

function tieOf(xs: readonly number[], ys: readonly number[]): Tie {
  const meter = new TieMeter(xs.length);
  meter.xs.set(xs);
  meter.ys.set(ys);
  return meter.measure(xs.length);
}

/** A bar of a minute; `close` as its logarithm. */
function bar(symbol: string, minute: number, log: number) {
  return { symbol, tf_s: 60, ts: 60 * minute, c: Math.exp(log) };
}

function expectTie(tie: Tie, expected: Tie): void {
  expect(tie.n).toBe(expected.n);
  for (const name of NUMBERS) {
    const value = expected[name];
    if (value === undefined) expect(tie[name], name).toBeUndefined();
    else expect(tie[name], name).toBeCloseTo(value, 12);
  }
}

/** x is 2 y and the residuals 2 1 -1 -2 -1 1, which have nothing in common with y. */
const XS = [4, 1, -1, 0, -3, -1];
const YS = [1, 0, 0, 1, -1, -1];

/**
 * By hand, in fractions. Squares and products of x and y: 28, 8, 4; of their changes: 22, 8, 5.2; of the residuals: 12. Of their
 * changes -1 -2 -1 1 2 and the levels before: 10.8, -7.2, 10.8, so the coefficient is -2/3, the errors' squares 6 with 3 degrees
 * of freedom, and t is -2/3 / √(2/10.8).
 */
const TIE: Tie = {
  n: 6,
  corr: 2 / Math.sqrt(7),
  corr_returns: 8 / Math.sqrt(22 * 5.2),
  beta: 2,
  resid_sd: Math.sqrt(2),
  df_t: -Math.sqrt(2.4),
  half_life: Math.log(2) / Math.log(3),
};

describe('a tie', () => {
  it('has the numbers that were worked by hand', () => {
    expectTie(tieOf(XS, YS), TIE);
  });

  it('has no half-life where a deviation changes its sign with each step', () => {
    const tie = tieOf([1, 3, 2, 5, 4], [0, 1, 2, 3, 4]);
    const [corr, beta] = [0.8, 0.8];
    // Changes of y are all the same, and the coefficient is -6.25 / 3.15.
    const expected = { n: 5, corr, beta, corr_returns: undefined, resid_sd: Math.sqrt(0.72), half_life: undefined };
    expectTie(tie, { ...expected, df_t: -Math.sqrt(3125 / 44) });
  });

  it('has none where the residuals only drift, and no t without an error', () => {
    const tie = tieOf([4, 0, -2, -2], [1, -1, -1, 1]);
    expectTie(tie, {
      n: 4,
      corr: 4 / Math.sqrt(24 * 4),
      corr_returns: 1,
      beta: 1,
      resid_sd: Math.sqrt(5),
      df_t: undefined,
      half_life: undefined,
    });
  });

  it('does not change where prices are in another unit', () => {
    expectTie(
      tieOf(
        XS.map((x) => x + 10),
        YS.map((y) => y - 7),
      ),
      TIE,
    );
  });

  const NOTHING = { corr: undefined, corr_returns: undefined, beta: undefined, resid_sd: undefined, df_t: undefined };

  test.each([
    ['none', [], []],
    ['one bar', [1], [2]],
    ['flat prices', [1, 1, 1, 1], [2, 2, 2, 2]],
    ['a flat b', [1, 2, 3, 5], [2, 2, 2, 2]],
    ['a b that moves by rounding only', [1, 2, 3, 5], [2, 2 + 1e-9, 2, 2]],
  ])('says nothing of %s', (_, xs, ys) => {
    expect(tieOf(xs, ys)).toEqual({ n: xs.length, ...NOTHING, half_life: undefined });
  });

  it('of a flat a and of two that are the same there are no residuals to test', () => {
    const nothing = { corr_returns: undefined, resid_sd: 0, df_t: undefined, half_life: undefined };
    expect(tieOf([2, 2, 2, 2], [1, 2, 4, 3])).toEqual({ n: 4, corr: undefined, beta: 0, ...nothing });
    expectTie(tieOf(XS, XS), { n: 6, corr: 1, corr_returns: 1, beta: 1, resid_sd: 0, df_t: undefined, half_life: undefined });
  });

  it('is measured anew after a longer one', () => {
    const meter = new TieMeter(20);
    meter.xs.set(Array.from({ length: 20 }, (_, at) => (at * 7) % 11));
    meter.ys.set(Array.from({ length: 20 }, (_, at) => (at * 5) % 13));
    meter.measure(20);
    meter.xs.set(XS);
    meter.ys.set(YS);
    expectTie(meter.measure(6), TIE);
  });
});

describe('a scan', () => {
  function scanned(bars: readonly ReturnType<typeof bar>[], minBars = 2): ScannedPair[] {
    const scanner = new PairScanner();
    for (const one of bars) scanner.add(one);
    return [...scanner.pairs(minBars)];
  }

  const both = XS.flatMap((x, minute) => [bar('B', minute, YS[minute] as number), bar('A', minute, x)]);

  it('takes the first symbol as a, whichever came first', () => {
    const [pair, ...others] = scanned(both);
    expect(others).toEqual([]);
    expect(pair).toMatchObject({ a: 'A', b: 'B', tf_s: 60 });
    expectTie(pair as ScannedPair, TIE);
  });

  it('joins bars of the same time, and passes over closes that are not above 0', () => {
    const hole = { ...bar('A', 8, 0), c: 0 };
    const negative = { ...bar('B', 9, 0), c: -3 };
    const more = [bar('A', 6, 5), bar('B', 7, 5), hole, bar('B', 8, 1), bar('A', 9, 1), negative];
    expect(scanned([...both, ...more])).toEqual(scanned(both));
  });

  it('takes the first of two bars of one time', () => {
    const scanner = new PairScanner();
    for (const one of both) expect(scanner.add(one)).toBe('used');
    for (const one of both) expect(scanner.add({ ...one, c: 7 })).toBe('duplicate');
    expect([...scanner.pairs(2)]).toEqual(scanned(both));
  });

  it('does not depend on the order of the bars', () => {
    const random = fc.array(
      fc.record({ minute: fc.nat(200), symbol: fc.constantFrom('A', 'B', 'C'), log: fc.double({ min: -3, max: 3 }) }),
    );
    fc.assert(
      fc.property(
        random.chain((list) => {
          const bars = [
            ...new Map(list.map(({ symbol, minute, log }) => [`${symbol}${minute}`, bar(symbol, minute, log)])).values(),
          ];
          return fc.tuple(fc.constant(bars), fc.shuffledSubarray(bars, { minLength: bars.length }));
        }),
        ([bars, shuffled]) => {
          expect(scanned(shuffled)).toEqual(scanned(bars));
        },
      ),
    );
  });

  it('keeps timeframes apart, the finest first, and symbols in the order of their bytes', () => {
    const bars = ['b', 'B', '1'].flatMap((symbol) => both.slice(0, 6).map((one) => ({ ...one, symbol })));
    const coarser = bars.map((one) => ({ ...one, tf_s: 900, ts: one.ts * 15 }));
    const names = scanned([...coarser, ...bars]).map(({ a, b, tf_s }) => `${a}${b}${tf_s}`);
    expect(names).toEqual(['1B60', '1b60', 'Bb60', '1B900', '1b900', 'Bb900']);
  });

  it('leaves out what has too few bars in common', () => {
    expect(scanned(both, 6)).toHaveLength(1);
    expect(scanned(both, 7)).toEqual([]);
    expect(scanned([])).toEqual([]);
  });

  it('has room for 1,000 symbols of a timeframe', () => {
    const scanner = new PairScanner();
    for (let at = 0; at < 1000; at++) scanner.add(bar(`S${at}`, 0, 1));
    expect(scanner.add({ ...bar('OTHER', 0, 1), tf_s: 180 })).toBe('used');
    expect(scanner.add(bar('S7', 1, 1))).toBe('used');
    expect(() => scanner.add(bar('S1000', 0, 1))).toThrow(new CapacityError('symbols of one timeframe', 1000));
  });

  it('has room for 5,000,000 bars', () => {
    const scanner = new PairScanner();
    for (let at = 0; at < 5e6; at++) scanner.add({ symbol: 'A', tf_s: 60, ts: 60 * at, c: 1 });
    expect(scanner.add({ symbol: 'A', tf_s: 60, ts: 0, c: 1 })).toBe('duplicate');
    expect(() => scanner.add({ symbol: 'B', tf_s: 60, ts: 0, c: 1 })).toThrow(new CapacityError('bars', 5_000_000));
  });
});

describe('the best pairs', () => {
  const pair = (b: string, df_t: number | undefined): ScannedPair => ({ ...TIE, a: 'A', b, tf_s: 60, df_t });

  it('have the lowest t; equal ones stay as they came, and those without one are last', () => {
    const pairs = [pair('1', undefined), pair('2', 0.5), pair('3', -4), pair('4', undefined), pair('5', -4), pair('6', -4.1)];
    const order = (most: number): string =>
      bestOf(pairs, most)
        .map(({ b }) => b)
        .join('');
    expect(order(10)).toBe('635214');
    for (let most = 1; most < 6; most++) expect(order(most)).toBe('635214'.slice(0, most));
  });

  it('are the first of all of them sorted, however many there are', () => {
    const t = fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(t), fc.integer({ min: 1, max: 20 }), (ts, most) => {
        const pairs = ts.map((df_t, at) => pair(String(at), df_t));
        const sorted = [...pairs].sort((one, other) => (one.df_t ?? 9) - (other.df_t ?? 9) || Number(one.b) - Number(other.b));
        expect(bestOf(pairs, most)).toEqual(sorted.slice(0, most));
      }),
    );
  });
});

describe('lengths from a half-life', () => {
  test.each([
    [10, 60, { lookback: 60, max_hold_s: 30 * 60 }],
    [10.01, 180, { lookback: 61, max_hold_s: 31 * 180 }],
    [0.2, 60, { lookback: 20, max_hold_s: 60 }],
    [1e9, 86_400, { lookback: 10_000, max_hold_s: 104 * 86_400 }],
  ])('%d bars of %d s', (half_life, tf_s, lengths) => {
    expect(lengthsFor(half_life, tf_s)).toEqual(lengths);
  });
});
