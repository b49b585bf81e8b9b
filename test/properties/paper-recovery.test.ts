import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputRecord, TaskProcessor } from '../../src/lib/runtime/task-processor.js';
import { live, recordsOf } from '../support/lives.js';
import { flowOf, flowShapes } from '../support/paper-chain.js';
import { anyOrders, ORDER_CONFIGS } from '../support/paper-orders.js';
import { makePaperStage, makePaperTask, PAPER_STAGES, type PaperConfigs, type PaperStage } from '../support/paper-stages.js';
import { countsOf, linesIn, run } from '../support/stages.js';

const NEVER = [false];
const ALWAYS = [true];

/** Batches of these lengths, which are used over and over. */
const lengths = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 10 });
const dies = fc.array(fc.boolean(), { minLength: 1, maxLength: 10 });

function inBatches(records: readonly InputRecord[], sizes: readonly number[]): InputRecord[][] {
  const batches: InputRecord[][] = [];
  for (let at = 0, turn = 0; at < records.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    batches.push(records.slice(at, at + size));
    at += size;
  }
  return batches;
}

/** Holds a task that dies, behind these batches, against one that lives on and the stage in a pipe. */
function compare(
  stage: PaperStage,
  configs: PaperConfigs,
  lines: readonly string[],
  sizes: readonly number[],
  deadly: readonly boolean[],
): void {
  const records = recordsOf(lines);
  const make = (): TaskProcessor => makePaperTask(stage, configs);
  const once = live(make, [records], NEVER);
  const often = live(make, inBatches(records, sizes), deadly);
  expect(often.outputs).toEqual(once.outputs);
  expect(often.rejects).toEqual(once.rejects);
  expect(often.state).toEqual(once.state);
  expect(countsOf(often)).toEqual(countsOf(once));

  const pipe = run(makePaperStage(stage, configs), [lines.map((line) => `${line}\n`).join('')]);
  const refused = linesIn(pipe.rejects).filter((line) => line.startsWith('{"client_order_id"'));
  const valuesOf = (isRefused: boolean): string[] =>
    often.outputs.filter(({ stream }) => (stream === 'orders.rejected') === isRefused).map(({ value }) => value);
  expect(valuesOf(false)).toEqual(linesIn(pipe.output));
  expect(valuesOf(true)).toEqual(refused);
  expect(often.rejects).toHaveLength(linesIn(pipe.rejects).length - refused.length);
  expect(countsOf(often)).toEqual({ ...countsOf(pipe), in: records.length });
}

describe.each(PAPER_STAGES)('the task of %s that dies and goes on with its saved state', (stage) => {
  it('writes, refuses and counts in a whole flow what the stage does in a pipe', () => {
    fc.assert(
      fc.property(flowShapes, lengths, dies, (shape, sizes, deadly) => {
        const { configs, stages } = flowOf(shape);
        const lines = linesIn(stages[stage].input);
        // Where there are few records, it dies behind each of them.
        if (stage === 'watch') compare(stage, configs, lines, sizes, deadly);
        else compare(stage, configs, lines, [1], ALWAYS);
      }),
      { numRuns: 20 },
    );
  });
});

describe.each(['size', 'guard', 'match'] as const)('the task of %s that dies', (stage) => {
  it('forgets nothing of any orders', () => {
    fc.assert(
      fc.property(anyOrders, lengths, dies, (lines, sizes, deadly) => {
        compare(stage, ORDER_CONFIGS, lines, sizes, deadly);
      }),
      { numRuns: 80 },
    );
  });
});
