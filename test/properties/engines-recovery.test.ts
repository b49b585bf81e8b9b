import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Counts } from '../../src/lib/runtime/counts.js';
import type { InputRecord, TaskProcessor } from '../../src/lib/runtime/task-processor.js';
import { batchOf, textsIn } from '../support/record-batches.js';
import { ENGINE_CASES } from '../support/engine-cases.js';
import { bars1sEngines, type TwoEngines } from '../support/stages.js';
import { START_S } from '../support/streams.js';

const FUZZ_S = Number(process.env['QF_FUZZ_S'] ?? 15);

const LF = 0x0a;

/** What a task makes of a partition's batches, and its state behind the last one. */
interface Made {
  readonly outputs: readonly object[];
  readonly rejects: readonly object[];
  readonly counts: unknown;
  readonly error: string | undefined;
}

function recordsOf(bytes: Buffer): InputRecord[] {
  const records: InputRecord[] = [];
  for (let start = 0; start < bytes.length;) {
    const lineEnd = bytes.indexOf(LF, start);
    const end = lineEnd === -1 ? bytes.length : lineEnd;
    const value = end === start ? null : bytes.subarray(start, end);
    const key = records.length % 3 === 0 ? null : Buffer.from('k');
    records.push({ key, value, offset: BigInt(records.length), timestamp_ms: (START_S + 6) * 1000 });
    start = end + 1;
  }
  return records;
}

/** Another life of a task; else the one that there is goes on. */
type Turn = 'reference' | 'wasm' | undefined;

/** Runs batches through lives of a task, of which each goes on with what the one before has saved. `turns`: what begins, batch by batch. */
function live(
  engines: TwoEngines,
  batches: readonly (readonly InputRecord[])[],
  turns: readonly [Turn, ...Turn[]],
  options: Readonly<Record<string, unknown>>,
  isStrict: boolean,
): Made {
  const parts = new Map<string, string>();
  const outputs: object[] = [];
  const rejects: object[] = [];
  let counts: unknown = new Counts().saved();
  let error: string | undefined;
  let life: ReturnType<typeof lifeOf> | undefined;
  try {
    for (const [at, records] of [...batches, undefined].entries()) {
      const before = batches[at - 1] ?? [];
      const turn = turns[at % turns.length];
      if (life === undefined || turn !== undefined) {
        life = lifeOf(engines, turn ?? 'wasm', options, isStrict);
        life.counts.restore(JSON.parse(JSON.stringify(counts)));
        // Parts come back in any order: the topic is compacted.
        life.restore(new Map([...parts].reverse()));
      }
      if (records === undefined) life.end();
      else life.push(records, before);
      const made = life.take();
      outputs.push(...made.outputs);
      rejects.push(...made.rejects);
      counts = life.counts.saved();
      for (const [name, text] of life.changes()) {
        if (text === undefined) parts.delete(name);
        else parts.set(name, text);
      }
    }
  } catch (thrown) {
    error = String(thrown);
  }
  return { outputs, rejects, counts, error };
}

/** A task of either engine that takes records; what is pushed as `before` stands in the same batch and was taken before. */
function lifeOf(engines: TwoEngines, engine: string, options: Readonly<Record<string, unknown>>, isStrict: boolean) {
  if (engine === 'reference') {
    const task = engines.task(options, isStrict);
    const take = () => {
      const { outputs, rejects } = task.take();
      return { outputs: outputs.map(({ stream, key, value }) => ({ stream, key, value })), rejects };
    };
    return bound(task, (records) => task.push(records), take);
  }
  const task = engines.batches(options, isStrict);
  const push = (records: readonly InputRecord[], before: readonly InputRecord[]): void => {
    if (records.length > 0) task.push([batchOf([...before, ...records], before.length)]);
  };
  const take = () => {
    const waiting = task.pending;
    const { outputs, rejects } = task.take();
    const texts = textsIn(outputs);
    expect(texts.length + rejects.length).toBe(waiting);
    return { outputs: texts, rejects };
  };
  return bound(task, push, take);
}

function bound(
  task: Pick<TaskProcessor, 'counts' | 'restore' | 'changes' | 'end'>,
  push: (records: readonly InputRecord[], before: readonly InputRecord[]) => void,
  take: () => { outputs: object[]; rejects: readonly object[] },
) {
  const { counts } = task;
  return {
    counts,
    push,
    take,
    restore: (parts: ReadonlyMap<string, string>) => task.restore(parts),
    changes: () => task.changes(),
    end: () => task.end(),
  };
}

it.for(ENGINE_CASES)(
  '$name: on a log both engines give the same, and each goes on with the state of the other',
  { timeout: (FUZZ_S + 60) * 1000 },
  ({ engines, bytes: inputs, options: settings }) => {
    const seen = { used: 0, late: 0, refused: 0 };
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });
    const turns = fc.array(fc.constantFrom<Turn>('reference', 'wasm', undefined), { maxLength: 8 });
    fc.assert(
      fc.property(inputs, sizes, turns, settings, fc.boolean(), (bytes, cuts, mixed, options, isStrict) => {
        const records = recordsOf(bytes);
        const batches: InputRecord[][] = [];
        for (let at = 0; at < records.length; at += batches.at(-1)?.length ?? 0)
          batches.push(records.slice(at, at + (cuts[batches.length % cuts.length] ?? 1)));
        const expected = live(engines, batches, ['reference'], options, isStrict);
        expect(live(engines, batches, ['wasm'], options, isStrict)).toEqual(expected);
        expect(live(engines, batches, ['wasm', ...mixed], options, isStrict)).toEqual(expected);
        const { counts } = expected as { counts: { used: number; late: number; rejected: number } };
        seen.used += counts.used;
        seen.late += counts.late;
        seen.refused += counts.rejected;
      }),
      { numRuns: Infinity, interruptAfterTimeLimit: FUZZ_S * 1000, markInterruptAsFailure: false },
    );
    expect(Math.min(seen.used, seen.late, seen.refused)).toBeGreaterThan(20);
  },
);

it('bars1s: ids of any text are known again to either engine after a restart', () => {
  // As they stand in JSON: quotes, a backslash, control characters, other scripts, half a pair of surrogates, and more than eight bytes.
  const ids = ['\\"', 'a\\\\b', '\\u0001', '\\u001f\\t', 'é€😀', '\\ud800', 'x\\udfffy', 'a text of some length \\" \\u0000'];
  const ticks = ids.map(
    (id, at) => `{"symbol":"A","event_ts":${START_S}${String(at).padStart(9, '0')},"ltp":1.5,"vol":2,"trade_id":"${id}"}`,
  );
  const records = recordsOf(Buffer.from(ticks.join('\n')));
  const options = { grace: 2e9, 'max-future': 'off', live: false };
  const straight = live(bars1sEngines, [records, records], ['reference'], options, false);
  expect(straight).toMatchObject({ error: undefined, counts: { used: ids.length, duplicate: ids.length } });
  for (const turns of [['wasm'], ['wasm', 'reference'], ['reference', 'wasm'], ['wasm', 'wasm']] as const)
    expect(live(bars1sEngines, [records, records], turns, options, false), turns.join()).toEqual(straight);
});
