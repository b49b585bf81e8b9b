import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPairs } from '../../src/lib/formats/paper-config.js';
import { shell, summariesIn } from '../support/cli.js';
import { DATA, rowsOf } from '../support/data.js';

/** The Python of the programs that know nothing of qf. */
const PYTHON = process.env['QF_TEST_PYTHON'] ?? 'python3';
const PROGRAMS = 'test/support/paper';

/** By how much two numbers may differ, of the larger one: logarithms differ in their last bit between libraries. */
const TOLERANCE = 1e-8;

/** Of a price that does not move only the rounding of its logarithm is left, which says nothing. */
const NOISE = 1e-15;

const SEEDS = [1, 2, 3, 4, 5, 6];

/** Why the program that needs packages cannot run here; undefined where it can. */
const LACKING = await lackingOf('import numpy, statsmodels');
if (LACKING !== undefined) console.warn(`SKIPPED: qf pairs scan against statsmodels, because ${PYTHON} says: ${LACKING}`);

type Found = Readonly<Record<string, string | number | null>>;

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'qf-scan-'))));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

async function lackingOf(code: string): Promise<string | undefined> {
  const { exitCode, stderr } = await shell(`${PYTHON} -c '${code}'`);
  return exitCode === 0 ? undefined : stderr.trimEnd().split('\n').at(-1);
}

/** What a command prints for bars. */
async function found(command: string, bars: string): Promise<Found[]> {
  const run = await shell(`${command} < '${bars}'`);
  expect(run.exitCode, run.stderr).toBe(0);
  return run.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Found);
}

/** Path of the bars of a random market. */
async function market(seed: number): Promise<string> {
  const run = await shell(`${PYTHON} ${PROGRAMS}/series.py --seed ${seed} --pairs 12 --out '${dir}/${seed}'`);
  expect(run.exitCode, run.stderr).toBe(0);
  return `${dir}/${seed}/bars.ndjson`;
}

function expectClose(rows: readonly Found[], expected: readonly Found[]): void {
  expect(rows.length).toBe(expected.length);
  expect(rows.length).toBeGreaterThan(20);
  for (const [at, row] of rows.entries()) {
    const other = expected[at] as Found;
    expect(Object.keys(row)).toEqual(Object.keys(other));
    for (const [name, value] of Object.entries(row))
      expect(isClose(value, other[name]), `${name} of ${JSON.stringify([row, other])}`).toBe(true);
  }
}

function isClose(one: unknown, other: unknown): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return one === other;
  return Math.abs(one - other) <= Math.max(NOISE, TOLERANCE * Math.max(Math.abs(one), Math.abs(other)));
}

const ALL = 'qf pairs scan --as ndjson --top 1000000 --min-bars 2';

async function expectPythons(bars: string): Promise<void> {
  expectClose(await found(ALL, bars), await found(`${PYTHON} ${PROGRAMS}/scan.py`, bars));
}

describe('qf pairs scan and a program in Python', () => {
  test.each(SEEDS)('find the same in random market %d', async (seed) => {
    await expectPythons(await market(seed));
  });

  test('--top and --min-bars leave out, and change nothing else', async () => {
    const bars = await market(7);
    const all = await found(`${PYTHON} ${PROGRAMS}/scan.py`, bars);
    const sizes = all.map(({ n }) => Number(n)).sort((a, b) => a - b);
    const min = sizes[Math.floor(sizes.length / 2)] as number;
    const long = all.filter(({ n }) => Number(n) >= min);
    expect(long.length).toBeLessThan(all.length);
    expectClose(await found(`qf pairs scan --as ndjson --top 25 --min-bars ${min}`, bars), long.slice(0, 25));
  });

  test.skipIf(DATA === undefined)('find the same in a day of NSE', async () => {
    const lines = rowsOf(`${String(DATA)}/expected/nse-2021-04-08.1m.csv.gz`).map(
      ([symbol = '', ts_ms, o = '', h = '', l = '', c = '', vol = '', n = '']) =>
        `{"symbol":"${symbol}","tf":"1m","ts":${Number(ts_ms) / 1000},"o":${o},"h":${h},"l":${l},"c":${c},"vol":${vol},"n_trades":${n}}\n`,
    );
    const path = join(dir, 'nse.ndjson');
    writeFileSync(path, lines.join(''));
    await expectPythons(path);
  });
});

describe.skipIf(LACKING !== undefined)('qf pairs scan and statsmodels', () => {
  test.each(SEEDS)('find the same in random market %d', async (seed) => {
    const bars = await market(seed);
    expectClose(await found(ALL, bars), await found(`${PYTHON} -W ignore ${PROGRAMS}/scan_statsmodels.py`, bars));
  });
});

describe('the configuration that it prints', () => {
  test('is taken by qf pairs watch, which finds signals', async () => {
    const bars = await market(8);
    const run = await shell(
      `qf pairs scan --as yaml --from 'file:${bars}' > '${dir}/p.yaml'; qf pairs watch --config '${dir}/p.yaml' --from 'file:${bars}'`,
    );
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stdout.split('\n').length).toBeGreaterThan(20);
    expect(summariesIn(run.stderr).map(({ rejected, adds_up }) => [rejected, adds_up])).toEqual([
      [0, true],
      [0, true],
    ]);
  });

  test('has the pairs with a hedge ratio above 0 and a half-life, the best first', async () => {
    const bars = await market(8);
    const { stdout } = await shell(`qf pairs scan --as yaml --top 10 --from 'file:${bars}'`);
    const expected = (await found(`${PYTHON} ${PROGRAMS}/scan.py`, bars)).filter(
      ({ n, beta, half_life }) => Number(n) >= 60 && Number(beta) > 0 && half_life !== null,
    );
    expect(expected.length).toBeGreaterThan(10);
    expect(readPairs('p.yaml', stdout).map(({ pair_id }) => pair_id)).toEqual(
      expected.slice(0, 10).map(({ a, b, tf }) => [a, b, tf].join('_')),
    );
  });
});
