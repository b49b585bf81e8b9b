import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT, shell } from './support/cli.js';

interface Program {
  readonly id: string;
  readonly check?: { readonly equal: boolean; readonly text: string };
}

interface Results {
  readonly bars1s: { readonly programs: readonly Program[] };
  readonly agg: { readonly programs: readonly Program[] };
}

interface WebsocketResults {
  readonly made: { readonly frames: number };
  readonly results: readonly { readonly id: string; readonly samples: readonly unknown[] }[];
}

test('the short form of the benchmark runs, and every program gives the same bars', async () => {
  const run = await shell('BENCH_TICKS=20000 BENCH_ROUNDS=1 node bench/run.mjs');
  expect(run.exitCode, run.stderr).toBe(0);
  const { bars1s, agg } = JSON.parse(readFileSync(`${ROOT}runs/bench/pipe.json`, 'utf8')) as Results;
  for (const { programs } of [bars1s, agg]) {
    const checked = programs.filter(({ check }) => check !== undefined);
    expect(checked.map(({ id }) => id)).toContain('readline');
    for (const { id, check } of checked) expect(check?.equal, `${id}: ${check?.text ?? ''}`).toBe(true);
  }
});

test('the short form of the websocket benchmark runs, and both programs write the same bytes', async () => {
  const run = await shell('BENCH_FRAMES=5000 BENCH_ROUNDS=1 node bench/ws.mjs');
  expect(run.exitCode, run.stderr).toBe(0);
  const { made, results } = JSON.parse(readFileSync(`${ROOT}runs/bench/ws.json`, 'utf8')) as WebsocketResults;
  expect(made.frames).toBe(5000);
  expect(results.map(({ id, samples }) => [id, samples.length])).toEqual([
    ['count', 1],
    ['json', 1],
    ['qf', 1],
  ]);
});
