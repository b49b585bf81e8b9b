import type { ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filledOnBars, flowOf, flowShapes } from '../support/paper-chain.js';
import { ORDER_CONFIGS } from '../support/paper-orders.js';
import { makePaperStage, makePnl, PAPER_STAGES } from '../support/paper-stages.js';
import { schemaOf } from '../support/schemas.js';
import { linesIn, run } from '../support/stages.js';

const [isSignal, isOrder, isFill, isReject] = ['signal', 'order', 'fill', 'reject'].map((name) =>
  schemaOf(name as 'signal' | 'order' | 'fill' | 'reject'),
) as [ValidateFunction, ValidateFunction, ValidateFunction, ValidateFunction];

const WRITES = { watch: isSignal, exec: isOrder, size: isOrder, guard: isOrder, match: isFill };

function check(text: string, isRecord: ValidateFunction): void {
  for (const line of linesIn(text)) expect(isRecord(JSON.parse(line)), `${line} ${JSON.stringify(isRecord.errors)}`).toBe(true);
}

function checkRejects(rejects: string): void {
  for (const line of linesIn(rejects)) check(line, line.startsWith('{"client_order_id"') ? isOrder : isReject);
}

describe('what the stages of the paper flow write', () => {
  it('keeps its schema, and the next stage can read it', async () => {
    const unreadable = ['missing_field', 'wrong_type', 'out_of_bounds', 'invalid_json', 'timestamp_range'] as const;
    await fc.assert(
      fc.asyncProperty(flowShapes, async (shape) => {
        const flow = flowOf({ ...shape, isFaulty: false });
        for (const stage of PAPER_STAGES) {
          const { output, rejects, counts } = flow.stages[stage];
          check(output, WRITES[stage]);
          checkRejects(rejects);
          expect(unreadable.map((reason) => counts.rejectedBy.get(reason) ?? 0)).toEqual([0, 0, 0, 0, 0]);
        }
        const onBars = await filledOnBars(flow);
        check(onBars.output, isFill);
        checkRejects(onBars.rejects);
        for (const { output } of [flow.stages.match, onBars]) expect(run(makePnl(), [output]).counts.rejected).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('is a fill that can be read for every price that there is', () => {
    const prices = fc.oneof(
      fc.constantFrom(1e-18, 0.00000638, 0.01, 0.04, 0.05, 99.95, 999_999_999_999, 999_999_999_999.99),
      fc.double({ min: 1e-18, max: 1e12, maxExcluded: true, noNaN: true }),
    );
    const orders = fc.record({
      px_ref: prices,
      side: fc.constantFrom('BUY', 'SELL'),
      limit: fc.option(prices),
      qty: fc.nat({ max: 1e6 }),
    });
    fc.assert(
      fc.property(fc.array(orders, { minLength: 1 }), (list) => {
        const input = list.map(({ px_ref, side, limit, qty }, n) => {
          const type = limit === null ? { order_type: 'MKT' } : { order_type: 'LMT', limit_price: limit };
          const pair = { pair_id: 'A_B_1m', leg: 'A', kind: 'ENTER', tf_s: 60, px_ref, beta: 1, leverage: 1, base_notional: 1 };
          const rest = {
            strategy: 'PAIR',
            risk_bucket: 'LOW',
            status: 'APPROVED',
            ts: 1_700_000_100,
            reason: 'reentry',
            extra: pair,
          };
          return `${JSON.stringify({ client_order_id: `o:${n}`, symbol: 'A', side, qty: qty + 1, ...type, ...rest })}\n`;
        });
        const { output, rejects, counts } = run(makePaperStage('match', ORDER_CONFIGS), [input.join('')]);
        check(output, isFill);
        checkRejects(rejects);
        expect(counts.used + counts.rejected).toBe(list.length);
        expect(run(makePnl(), [output]).counts).toMatchObject({ used: linesIn(output).length, rejected: 0 });
      }),
      { numRuns: 300 },
    );
  });
});
