import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordTime } from '../../src/lib/runtime/stage.js';
import type { InputRecord } from '../../src/lib/runtime/task-processor.js';
import { pairsWatch } from '../../src/lib/stages/pairs-watch.js';
import { AT_ONCE, joined, type Turn, turns } from '../support/joins.js';
import { recordsOf } from '../support/lives.js';
import { flowShapes } from '../support/paper-chain.js';
import { lineOf, marketOf, type MarketStream } from '../support/paper-market.js';
import { partitioned, withLateBars } from '../support/paper-partitions.js';
import { settingsFor } from '../support/paper-settings.js';
import { makePaperStage, makePaperTask, type PaperConfigs } from '../support/paper-stages.js';
import { countsOf, linesIn, run } from '../support/stages.js';

interface Watched {
  readonly signals: readonly string[];
  /** Values of records that were refused or late. */
  readonly rejects: readonly string[];
  readonly counts: Record<string, unknown>;
}

/** pairs watch on partitions of bars, as its task runs it: each is a list of lines. */
function watchJoined(inputs: readonly (readonly string[])[], order: readonly Turn[], configs: PaperConfigs): Watched {
  const task = makePaperTask('watch', configs);
  const timeOf = ({ value }: InputRecord): RecordTime | undefined => pairsWatch.onLog?.joined?.timeOf?.(value as Buffer);
  const partitions = inputs.map((lines, partition) =>
    recordsOf(lines).map((record) => ({ ...record, from: { topic: 'bars', partition } })),
  );
  for (const { records, passed_s } of joined(partitions, order, timeOf)) {
    task.push(records.map(({ record }) => record));
    if (Number.isFinite(passed_s)) task.passThrough?.(passed_s);
  }
  task.end();
  const { outputs, rejects } = task.take();
  return { signals: outputs.map(({ value }) => value), rejects: rejects.map(({ value }) => value), counts: countsOf(task) };
}

function watchPipe(stream: MarketStream, configs: PaperConfigs): Watched {
  const result = run(makePaperStage('watch', configs), [stream.map(lineOf).join('')]);
  return { signals: linesIn(result.output), rejects: linesIn(result.rejects), counts: countsOf(result) };
}

function linesOf(stream: MarketStream): string[] {
  return stream.map((next) => lineOf(next).trimEnd());
}

const cases = fc.record({ shape: flowShapes, partitions: fc.integer({ min: 1, max: 8 }), order: turns });

describe('pairs watch on 1 to 8 partitions of each timeframe', () => {
  it('gives the signals and the account of one sorted stream in a pipe, late and repeated bars included', () => {
    const seen = { signals: 0, late: 0, duplicate: 0 };
    fc.assert(
      fc.property(cases, ({ shape, partitions, order }) => {
        const stream = withLateBars(marketOf(shape), shape.seed);
        const configs = settingsFor(shape);
        const inputs = partitioned(stream, partitions, shape.seed);
        const pipe = watchPipe(stream, configs);
        const { signals, counts, rejects } = watchJoined(inputs.map(linesOf), order, configs);
        expect(signals).toEqual(pipe.signals);
        expect(rejects).toHaveLength(pipe.rejects.length);
        // Each partition has marks of its own.
        const marks = inputs.flat().length - stream.length;
        const [all, ignored] = [Number(pipe.counts['in']), Number(pipe.counts['ignored'])];
        expect(counts).toEqual({ ...pipe.counts, in: all + marks, ignored: ignored + marks });
        seen.signals += signals.length;
        seen.late += Number(counts['late']);
        seen.duplicate += Number(counts['duplicate']);
      }),
      { numRuns: 60 },
    );
    expect(Math.min(seen.signals, seen.late, seen.duplicate)).toBeGreaterThan(100);
  });

  it('gives the same for any interleaving and any batches, whatever stands in the partitions', () => {
    const garbage = fc.constantFrom('', '{', '{"mark":1700001000}', '{"mark":"x"}', '{"symbol":"S1"}');
    const positions = fc.array(fc.tuple(fc.nat(), fc.nat(), garbage), { maxLength: 30 });
    fc.assert(
      fc.property(cases, positions, ({ shape, partitions, order }, places) => {
        const inputs = partitioned(withLateBars(marketOf(shape), shape.seed), partitions, shape.seed).map(linesOf);
        for (const [input, at, line] of places) {
          const lines = inputs[input % inputs.length] as string[];
          lines.splice(at % (lines.length + 1), 0, line);
        }
        const configs = settingsFor(shape);
        expect(watchJoined(inputs, order, configs)).toEqual(watchJoined(inputs, AT_ONCE, configs));
      }),
      { numRuns: 60 },
    );
  });
});
