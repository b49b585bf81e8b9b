import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputRecord, TaskProcessor } from '../../src/lib/runtime/task-processor.js';
import { live, recordsOf } from '../support/lives.js';
import { linesIn, makeAgg, makeAggTask, makeBars1s, makeBars1sTask, run } from '../support/stages.js';
import { barLine, bars, tickLine, ticks } from '../support/streams.js';

const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1 });
const dies = fc.array(fc.boolean(), { minLength: 1 });
const garbage = fc.constantFrom('', '{', '{"symbol":"A"}', 'null', '{"mark":1700000003}', '{"mark":1700000065}');

/** Lines with some that are no records between them. */
function disturbed(lines: readonly string[], others: readonly string[]): string[] {
  return lines.flatMap((line, at) => {
    const other = at % 7 === 3 ? others[at % others.length] : undefined;
    return other === undefined || other === '' ? [line] : [line, other];
  });
}

function inBatches(records: readonly InputRecord[], lengths: readonly number[]): InputRecord[][] {
  const batches: InputRecord[][] = [];
  for (let at = 0, turn = 0; at < records.length; turn++) {
    const length = Math.max(1, lengths[turn % lengths.length] ?? 1);
    batches.push(records.slice(at, at + length));
    at += length;
  }
  return batches;
}

/** Holds a task that dies at random, and one that lives on, against the same stage in a pipe. */
function compare(
  lines: readonly string[],
  lengths: readonly number[],
  deaths: readonly boolean[],
  make: () => TaskProcessor,
): void {
  const batches = inBatches(recordsOf(lines), lengths);
  const once = live(make, batches, [false]);
  const often = live(make, batches, deaths);
  expect(often.outputs).toEqual(once.outputs);
  expect(often.rejects).toEqual(once.rejects);
  expect(often.state).toEqual(once.state);
}

describe('a task that dies and goes on with its saved state', () => {
  it('writes what bars1s in a pipe writes', () => {
    fc.assert(
      fc.property(ticks, fc.array(garbage, { minLength: 1 }), sizes, dies, (list, others, lengths, deaths) => {
        const lines = disturbed(list.map(tickLine), others);
        compare(lines, lengths, deaths, () => makeBars1sTask());
        const { outputs, rejects } = live(() => makeBars1sTask(), inBatches(recordsOf(lines), lengths), deaths);
        const pipe = run(makeBars1s(), [lines.map((line) => `${line}\n`).join('')]);
        expect(outputs.map(({ value }) => value)).toEqual(linesIn(pipe.output));
        expect(outputs.every(({ stream, key, value }) => stream === 'bars.1s' && value.includes(`"symbol":"${key ?? ''}"`))).toBe(
          true,
        );
        expect(rejects).toHaveLength(linesIn(pipe.rejects).length);
      }),
      { numRuns: 300 },
    );
  });

  it('writes what agg in a pipe writes, each timeframe to its stream and marks to all', () => {
    fc.assert(
      fc.property(bars, fc.array(garbage, { minLength: 1 }), sizes, dies, (list, others, lengths, deaths) => {
        const lines = disturbed(list.map(barLine), others);
        const tf = [60, 180];
        compare(lines, lengths, deaths, () => makeAggTask(tf));
        const { outputs } = live(() => makeAggTask(tf), inBatches(recordsOf(lines), lengths), deaths);
        const pipe = linesIn(run(makeAgg(tf), [lines.map((line) => `${line}\n`).join('')]).output);
        for (const name of ['1m', '3m']) {
          const own = outputs.filter(({ stream }) => stream === `bars.${name}`).map(({ value }) => value);
          expect(own).toEqual(pipe.filter((line) => line.includes(`"tf":"${name}"`) || line.startsWith('{"mark"')));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the state of a task', () => {
  it('holds nothing of windows that are closed', () => {
    fc.assert(
      fc.property(ticks, sizes, (list, lengths) => {
        const { state } = live(() => makeBars1sTask(), inBatches(recordsOf(list.map(tickLine)), lengths), [false]);
        expect([...state.keys()].filter((name) => name !== 'times')).toEqual([]);
      }),
    );
  });

  it('is written only where it has changed', () => {
    const task = makeBars1sTask();
    const line = (symbol: string, ns: number): string =>
      `{"symbol":"${symbol}","event_ts":1700000000${ns}00000000,"ltp":1,"vol":1}`;
    task.push(recordsOf([line('A', 1), line('B', 2)]));
    expect(task.changes().size).toBe(3);
    expect(task.changes().size).toBe(0);
    task.push(recordsOf([line('A', 1)]));
    expect(task.changes().size).toBe(1);
  });
});

describe('a reject of a task', () => {
  it('names topic, partition and offset, and keeps the key', () => {
    const task = makeBars1sTask();
    task.push([
      { key: Buffer.from('k'), value: null, offset: 41n, timestamp_ms: 0 },
      { key: null, value: Buffer.from('x'.repeat(65_537)), offset: 42n, timestamp_ms: 0 },
    ]);
    const { rejects } = task.take();
    expect(rejects[0]).toEqual({
      key: Buffer.from('k'),
      partition: 3,
      value: '{"stage":"bars1s","reason":"null_value","detail":"","topic":"ticks","partition":3,"offset":41,"size":0,"raw":""}',
    });
    expect(JSON.parse(rejects[1]?.value ?? '')).toMatchObject({ reason: 'line_too_long', size: 65_537, offset: 42 });
    expect(task.counts).toMatchObject({ in: 2, rejected: 2, addUp: true });
  });

  it('ends the task with --strict', () => {
    const task = makeBars1sTask({}, true);
    expect(() => {
      task.push([{ key: null, value: null, offset: 7n, timestamp_ms: 0 }]);
    }).toThrow('ticks/3@7: null_value; --strict stops here');
  });

  it('is made of a tick that is later than its record by more than --max-future', () => {
    const task = makeBars1sTask({ 'max-future': 60e9 });
    const line = '{"symbol":"A","event_ts":1700000061000000000,"ltp":1,"vol":1}';
    task.push(recordsOf([line], 1_700_000_000_000));
    task.push(recordsOf([line], 1_700_000_001_000));
    expect(task.counts).toMatchObject({ in: 2, used: 1, rejected: 1 });
  });
});
