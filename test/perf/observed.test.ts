import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { measure, type Sample } from '../../src/lib/perf/measure.js';
import { RunProgress } from '../../src/lib/perf/run-progress.js';
import { RunFigures } from '../../src/lib/perf/run-figures.js';
import { temporaryFolder } from '../support/files.js';

const HAS_PROC = existsSync('/proc/self/status');
if (!HAS_PROC) console.warn('runs are not looked at: this system has no /proc');

const folder = temporaryFolder();

/** A run of a shell in a shell that uses a core until it was looked at so many times. */
async function lookedAt(name: string, every_s: number, times: number): Promise<Sample> {
  const flag = join(folder, name);
  let seen = 0;
  const files = { input: '/dev/null', output: '/dev/null', log: join(folder, `${name}.log`) };
  const command = `bash -c 'until [ -e ${flag} ]; do :; done'; true`;
  const sampled = (): void => {
    if (++seen === times) writeFileSync(flag, '');
  };
  const run = { command, ...files, env: process.env, sampling: { every_s, sampled } };
  return measure(run, new AbortController().signal);
}

describe.skipIf(!HAS_PROC)('what a run takes in the course of time', () => {
  test('adds up to what it took in all, also of what it has started', async () => {
    const { points = [], cpu_s, wall_s } = await lookedAt('short', 0.1, 5);
    expect(points.length).toBeGreaterThanOrEqual(5);
    let before_s = 0;
    let used_s = 0;
    for (const { at_s, cpu_cores, rss_mb } of points) {
      expect(at_s).toBeGreaterThan(before_s);
      expect(rss_mb).toBeGreaterThan(0);
      used_s += cpu_cores * (at_s - before_s);
      before_s = at_s;
    }
    expect(before_s).toBeLessThanOrEqual(wall_s + 0.1);
    expect(used_s).toBeGreaterThan(0);
    // A hundredth of a second is what the system counts in, for each of four figures of three processes.
    expect(used_s).toBeLessThanOrEqual(cpu_s + 0.12);
  });

  test('is told in fewer points the longer it goes on', async () => {
    const { points = [] } = await lookedAt('long', 0.001, 1100);
    expect(points.length).toBeGreaterThanOrEqual(500);
    expect(points.length).toBeLessThan(1000);
  });

  test('is not looked at where nobody asks', async () => {
    const run = { command: 'true', input: '/dev/null', output: '/dev/null', log: join(folder, 'true.log'), env: process.env };
    expect(await measure(run, new AbortController().signal)).not.toHaveProperty('points');
  });
});

describe('the metrics of a comparison', () => {
  const SAMPLE: Sample = { wall_s: 2, cpu_s: 1, peak_rss_mb: undefined };
  const LATENCY = { p50_ms: 1, p95_ms: 1, p99_ms: 250, max_ms: 1, bars: 9, dropped: 0, offered_per_s: 1, sent_late_ms: 0 };

  const valuesOf = (figures: RunFigures): Record<string, unknown> =>
    Object.fromEntries(figures.metrics().map((metric) => [metric.name, metric.read()]));

  test('are those of the run that goes on, and of the last one of each side', () => {
    const figures = new RunFigures();
    expect(Object.values(valuesOf(figures))).toEqual([[], [], [], [], []]);
    const run = { stage: 'bars1s', load: 50, records: 1000, round: 1, rounds: 3 } as const;
    figures.began({ ...run, side: 'a' });
    figures.sampled({ at_s: 1, cpu_cores: 0.5, rss_mb: 2 });
    figures.ended({ ...SAMPLE, latency: LATENCY });
    figures.began({ ...run, side: 'b' });
    const last = {
      run_wall_seconds: [{ label: { side: 'a' }, value: 2 }],
      run_p99_seconds: [{ label: { side: 'a' }, value: 0.25 }],
    };
    const running = [{ label: { stage: 'bars1s', load: '50', side: 'b' }, value: 1 }];
    expect(valuesOf(figures)).toEqual({ running, run_cpu_cores: [], run_rss_bytes: [], ...last });
    figures.sampled({ at_s: 1, cpu_cores: 0.75, rss_mb: 3 });
    const label = { side: 'b' };
    expect(valuesOf(figures)).toMatchObject({
      run_cpu_cores: [{ label, value: 0.75 }],
      run_rss_bytes: [{ label, value: 3 * 1024 * 1024 }],
    });
    figures.began({ ...run, load: 200, side: 'a' });
    expect(valuesOf(figures)).toMatchObject({ run_wall_seconds: [], run_p99_seconds: [] });
  });
});

describe('the progress of a comparison', () => {
  const SAMPLE: Sample = { wall_s: 2, cpu_s: 1, peak_rss_mb: undefined };
  const LATENCY = { p50_ms: 1, p95_ms: 1, p99_ms: 7.25, max_ms: 9, bars: 9, dropped: 0, offered_per_s: 1, sent_late_ms: 0 };
  const run = { stage: 'bars1s', load: 50, records: 3_000_000, round: 1, rounds: 3 } as const;

  test('says what runs, how fast both sides were, and how long it may take', () => {
    let now_ms = 0;
    const progress = new RunProgress(() => now_ms);
    progress.planned(2, 3);
    expect(progress.text()).toBeUndefined();
    progress.began({ ...run, side: 'a' });
    expect(progress.text()).toBe('bars1s, 50 symbols: round 1 of 3, A runs');
    now_ms = 2000;
    progress.ended(SAMPLE);
    progress.began({ ...run, side: 'b' });
    // 23 of 24 runs are left.
    expect(progress.text()).toBe('bars1s, 50 symbols: round 1 of 3, B runs; A 1,500,000/s; about 46 s left');
    now_ms = 32_000;
    progress.ended({ ...SAMPLE, wall_s: 1 });
    expect(progress.text()).toBe('bars1s, 50 symbols: round 1 of 3, B runs; A 1,500,000/s; B 3,000,000/s; about 6 min left');
    progress.began({ ...run, load: 200, side: 'a' });
    progress.ended({ ...SAMPLE, latency: LATENCY });
    expect(progress.text()).toBe('bars1s, 200 symbols: round 1 of 3, A runs; A p99 7.3 ms; about 0 s left');
  });
});
