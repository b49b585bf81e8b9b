import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filledOnBars, flowOf, flowShapes } from '../support/paper-chain.js';
import { anyOrders, ORDER_CONFIGS } from '../support/paper-orders.js';
import { makePaperStage, makePnl, PAPER_STAGES } from '../support/paper-stages.js';
import { ordersIn } from '../support/paper-texts.js';
import { linesIn, type Result, run } from '../support/stages.js';

/** Lines that no stage can use, and some that only some can. */
const noise = fc.constantFrom(
  ...['{', 'null', '[]', '{}', '{"mark":1700000400}', '{"control":"halt"}', '{"control":"stop"}', '{"symbol":"S1","tf":"1m"}'],
  ...['{"pair_id":"S0_S1_1m"}', '{"client_order_id":"x","symbol":"S1","side":"BUY","qty":0}', `"${'x'.repeat(70_000)}"`],
);
const places = fc.array(fc.tuple(fc.nat(), noise), { maxLength: 20 });

function withNoise(text: string, noises: readonly (readonly [number, string])[]): string {
  const lines = linesIn(text);
  for (const [at, line] of noises) lines.splice(at % (lines.length + 1), 0, line);
  return lines.map((line) => `${line}\n`).join('');
}

/** Every record is counted once, and what is refused is written once. */
function checkAccount({ output, rejects, counts }: Result, input: string): void {
  const { used, late, duplicate, rejected, ignored } = counts;
  expect(counts.in).toBe(linesIn(input).length);
  expect(used + late + duplicate + rejected + ignored).toBe(counts.in);
  expect(counts.out).toBe(linesIn(output).length);
  expect([...counts.rejectedBy.values()].reduce((sum, count) => sum + count, 0)).toBe(rejected);
  // An order of which a part was filled is used, and what is left of it is written all the same.
  const partial = ordersIn(rejects).filter(({ qty, extra }) => qty !== (extra as Partial<typeof extra>).match?.left);
  const isMatch = linesIn(rejects).some((line) => line.includes('"match":{'));
  const more = linesIn(rejects).length - rejected - late;
  expect(more).toBeGreaterThanOrEqual(0);
  expect(more).toBeLessThanOrEqual(isMatch ? partial.length : 0);
}

describe('in = used + late + duplicate + rejected + ignored, at the end', () => {
  it.each(PAPER_STAGES)('holds for %s, with lines between that are none of its records', (stage) => {
    fc.assert(
      fc.property(flowShapes, places, (shape, noises) => {
        const { configs, stages } = flowOf(shape);
        const input = withNoise(stages[stage].input, noises);
        checkAccount(run(makePaperStage(stage, configs), [input]), input);
      }),
      { numRuns: 25 },
    );
  });

  it.each(['size', 'guard', 'match'] as const)('holds for %s and any orders', (stage) => {
    fc.assert(
      fc.property(anyOrders, places, (lines, noises) => {
        const input = withNoise(lines.join('\n'), noises);
        checkAccount(run(makePaperStage(stage, ORDER_CONFIGS), [input]), input);
      }),
      { numRuns: 80 },
    );
  });

  it('holds for match on bars, and for pnl', async () => {
    await fc.assert(
      fc.asyncProperty(flowShapes, places, async (shape, noises) => {
        const flow = flowOf(shape);
        const orders = withNoise(flow.stages.guard.output, noises);
        const filled = await filledOnBars(flow, orders);
        checkAccount(filled, orders);
        const fills = withNoise(filled.output, noises);
        const pnl = run(makePnl(), [fills]);
        expect(pnl.counts).toMatchObject({ in: linesIn(fills).length, addUp: true });
        expect(linesIn(pnl.rejects)).toHaveLength(pnl.counts.rejected);
      }),
      { numRuns: 40 },
    );
  });
});
