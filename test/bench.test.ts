import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT, shell } from './support/cli.js';
import { NO_STACK } from './support/stack.js';

interface Program {
  readonly id: string;
  readonly check?: { readonly equal: boolean; readonly text: string };
}

interface Results {
  readonly slow: { readonly programs: readonly Program[] };
  readonly bars1s: { readonly programs: readonly Program[] };
  readonly otherLoad: { readonly programs: readonly Program[] };
  readonly agg: { readonly programs: readonly Program[] };
}

interface WebsocketResults {
  readonly frames: number;
  readonly programs: readonly { readonly id: string; readonly samples: readonly unknown[] }[];
}

interface KafkaResults {
  readonly slow: { readonly programs: readonly Program[] };
  readonly fast: { readonly programs: readonly Program[] };
  readonly restore: { readonly keys: number };
}

interface TransferResults {
  readonly fill: { readonly programs: readonly Program[] };
  readonly store: { readonly programs: readonly Program[] };
}

interface LatencyResults {
  readonly latency: readonly {
    readonly engine: string;
    readonly interval_ms: number;
    readonly samples: readonly { readonly bars: number; readonly p50_ms: number; readonly p99_ms: number }[];
  }[];
}

interface PaperResults {
  readonly throughput: readonly { readonly stage: string; readonly records: number }[];
  readonly latency: readonly { readonly stages: readonly { readonly stage: string; readonly records: number }[] }[];
}

test('the short form of the benchmark runs, and every program gives the same bars', async () => {
  const run = await shell('BENCH_TICKS=20000 BENCH_ROUNDS=1 node bench/run.mjs');
  expect(run.exitCode, run.stderr).toBe(0);
  const { slow, bars1s, otherLoad, agg } = JSON.parse(readFileSync(`${ROOT}runs/bench/pipe.json`, 'utf8')) as Results;
  for (const [{ programs }, fast] of [
    [slow, 'readline'] as const,
    ...[bars1s, otherLoad, agg].map((of) => [of, 'wasm'] as const),
  ]) {
    const checked = programs.filter(({ check }) => check !== undefined);
    expect(checked.map(({ id }) => id)).toEqual(expect.arrayContaining(['qf', fast]));
    for (const { id, check } of checked) expect(check?.equal, `${id}: ${check?.text ?? ''}`).toBe(true);
  }
});

test('the short form of the websocket benchmark runs, and both programs write the same bytes', async () => {
  const run = await shell('BENCH_FRAMES=5000 BENCH_ROUNDS=1 node bench/ws.mjs');
  expect(run.exitCode, run.stderr).toBe(0);
  const { frames, programs } = JSON.parse(readFileSync(`${ROOT}runs/bench/ws.json`, 'utf8')) as WebsocketResults;
  expect(frames).toBe(5000);
  expect(programs.map(({ id, samples }) => [id, samples.length])).toEqual([
    ['count', 1],
    ['json', 1],
    ['qf', 1],
  ]);
});

/** Without those that take part only where they have been built. */
function idsOf({ programs }: { readonly programs: readonly Program[] }): string[] {
  return programs.map(({ id }) => id).filter((id) => id !== 'go' && id !== 'streams');
}

const onKafka = { skip: NO_STACK !== undefined, timeout: 600_000 };

test('the short form of the Kafka benchmark runs, and every program gives the same bars', onKafka, async () => {
  const short = 'BENCH_TICKS=20000 BENCH_ROUNDS=1 BENCH_HOUR_MIN=1 BENCH_HOUR_PACE=60';
  const run = await shell(`${short} node bench/kafka.mjs`);
  expect(run.exitCode, run.stderr).toBe(0);
  const { slow, fast, restore } = JSON.parse(readFileSync(`${ROOT}runs/bench/kafka.json`, 'utf8')) as KafkaResults;
  for (const { id, check } of [...slow.programs, ...fast.programs])
    expect(check?.equal, `${id}: ${check?.text ?? ''}`).toBe(true);
  expect(idsOf(slow)).toEqual(['kafkajs-count', 'plain', 'qf', 'wasm']);
  expect(idsOf(fast)).toEqual(['qf', 'reader-count', 'wasm', 'workers']);
  expect(restore.keys).toBeGreaterThan(0);
});

test(
  'the short form of the benchmark of what goes into Kafka and out runs, and every program gives the same',
  onKafka,
  async () => {
    const run = await shell('BENCH_TICKS=20000 BENCH_ROUNDS=1 node bench/transfer.mjs');
    expect(run.exitCode, run.stderr).toBe(0);
    const { fill, store } = JSON.parse(readFileSync(`${ROOT}runs/bench/transfer.json`, 'utf8')) as TransferResults;
    for (const { id, check } of [...fill.programs, ...store.programs])
      expect(check?.equal, `${id}: ${check?.text ?? ''}`).toBe(true);
    expect(idsOf(fill)).toEqual(['qf', 'wasm', 'made']);
    expect(idsOf(store)).toEqual(['copy', 'unnest', 'qf', 'again']);
  },
);

test('the short form of the latency benchmark runs, and every engine has bars', onKafka, async () => {
  const run = await shell('BENCH_ROUNDS=1 BENCH_LATENCY_S=1 node bench/latency.mjs');
  expect(run.exitCode, run.stderr).toBe(0);
  const { latency } = JSON.parse(readFileSync(`${ROOT}runs/bench/latency.json`, 'utf8')) as LatencyResults;
  expect(latency.map(({ engine, interval_ms }) => `${engine} ${interval_ms}`)).toEqual(['reference 20', 'wasm 20']);
  for (const { bars, p50_ms, p99_ms } of latency.flatMap(({ samples }) => samples)) {
    expect(bars).toBeGreaterThan(0);
    // A bar is not in hand before the tick that closes it was written, by the ms of its record.
    expect(p50_ms).toBeGreaterThan(0);
    expect(p99_ms).toBeGreaterThanOrEqual(p50_ms);
  }
});

test("the short form of the paper flow's benchmark runs, and Kafka has the bytes of the pipe", onKafka, async () => {
  const run = await shell('BENCH_MINUTES=100 BENCH_ROUNDS=1 BENCH_LATENCY_S=1 node bench/paper.mjs');
  expect(run.exitCode, run.stderr).toBe(0);
  const { throughput, latency } = JSON.parse(readFileSync(`${ROOT}runs/bench/paper.json`, 'utf8')) as PaperResults;
  const stages = ['pairs watch', 'pairs exec', 'risk size', 'risk guard', 'paper match'];
  for (const figures of [throughput, ...latency.map((interval) => interval.stages)]) {
    expect(figures.map(({ stage }) => stage)).toEqual(stages);
    for (const { stage, records } of figures) expect(records, stage).toBeGreaterThan(0);
  }
});
