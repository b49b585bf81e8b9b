import { describe, expect, test } from 'vitest';
import { Distribution, type Figure } from '../../src/lib/runtime/metrics.js';
import { TaskMetrics } from '../../src/lib/runtime/task-metrics.js';

const fetched = { records: 0, lag: 0, pending: 0, watermark_s: undefined };
const state = { parts: 0, bytes: 0 };

/** What a figure says now. */
function read(figures: readonly Figure[], name: string): unknown {
  const figure = figures.find((one) => one.name === name);
  return figure === undefined || figure.kind === 'histogram' ? undefined : figure.read();
}

/** The values that a distribution is given from now on. */
function watched(figures: readonly Figure[], name: string): number[] {
  const values: number[] = [];
  const figure = figures.find((one) => one.name === name);
  if (figure instanceof Distribution) figure.watch((value) => values.push(value));
  return values;
}

describe('the metrics of tasks', () => {
  test('are sums over the partitions that the process has', () => {
    const metrics = new TaskMetrics(100);
    const figures = metrics.figures();
    const [a, b] = [metrics.observerOf(0), metrics.observerOf(1)];
    a.fetched({ ...fetched, lag: 5, pending: 1 });
    b.fetched({ ...fetched, lag: 7, pending: 2 });
    expect(read(figures, 'lag_records')).toBe(12);
    expect(read(figures, 'queue_depth')).toEqual([{ label: { queue: 'commit' }, value: 3 }]);
    expect(read(figures, 'queue_capacity')).toEqual([{ label: { queue: 'commit' }, value: 200 }]);
    a.committed({ records: 1, elapsed_ms: 4, waited_ms: undefined, behind_ms: undefined, state });
    expect(read(figures, 'queue_depth')).toEqual([{ label: { queue: 'commit' }, value: 2 }]);
    metrics.forget(1);
    b.fetched({ ...fetched, lag: 9 });
    expect(read(figures, 'lag_records')).toBe(5);
    metrics.observerOf(0);
    a.fetched({ ...fetched, lag: 9 });
    expect(read(figures, 'lag_records')).toBe(0);
  });

  test('say that a partition has caught up once what was there at first has come, though more is there by then', () => {
    const metrics = new TaskMetrics(100);
    const figures = metrics.figures();
    const isBehind = (): unknown => read(figures, 'partitions_catching_up');
    const task = metrics.observerOf(0);
    expect(isBehind()).toBe(1);
    const seen = [
      [2, 10],
      [6, 8],
      [3, 9],
      [1, 9],
      [0, 50],
    ].map(([records = 0, lag = 0]) => {
      task.fetched({ ...fetched, records, lag });
      return isBehind();
    });
    expect(seen).toEqual([1, 1, 1, 0, 0]);
    metrics.observerOf(0).fetched({ ...fetched, lag: 0 });
    expect(isBehind()).toBe(0);
  });

  test('say how far all partitions are final that have a watermark, and how much state there is', () => {
    const metrics = new TaskMetrics(100);
    const figures = metrics.figures();
    expect(read(figures, 'watermark_seconds')).toEqual([]);
    const [a, b, c] = [metrics.observerOf(0), metrics.observerOf(1), metrics.observerOf(2)];
    a.fetched({ ...fetched, watermark_s: 30 });
    b.fetched({ ...fetched, watermark_s: 20 });
    c.fetched(fetched);
    expect(read(figures, 'watermark_seconds')).toBe(20);
    const commit = { records: 1, elapsed_ms: 1, waited_ms: undefined, behind_ms: undefined };
    a.committed({ ...commit, state: { parts: 2, bytes: 50 } });
    a.committed({ ...commit, state: { parts: 1, bytes: 20 } });
    b.committed({ ...commit, state: { parts: 5, bytes: 70 } });
    expect([read(figures, 'state_parts'), read(figures, 'state_bytes')]).toEqual([6, 90]);
  });

  test('count restarts of all tasks, also of those that are gone', () => {
    const metrics = new TaskMetrics(100);
    metrics.observerOf(0).restarted();
    metrics.forget(0);
    metrics.observerOf(1).restarted();
    expect(read(metrics.figures(), 'restarts_total')).toBe(2);
  });

  test('measure fetches that bring something, and commits', () => {
    const metrics = new TaskMetrics(100);
    const figures = metrics.figures();
    const names = ['fetch_records', 'commit_records', 'commit_seconds', 'event_to_publish_seconds', 'end_to_end_seconds'];
    const [fetches, commits, times, waits, ages] = names.map((name) => watched(figures, name));
    const task = metrics.observerOf(0);
    for (const records of [0, 3]) task.fetched({ ...fetched, records });
    task.committed({ records: 2, elapsed_ms: 20, waited_ms: 1500, behind_ms: 2500, state });
    task.committed({ records: 1, elapsed_ms: 10, waited_ms: undefined, behind_ms: undefined, state });
    // Nothing became readable: it has no age.
    task.committed({ records: 0, elapsed_ms: 10, waited_ms: undefined, behind_ms: 9000, state });
    expect([fetches, commits, times, waits, ages]).toEqual([[3], [2, 1, 0], [0.02, 0.01, 0.01], [1.5], [2.5]]);
  });
});
