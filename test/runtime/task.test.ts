import { expect, test } from 'vitest';
import { Counts } from '../../src/lib/runtime/counts.js';
import { QfError } from '../../src/lib/runtime/errors.js';
import { createLogger } from '../../src/lib/runtime/log.js';
import { type Commit, type Fetched, Task } from '../../src/lib/runtime/task.js';
import type { InputRecord, TaskProcessor } from '../../src/lib/runtime/task-processor.js';
import { HandClock, settled } from '../support/clock.js';

const INTERVAL_MS = 100;
const START_MS = 1_000_000;

/** A task whose records come by hand: `true` is one that a result comes of at once. */
class HandTask {
  readonly clock = new HandClock(START_MS);
  /** When each commit was made, and how many results it had. */
  readonly commits: (readonly [number, number])[] = [];
  /** Whether the broker is away. */
  isAway = false;
  restarts = 0;
  private readonly stop = new AbortController();
  private readonly ended: Promise<unknown>;
  private position = 0n;
  private arrive: (fetched: Fetched<bigint>) => void = () => undefined;

  constructor() {
    const task = new Task({
      name: 'by hand',
      takeOver: () =>
        Promise.resolve({
          saved: undefined,
          open: () =>
            Promise.resolve({
              start: { position: 0n, isDone: false },
              fetch: () => new Promise<Fetched<bigint>>((resolve) => (this.arrive = resolve)),
              close: () => Promise.resolve(),
            }),
          commit: ({ outputs }: Commit) => {
            if (this.isAway) return Promise.reject(new QfError('unavailable', 'the broker is away'));
            this.commits.push([this.clock.now_ms() - START_MS, outputs.length]);
            return Promise.resolve();
          },
          close: () => Promise.resolve(),
        }),
      make: echo,
      clock: this.clock,
      log: createLogger('test', 'silent'),
      batchSize: 1000,
      commitInterval_ms: INTERVAL_MS,
      giveUp_ms: 1000,
      closes: false,
      observer: { fetched: () => undefined, committed: () => undefined, restarted: () => this.restarted() },
      settled: () => undefined,
    });
    this.ended = task.run(this.stop.signal);
  }

  async at(time_ms: number, ...records: boolean[]): Promise<void> {
    this.clock.moveTo(START_MS + time_ms);
    await settled();
    if (records.length === 0) return;
    this.position += BigInt(records.length);
    const values = records.map((hasResult) => ({ value: Buffer.from(String(hasResult)) }) as InputRecord);
    this.arrive({ records: values, count: values.length, oldest_ms: START_MS, position: this.position, isDone: false, lag: 0 });
    await settled();
  }

  private restarted(): void {
    this.restarts++;
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.ended;
  }
}

function echo(): TaskProcessor {
  let results = 0;
  return {
    counts: new Counts(),
    get pending() {
      return results;
    },
    push: (records) => {
      for (const { value } of records) if (value?.toString() === 'true') results++;
    },
    take: () => {
      const outputs = Array.from({ length: results }, () => ({ stream: 'echo', key: null, value: '' }));
      results = 0;
      return { outputs, rejects: [] };
    },
    end: () => undefined,
    restore: () => undefined,
    changes: () => new Map(),
  };
}

test('results behind a pause are committed at once, those that follow an interval after that, all together', async () => {
  const task = new HandTask();
  await task.at(0, true);
  expect(task.commits).toEqual([[0, 1]]);
  await task.at(40, true);
  await task.at(99, true);
  expect(task.commits).toHaveLength(1);
  await task.at(100);
  expect(task.commits.slice(1)).toEqual([[100, 2]]);
  await task.at(500, true, true);
  expect(task.commits.slice(2)).toEqual([[500, 2]]);
  await task.end();
});

test('records without a result wait for an interval, or until one comes', async () => {
  const task = new HandTask();
  await task.at(1000, false);
  await task.at(1099, false);
  expect(task.commits).toEqual([]);
  await task.at(1100);
  expect(task.commits).toEqual([[1100, 0]]);
  await task.at(2000, false);
  await task.at(2050, true);
  expect(task.commits.slice(1)).toEqual([[2050, 1]]);
  await task.end();
});

test('a stop commits what waits', async () => {
  const task = new HandTask();
  await task.at(0, true);
  await task.at(10, true);
  await task.end();
  expect(task.commits).toEqual([
    [0, 1],
    [10, 1],
  ]);
});

test('a commit that fails is told, and the task begins again with what was committed', async () => {
  const task = new HandTask();
  task.isAway = true;
  await task.at(0, true);
  expect([task.commits, task.restarts]).toEqual([[], 1]);
  task.isAway = false;
  // Behind the longest delay of the first attempt.
  await task.at(200);
  await task.at(300, true);
  expect([task.commits, task.restarts]).toEqual([[[300, 1]], 1]);
  await task.end();
});
