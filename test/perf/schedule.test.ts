import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { latencyOf } from '../../src/lib/perf/latency.js';
import { Schedule } from '../../src/lib/perf/schedule.js';
import { temporaryFolder } from '../support/files.js';

/** No warm-up. */
const ALL = { first_ms: 100, warmup_s: 0, part_s: 5 };

const folder = temporaryFolder();
const S = 1_704_167_100;

const tick = (after_ms: number): string =>
  `{"symbol":"A","event_ts":${BigInt(S * 1000 + 250 + after_ms) * 1_000_000n},"ltp":1,"vol":1}\n`;

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A schedule whose ticks have all been read, in batches of (due, lines). */
async function scheduleOf(times_ms: readonly number[]): Promise<{ schedule: Schedule; batches: [number, number][] }> {
  const schedule = new Schedule(fileOf('ticks', times_ms.map(tick).join('')));
  const batches: [number, number][] = [];
  for await (const { due_ms, lines } of schedule.batches()) batches.push([due_ms, lines.toString().split('\n').length - 1]);
  return { schedule, batches };
}

describe('a schedule', () => {
  test('sends each tick in its step after the first one, and none before it', async () => {
    const { batches } = await scheduleOf([0, 1, 4, 5, 17, 3000]);
    expect(batches).toEqual([
      [0, 3],
      [5, 1],
      [15, 1],
      [3000, 1],
    ]);
  });

  test('knows when a bar is final: with the tick two seconds behind its end', async () => {
    // The first tick stands 250 ms after the full second.
    const { schedule } = await scheduleOf([0, 900, 2740, 2750, 5000, 9000]);
    const second = (end: number) => schedule.closing_ms({ end_s: S + end, kind: 'second' });
    expect([second(1), second(2), second(3), second(7), second(8)]).toEqual([2750, 5000, 5000, 9000, undefined]);
    // A coarser one with the first second behind it that has ticks, here that of 2740 ms.
    expect(schedule.closing_ms({ end_s: S + 2, kind: 'coarser' })).toBe(5000);
    expect(schedule.closing_ms({ end_s: S + 60, kind: 'coarser' })).toBeUndefined();
  });

  test('of hours in the time of a run sends ticks as much sooner, and knows decisions with the next bars of 3 or 5 minutes', async () => {
    // S is a multiple of both.
    const schedule = new Schedule(fileOf('fast', [0, 1000, 180_500, 184_000, 309_000].map(tick).join('')), 100);
    const due: number[] = [];
    for await (const { due_ms } of schedule.batches()) due.push(due_ms);
    expect(due).toEqual([0, 10, 1805, 1840, 3090]);
    const decision = (end: number) => schedule.closing_ms({ end_s: S + end, kind: 'decision' });
    expect([decision(0), decision(180)]).toEqual([1840, undefined]);
  });

  test('knows decisions on Kafka with the next bars of 15 minutes, which are those that every partition waits for', async () => {
    const times = [0, 184_000, 898_000, 901_000, 904_000, 1_799_000];
    const schedule = new Schedule(fileOf('kafka', times.map(tick).join('')), 100, 'kafka');
    for await (const { due_ms } of schedule.batches()) expect(due_ms).toBeLessThanOrEqual(17_990);
    const decision = (end: number) => schedule.closing_ms({ end_s: S + end, kind: 'decision' });
    expect([decision(0), decision(180), decision(720), decision(900)]).toEqual([9040, 9040, 9040, undefined]);
  });
});

describe('latencies', () => {
  const bar = (ts: number): string => `{"symbol":"A","tf":"1s","ts":${S + ts}}\n`;

  test('count from when the closing tick was due, whatever came when, without the warm-up and what only the end closes', async () => {
    const { schedule } = await scheduleOf([0, 900, 2750, 5000, 9000]);
    const [one, two, three] = [0, 1, 2].map((ts) => bar(ts).length) as [number, number, number];
    const lines = bar(0) + bar(1) + bar(2) + bar(9);
    const arrivals = [
      { bytes: one - 1, at_ms: 100 + 2751 },
      { bytes: one + two, at_ms: 100 + 5010 },
      { bytes: one + two + three, at_ms: 100 + 5100 },
      { bytes: lines.length, at_ms: 100 + 9000 },
    ];
    const [output, expected] = [fileOf('out', lines), fileOf('expected', lines)];
    // The first bar's last byte came with the second chunk.
    expect(await latencyOf(output, arrivals, expected, schedule, ALL)).toEqual({
      ...{ p50_ms: 100, p95_ms: expect.closeTo(2044) as number, p99_ms: expect.closeTo(2216.8) as number, max_ms: 2260 },
      ...{ bars: 3, dropped: 0 },
      // In parts of 5 s, by when they were to come.
      points: [
        { at_s: 5, bars: 1, p50_ms: 2260, p99_ms: 2260 },
        { at_s: 10, bars: 2, p50_ms: 55, p99_ms: expect.closeTo(99.1) as number },
      ],
    });
    expect(await latencyOf(output, arrivals, expected, schedule, { ...ALL, warmup_s: 5 })).toMatchObject({
      bars: 2,
      max_ms: 100,
      p50_ms: 55,
    });
  });

  test('tell which bars did not come, and that there are none', async () => {
    const { schedule } = await scheduleOf([0, 900, 2750, 5000, 9000]);
    const [output, expected] = [fileOf('fewer', bar(1)), fileOf('all', bar(0) + bar(1) + bar(2))];
    const arrivals = [{ bytes: 1000, at_ms: 100 + 5001 }];
    expect(await latencyOf(output, arrivals, expected, schedule, ALL)).toMatchObject({ bars: 1, dropped: 2, max_ms: 1 });
    await expect(latencyOf(fileOf('none', ''), [], expected, schedule, ALL)).rejects.toThrow('none of 3 bars came');
  });
});
