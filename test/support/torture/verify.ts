import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import type { RejectRecord } from '../../../src/lib/core/model/records.js';
import type { InputRecord } from '../../../src/lib/runtime/task-processor.js';
import { ROOT, shell } from '../cli.js';
import type { Flow } from './flow.js';
import { barKey, type Tables } from './tables.js';

const GRACE_NS = '2000000000';

/** What the independent program says of a partition. */
interface Independent {
  readonly bars: Readonly<Record<'1s' | '1m' | '3m', readonly string[]>>;
  readonly rejects: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** What is committed on the topics, by partition. */
interface Committed {
  readonly ticks: readonly InputRecord[][];
  readonly seconds: readonly string[][];
  readonly minutes: readonly string[][];
  readonly threes: readonly string[][];
  readonly rejects: readonly InputRecord[][];
}

/** What is committed on the topics of a flow. */
export async function committedOf({ topics }: Flow): Promise<Committed> {
  const [seconds = [], minutes = [], threes = []] = await Promise.all(
    ['bars.1s', 'bars.1m', 'bars.3m'].map((topic) => topics.values(topic)),
  );
  const rejects = await topics.records('dlq.bars1s');
  const source = topics.name('ticks');
  const own = rejects.map((records) => records.filter((record) => rejectIn(record).topic === source));
  return { ticks: await topics.records(source), seconds, minutes, threes, rejects: own };
}

/** Holds topics against an un-killed run and an independent program; gives the counts that bars1s must have come to. */
export async function expectTopics(flow: Flow, committed: Committed): Promise<Record<string, number>> {
  await expectTicks(flow, committed.ticks);
  const source = flow.topics.name('ticks');
  const totals: Record<string, number> = {};
  for (const partition of committed.ticks.keys()) {
    await expectPipe(committed, partition);
    for (const [what, count] of Object.entries(await expectIndependent(committed, source, partition)))
      totals[what] = (totals[what] ?? 0) + count;
  }
  return totals;
}

/** Holds tables against the topics that they follow. */
export async function expectTables({ topics }: Flow, committed: Committed, tables: Tables): Promise<void> {
  const { seconds, minutes, threes, rejects } = committed;
  for (const [table, bars] of [
    ['bars_1s', seconds],
    ['bars_1m', minutes],
    ['bars_3m', threes],
  ] as const)
    expectSame(await tables.bars(table), bars.flat().map(barKey).sort(), table);
  const places = rejects.flatMap((records, partition) =>
    records.map((record) => {
      const { partition: from, offset, reason, detail } = rejectIn(record);
      return [partition, record.offset, from, offset, reason, detail].join(' ');
    }),
  );
  expectSame(await tables.rejects(topics.name('ticks')), places.sort(), 'rejects');
}

/** Each line of the market once, and in every partition in the order of the market. */
async function expectTicks(flow: Flow, ticks: readonly InputRecord[][]): Promise<void> {
  const slices = Array.from({ length: flow.done }, (_, slice) => `qf ${flow.sliceArgs(slice).join(' ')} --log-level error`);
  const { stdout } = await shell(slices.join(' && '), { encoding: 'latin1' });
  const market = linesOf(stdout);
  const written = ticks.map((records) => records.map(({ value }) => value?.toString('latin1') ?? ''));
  expectSame(written.flat().sort(), [...market].sort(), 'ticks');
  for (const lines of written) {
    let next = 0;
    for (const line of market) if (line === lines[next]) next++;
    expect(next, 'ticks in the order of the market').toBe(lines.length);
  }
}

/** The pipe is the run that nobody has killed. */
async function expectPipe({ ticks, seconds, minutes, threes, rejects }: Committed, partition: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'qf-torture-'));
  const path = join(folder, 'rejects.ndjson');
  try {
    const input = Buffer.concat((ticks[partition] ?? []).flatMap(({ value }) => [value ?? Buffer.alloc(0), Buffer.from('\n')]));
    const bars = await shell(`qf bars1s --max-future off --rejects '${path}'`, { input });
    expectSame(seconds[partition] ?? [], linesOf(bars.stdout), `bars.1s/${partition}`);
    const coarser = linesOf((await shell('qf agg --tf 1m,3m', { input: bars.stdout })).stdout);
    for (const [tf, lines] of [
      ['1m', minutes],
      ['3m', threes],
    ] as const)
      expectSame(
        lines[partition] ?? [],
        coarser.filter((line) => line.includes(`"tf":"${tf}"`)),
        `bars.${tf}/${partition}`,
      );
    const refused = linesOf(readFileSync(path, 'utf8')).map((line) => contentOf(JSON.parse(line) as RejectRecord));
    expectSame((rejects[partition] ?? []).map(rejectIn).map(contentOf), refused, `dlq.bars1s/${partition}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function expectIndependent(committed: Committed, source: string, partition: number): Promise<Independent['counts']> {
  const records = committed.ticks[partition] ?? [];
  const input = Buffer.concat(
    records.flatMap(({ offset, value }) => [Buffer.from(`${offset}\t`), value ?? Buffer.alloc(0), Buffer.from('\n')]),
  );
  const args = [`${ROOT}test/torture/bars.py`, source, String(partition), GRACE_NS];
  const { stdout } = await execa('python3', args, { input, maxBuffer: 2 ** 30 });
  const { bars, rejects, counts } = JSON.parse(stdout) as Independent;
  const what = `of the independent program in partition ${partition}`;
  expectSame(committed.seconds[partition] ?? [], bars['1s'], `bars.1s ${what}`);
  expectSame(committed.minutes[partition] ?? [], bars['1m'], `bars.1m ${what}`);
  expectSame(committed.threes[partition] ?? [], bars['3m'], `bars.3m ${what}`);
  expectSame(
    (committed.rejects[partition] ?? []).map(({ value }) => value?.toString() ?? ''),
    rejects,
    `rejects ${what}`,
  );
  return counts;
}

/** As an assertion on the whole would say, in bounded time and space: the first place where they differ. */
function expectSame(actual: readonly string[], expected: readonly string[], what: string): void {
  const at = expected.findIndex((line, index) => line !== actual[index]);
  const from = at === -1 ? expected.length : at;
  const around = (lines: readonly string[]): object => ({ length: lines.length, from: lines.slice(from, from + 3) });
  expect(around(actual), `${what}, from ${from} on`).toEqual(around(expected));
}

function rejectIn({ value }: InputRecord): RejectRecord {
  return JSON.parse(value?.toString() ?? '') as RejectRecord;
}

/** A reject without its place, which a pipe counts in lines. */
function contentOf({ stage, reason, detail, size, raw, raw_b64 }: RejectRecord): string {
  return JSON.stringify([stage, reason, detail, size, raw ?? null, raw_b64 ?? null]);
}

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}
