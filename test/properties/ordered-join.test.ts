import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordTime } from '../../src/lib/runtime/stage.js';
import { AT_ONCE, joined, type Timed, type Turn, turns } from '../support/joins.js';

const times: fc.Arbitrary<RecordTime | undefined> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ at_s: fc.nat({ max: 40 }), isMark: fc.constant(false) }) },
  { weight: 3, arbitrary: fc.record({ at_s: fc.nat({ max: 40 }), isMark: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

/** One to eight inputs, in order of time or not: some records are late, some marks are not true, some records have no time. */
const inputs: fc.Arbitrary<Timed[][]> = fc
  .array(fc.tuple(fc.array(times, { maxLength: 25 }), fc.boolean()), { minLength: 1, maxLength: 8 })
  .map((lists) =>
    lists.map(([list, isSorted], input) => {
      const sorted = isSorted ? [...list].sort((a, b) => (a?.at_s ?? 0) - (b?.at_s ?? 0)) : list;
      return sorted.map((time, at) => ({ id: `${input}/${at}`, time }));
    }),
  );

function timeOf({ time }: Timed): RecordTime | undefined {
  return time;
}

function idsOf(lists: readonly (readonly Timed[])[], order: readonly Turn[]): string[] {
  return [...joined(lists, order, timeOf)].flatMap(({ records }) => records.map(({ record }) => record.id));
}

/** What the first records of an input say that it has passed. */
function passedBy(list: readonly Timed[], count: number): number {
  if (count === Infinity) return Infinity;
  const passed = list.slice(0, count).flatMap(({ time }) => (time === undefined ? [] : [time.at_s - (time.isMark ? 0 : 1)]));
  return Math.max(-Infinity, ...passed);
}

describe('an ordered join', () => {
  it('gives the same order for any interleaving and any batches, and loses nothing', () => {
    fc.assert(
      fc.property(inputs, turns, (lists, order) => {
        const ids = idsOf(lists, order);
        expect(ids).toEqual(idsOf(lists, AT_ONCE));
        expect([...ids].sort()).toEqual(lists.flatMap((list) => list.map(({ id }) => id)).sort());
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps the order of each input', () => {
    fc.assert(
      fc.property(inputs, turns, (lists, order) => {
        const ids = idsOf(lists, order);
        for (const [input, list] of lists.entries())
          expect(ids.filter((id) => id.startsWith(`${input}/`))).toEqual(list.map(({ id }) => id));
      }),
      { numRuns: 300 },
    );
  });

  it('gives no record out before every input has passed its time', () => {
    fc.assert(
      fc.property(inputs, turns, (lists, order) => {
        for (const { records, passed_s, came } of joined(lists, order, timeOf)) {
          expect(passed_s).toBe(Math.min(...lists.map((list, input) => passedBy(list, came[input] ?? 0))));
          for (const { record } of records) expect(record.time?.at_s ?? -Infinity).toBeLessThanOrEqual(passed_s);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives records out in the order of their times where each input is in that order, marks behind all else', () => {
    const sorted = inputs.map((lists) =>
      lists.map((list) =>
        list
          .filter(({ time }) => time !== undefined)
          .sort((a, b) => keyOf(a) - keyOf(b))
          .filter((one, at, all) => one.time?.isMark !== true || keyOf(one) !== keyOf(all[at - 1])),
      ),
    );
    fc.assert(
      fc.property(sorted, turns, (lists, order) => {
        const keys = [...joined(lists, order, timeOf)].flatMap(({ records }) => records.map(({ record }) => keyOf(record)));
        expect(keys).toEqual([...keys].sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });
});

/** Time, and within it the rank of marks. */
function keyOf(timed: Timed | undefined): number {
  return timed?.time === undefined ? -1 : timed.time.at_s * 2 + Number(timed.time.isMark);
}
