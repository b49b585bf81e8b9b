import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from '../../src/lib/core/model/model.js';
import { filledOnBars, type Flow, flowOf, flowShapes } from '../support/paper-chain.js';
import { marketOf, type MarketStream } from '../support/paper-market.js';
import { PAPER_STAGES } from '../support/paper-stages.js';
import { ordersIn, type PairOrderRecord } from '../support/paper-texts.js';
import { linesIn } from '../support/stages.js';

const MINUTE_S = 60;

/** When all that comes before the end of a bar, or what a mark says, is known, s. */
function timeOf(next: Bar | number): number {
  return typeof next === 'number' ? next : next.ts + next.tf_s;
}

/** When what a line says was decided: a signal, an order, a fill at the reference price, or a signal that was refused. */
function decidedAt(line: string): number {
  const { raw, ts, tf, extra } = JSON.parse(line) as { raw?: string; ts: number; tf?: number; extra?: { tf_s: number } };
  if (raw !== undefined) return decidedAt(raw);
  return ts + (tf === undefined ? (extra?.tf_s ?? NaN) : tf * MINUTE_S);
}

/** Everything that the stages of a flow have decided up to a time. */
function decisionsUntil({ stages }: Flow, through_s: number): Record<string, string[]> {
  const early = (text: string): string[] => linesIn(text).filter((line) => decidedAt(line) <= through_s);
  return Object.fromEntries(
    PAPER_STAGES.flatMap((stage) => [
      [stage, early(stages[stage].output)],
      [`${stage} rejects`, early(stages[stage].rejects)],
    ]),
  );
}

/** Fills on bars that had ended by then. */
function fillsUntil(output: string, through_s: number): string[] {
  return linesIn(output).filter((line) => (JSON.parse(line) as { ts: number }).ts + MINUTE_S <= through_s);
}

const cases = fc.record({ shape: flowShapes.map((shape) => ({ ...shape, isFaulty: false })), at: fc.nat() });

describe('what was decided', () => {
  it('is the same wherever the bars are cut, but for what the end of the input decides', async () => {
    const seen = { decisions: 0, fills: 0 };
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, at }) => {
        const whole = flowOf(shape);
        const stream = whole.stream.slice(0, 1 + (at % whole.stream.length));
        const cut = flowOf(shape, stream);
        // A bar says that all that ends before it has come, a mark also what ends with it.
        const through_s = Math.max(...stream.map((next) => timeOf(next) - (typeof next === 'number' ? 0 : 1)));
        const decisions = decisionsUntil(whole, through_s);
        expect(decisionsUntil(cut, through_s)).toEqual(decisions);

        const [all, some] = [await filledOnBars(whole), await filledOnBars(cut)];
        const fills = fillsUntil(all.output, through_s);
        expect(fillsUntil(some.output, through_s)).toEqual(fills);
        const dropped = new Set(linesIn(all.rejects));
        const isOfEnd = ({ extra }: PairOrderRecord): boolean => extra.match.reason === 'end_of_bars';
        const early = linesIn(some.rejects).filter((line) => decidedAt(line) <= through_s && !ordersIn(line).some(isOfEnd));
        for (const line of early) expect(dropped).toContain(line);
        seen.decisions += decisions['guard']?.length ?? 0;
        seen.fills += fills.length;
      }),
      { numRuns: 60 },
    );
    expect(Math.min(seen.decisions, seen.fills)).toBeGreaterThan(5);
  });

  it('is the same whatever comes later', async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat({ max: 2 ** 31 }), async ({ shape, at }, seed) => {
        const whole = flowOf(shape);
        const through_s = timeOf(whole.stream[at % whole.stream.length] ?? 0);
        const other = marketOf({ ...shape, seed });
        const isEarly = (next: Bar | number): boolean => timeOf(next) <= through_s;
        const stream: MarketStream = [...whole.stream.filter(isEarly), ...other.filter((next) => !isEarly(next))];
        const changed = flowOf(shape, stream);
        expect(decisionsUntil(changed, through_s)).toEqual(decisionsUntil(whole, through_s));
        const [fills, otherFills] = [await filledOnBars(whole), await filledOnBars(changed)];
        expect(fillsUntil(otherFills.output, through_s)).toEqual(fillsUntil(fills.output, through_s));
      }),
      { numRuns: 40 },
    );
  });
});
