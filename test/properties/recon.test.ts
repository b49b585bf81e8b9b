import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Aggregator } from '../../src/lib/core/agg.js';
import type { Bar } from '../../src/lib/core/model/model.js';
import {
  type ComparedBar,
  comparedBar,
  compareBars,
  compareKeys,
  type Deviation,
  type ExpectedBar,
  firstOfEach,
  recomputedBars,
  VALUE_FIELDS,
} from '../../src/lib/core/recon.js';
import { batchesOf, expectedOf } from '../support/recon.js';
import { bar } from '../support/records.js';

const FAULTS = ['keep', 'keep', 'keep', 'remove', 'add', 'change'] as const;

/** Bars of a few symbols by time and symbol, each key once. */
const sorted: fc.Arbitrary<Bar[]> = fc
  .uniqueArray(fc.tuple(fc.constantFrom('A', 'B', 'a', 'A-1', '9'), fc.nat({ max: 400 }), fc.nat({ max: 9 })), {
    maxLength: 60,
    size: 'max',
    selector: ([symbol, ts]) => `${symbol} ${ts}`,
  })
  .map((keys) => keys.map(([symbol, ts, c]) => bar(symbol, ts, { c, vol: `${c}.5` })).sort(compareKeys));

const sizes = fc.integer({ min: 1, max: 7 });

/** Runs a comparison, and gives what it reports as `reason symbol ts`. */
async function reportOf(
  expected: AsyncIterable<readonly ExpectedBar[]>,
  found: AsyncIterable<readonly ComparedBar[]>,
): Promise<string[]> {
  const reported: string[] = [];
  await compareBars(expected, found, ({ reason, symbol, ts }: Deviation) => {
    reported.push(`${reason} ${symbol} ${ts}`);
    return Promise.resolve();
  });
  return reported;
}

/** A bar with one value changed by one digit. */
function changed(one: ComparedBar, field: number): ComparedBar {
  return { ...one, values: one.values.map((value, index) => (index === field ? `${value}1` : value)) };
}

describe('recon', () => {
  it('finds exactly the faults that were made, wherever the batches are cut', async () => {
    const seen = { missing: 0, extra: 0, different: 0 };
    const plans = fc.array(fc.tuple(fc.constantFrom(...FAULTS), fc.nat({ max: VALUE_FIELDS.length - 1 })), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(sorted, plans, sizes, sizes, async (bars, plan, size, otherSize) => {
        const faults: string[] = [];
        const expected: Bar[] = [];
        const found: ComparedBar[] = [];
        for (const [at, one] of bars.entries()) {
          const [fault, field] = plan[at % plan.length] ?? ['keep', 0];
          if (fault !== 'add') expected.push(one);
          if (fault !== 'remove') found.push(fault === 'change' ? changed(comparedBar(one), field) : comparedBar(one));
          if (fault === 'keep') continue;
          const reason = ({ remove: 'missing', add: 'extra', change: 'different' } as const)[fault];
          faults.push(`${reason} ${one.symbol} ${one.ts}`);
          seen[reason]++;
        }
        const asExpected = expected.map((one) => expectedOf(one));
        expect(await reportOf(batchesOf(asExpected, size), batchesOf(found, otherSize))).toEqual(faults);
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.missing, seen.extra, seen.different)).toBeGreaterThan(50);
  });

  it('finds each repeated bar, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(sorted, fc.array(fc.nat({ max: 3 }), { minLength: 1 }), sizes, async (bars, repeats, size) => {
        const times = (at: number): number => repeats[at % repeats.length] ?? 0;
        const input = bars.flatMap((one, at) => Array.from({ length: 1 + times(at) }, () => one));
        const reported: string[] = [];
        const kept: Bar[] = [];
        const unique = firstOfEach(batchesOf(input, size), ({ reason, symbol, ts }) =>
          Promise.resolve(void reported.push(`${reason} ${symbol} ${ts}`)),
        );
        for await (const batch of unique) kept.push(...batch);
        expect(kept).toEqual(bars);
        expect(reported).toEqual(
          bars.flatMap(({ symbol, ts }, at) => Array.from({ length: times(at) }, () => `duplicate ${symbol} ${ts}`)),
        );
      }),
    );
  });

  it('has nothing to say of what agg has built so far, whatever it has closed', async () => {
    await fc.assert(
      fc.asyncProperty(sorted, fc.constantFrom(2, 7, 60), fc.nat({ max: 500 }), sizes, async (bars, tf_s, mark_s, size) => {
        const built: Bar[] = [];
        const agg = new Aggregator([tf_s], (next) => built.push(next));
        for (const one of bars) agg.add(one);
        agg.closeThrough(mark_s);
        const expected = recomputedBars(batchesOf(bars, size), tf_s, agg.closedThrough_s);
        expect(await reportOf(expected, batchesOf(built.map(comparedBar), size))).toEqual([]);
        const last = built.pop();
        if (last === undefined) return;
        const again = recomputedBars(batchesOf(bars, size), tf_s, agg.closedThrough_s);
        const missing = [`missing ${last.symbol} ${last.ts}`];
        expect(await reportOf(again, batchesOf(built.map(comparedBar), size))).toEqual(missing);
      }),
    );
  });
});
