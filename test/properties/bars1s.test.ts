import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelBars1s, plainBar } from '../support/models.js';
import { countsOf, linesIn, makeBars1s, run } from '../support/stages.js';
import { START_S, tickLine, type TickModel, ticks } from '../support/streams.js';

const NS = 1_000_000_000n;
const graces = fc.constantFrom(0, 1, 500e6, 1e9, 2e9, 2.5e9, 20e9);

function textOf(list: readonly TickModel[]): string {
  return list.map((tick) => `${tickLine(tick)}\n`).join('');
}

describe('bars1s', () => {
  it('gives the bars and counts of a naive model with exact integers, late and duplicate ticks included', () => {
    const seen = { late: 0, duplicate: 0 };
    fc.assert(
      fc.property(ticks, graces, (list, grace) => {
        const model = modelBars1s(list, BigInt(grace));
        const result = run(makeBars1s({ grace }), [textOf(list)]);
        expect(linesIn(result.output).map(plainBar)).toEqual(model.bars);
        expect(countsOf(result)).toMatchObject({
          in: list.length,
          used: list.length - model.late - model.duplicate,
          late: model.late,
          duplicate: model.duplicate,
          rejected: 0,
          ignored: 0,
          out: model.bars.length,
        });
        seen.late += model.late;
        seen.duplicate += model.duplicate;
      }),
      { numRuns: 600 },
    );
    expect(seen.late).toBeGreaterThan(100);
    expect(seen.duplicate).toBeGreaterThan(100);
  });

  it('writes bars sorted by ts and symbol, each once', () => {
    fc.assert(
      fc.property(ticks, graces, (list, grace) => {
        const keys = linesIn(run(makeBars1s({ grace }), [textOf(list)]).output)
          .map(plainBar)
          .map(({ ts, symbol }) => `${ts} ${symbol}`);
        expect(keys).toEqual([...new Set(keys)].sort());
      }),
    );
  });

  it('gives the same bytes with and without ticks that it refuses: they leave no trace', () => {
    const arrival_ms = (START_S + 8) * 1000;
    fc.assert(
      fc.property(ticks, graces, (list, grace) => {
        const isRefused = ({ time_ns }: TickModel): boolean => time_ns > BigInt(arrival_ms) * 1_000_000n;
        const options = { grace, 'max-future': 0 };
        const all = run(makeBars1s(options), [textOf(list)], arrival_ms);
        const good = run(makeBars1s(options), [textOf(list.filter((tick) => !isRefused(tick)))], arrival_ms);
        expect(all.output).toBe(good.output);
        expect(all.counts.rejectedBy.get('future_timestamp') ?? 0).toBe(list.filter(isRefused).length);
        expect(all.counts.late).toBe(good.counts.late);
      }),
    );
  });

  it('gives the same bars for every order in which no tick is later than the grace', () => {
    const grace_ns = 2n * NS;
    const late = fc.bigInt({ min: 0n, max: grace_ns - 1n });
    const distinct = fc.uniqueArray(
      fc.record({
        symbol: fc.constantFrom('A', 'B', 'C'),
        offset_ns: fc.bigInt({ min: 0n, max: 15n * NS }),
        ltp: fc.integer({ min: -50, max: 50 }),
        vol_e8: fc.bigInt({ min: 0n, max: 999_999_999_999_999n }),
        delay_ns: late,
      }),
      { selector: ({ offset_ns }) => offset_ns, maxLength: 60, size: 'max' },
    );
    fc.assert(
      fc.property(distinct, (list) => {
        const arriveAt = (order: (tick: (typeof list)[number]) => bigint): string =>
          textOf(
            [...list]
              .sort((a, b) => (order(a) < order(b) ? -1 : 1))
              .map(({ offset_ns, ...rest }) => ({ ...rest, time_ns: BigInt(START_S) * NS + offset_ns, id: undefined })),
          );
        const inOrder = run(makeBars1s(), [arriveAt(({ offset_ns }) => offset_ns)]);
        const delayed = run(makeBars1s(), [arriveAt(({ offset_ns, delay_ns }) => offset_ns + delay_ns)]);
        expect(delayed.counts.late).toBe(0);
        expect(delayed.output).toBe(inOrder.output);
      }),
      { numRuns: 300 },
    );
  });
});
