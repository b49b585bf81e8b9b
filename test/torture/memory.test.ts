import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT, startQf, summariesIn } from '../support/cli.js';
import { rss_mb, untilAsleep } from '../support/process.js';

/** 50 million in `make torture`. */
const TICKS = Number(process.env['QF_TORTURE_TICKS'] ?? 2_000_000);

/** What Node itself and a few batches need, on any version. A leak shows in the slope. */
const MAX_RSS_MB = 300;

const SAMPLE_MS = 100;

/** Growth that is taken for flat. */
const MAX_SLOPE_BYTES_PER_TICK = 0.25;

/** Slope of a least-squares line through the points. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (pick: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const covariance = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return covariance / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

test(`${TICKS} ticks through bars1s: memory stays flat`, { timeout: 3_600_000 }, async () => {
  const qf = `${ROOT}bin/qf`;
  const sim = spawn(
    process.execPath,
    [qf, 'ingest', 'sim', '--symbols', '500', '--count', String(TICKS), '--pace', 'max', '--log-level', 'silent'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const bars = spawn(process.execPath, [qf, 'bars1s'], { stdio: [sim.stdout, 'ignore', 'pipe'] });
  sim.stdout.destroy();
  let log = '';
  bars.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const samples: number[] = [];
  const sampling = setInterval(() => samples.push(rss_mb(bars.pid as number)), SAMPLE_MS);
  await new Promise((resolve) => bars.on('close', resolve));
  clearInterval(sampling);
  expect(summariesIn(log)[0]).toMatchObject({ in: TICKS, used: TICKS, adds_up: true, ended: 'end' });
  // The last sample may be of a process that has ended already.
  const sizes = samples.filter((size) => size > 0);
  const peak_mb = Math.max(...sizes);
  const second = sizes.slice(Math.floor(sizes.length / 2));
  const slope = slopeOf(second.map((size, index) => [(index * TICKS) / sizes.length, size * 2 ** 20]));
  console.log(
    `RSS of bars1s over ${TICKS} ticks: peak ${peak_mb.toFixed(0)} MB, slope of the second half ${slope.toFixed(3)} bytes a tick`,
  );
  expect(peak_mb).toBeLessThan(MAX_RSS_MB);
  // In the short form the heap is still finding its size.
  if (TICKS >= 20_000_000) expect(slope).toBeLessThan(MAX_SLOPE_BYTES_PER_TICK);
});

test('a reader that pauses makes the source wait, and nothing is dropped', { timeout: 600_000 }, async () => {
  const count = 300_000;
  const child = startQf(['ingest', 'sim', '--count', String(count), '--pace', 'max']);
  let lines = 0;
  const waiting: number[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 0x0a) lines++;
    // Every so often nobody reads until the source has gone to sleep for want of room.
    if (waiting.length < 3 && lines > (waiting.length + 1) * 50_000) {
      waiting.push(lines);
      child.stdout.pause();
      void untilAsleep(child.pid as number).then(() => child.stdout.resume());
    }
  });
  const { exitCode, stderr } = await child;
  expect(exitCode).toBe(0);
  expect(waiting).toHaveLength(3);
  expect(lines).toBe(count);
  expect(summariesIn(stderr)[0]).toMatchObject({ out: count, written_records: count, unwritten_records: 0 });
});
