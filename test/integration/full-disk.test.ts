import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownAddresses } from '../../src/lib/ops/addresses.js';
import type { Finding } from '../../src/lib/ops/doctor/finding.js';
import { isPortFree } from '../../src/lib/ops/process/port.js';
import { runningProcess } from '../../src/lib/ops/process/record.js';
import { openStack, type Stack } from '../../src/lib/ops/stack.js';
import { readStages, type StageState } from '../../src/lib/ops/supervisor/state.js';
import { shell, type ShellResult } from '../support/cli.js';
import { sql } from '../support/database.js';
import { temporaryFolder } from '../support/files.js';
import { TestTopics } from '../support/kafka.js';
import { RunningQf } from '../support/running.js';
import { NO_SMALL_DISK, SmallDisk } from '../support/small-disk.js';
import { NO_STACK, ownStackFolder, writeStackConfig } from '../support/stack.js';

/** Longest wait for what a service or a supervisor does; it is a limit, not a measure. */
const PATIENCE = { timeout: 120_000, interval: 200 };

const PARTITIONS = 2;
const SYMBOLS = 6;
const SIM = `qf ingest sim --seed 6 --symbols ${SYMBOLS} --rate 20 --hot-pct 0 --duration 40s --pace max`;
const STARTS = ['2025-01-06T03:45:00Z', '2025-01-06T03:46:00Z'];

/** Long after both: its ticks close all that is open before. */
const LATER_S = Date.parse('2025-01-06T05:00:00Z') / 1000;

const STAGES = [
  { name: 'bars1s', command: 'qf bars1s --from kafka --to kafka --to pg --max-future off' },
  // Ends while the disk is full, and cannot say so in a log.
  { name: 'agg', command: 'qf agg --tf 1m --from kafka --to kafka --give-up 1s' },
];

/** It takes a minute: `make torture` runs it. */
const IS_SHORT = process.env['QF_TORTURE_KILLS'] === undefined;
if (IS_SHORT) console.warn('a full disk of the broker is left to `make torture`');

describe.skipIf(NO_STACK !== undefined || NO_SMALL_DISK !== undefined)('full disks', { timeout: 600_000 }, () => {
  const scratch = temporaryFolder();
  let stack: Stack;
  let topics: TestTopics;
  let disk: SmallDisk;
  let databaseDisk: SmallDisk;
  let slices: string[];

  const qf = (line: string): Promise<ShellResult> =>
    shell(`qf ${line}`, { env: { QF_STACK_CONFIG: stack.configPath, ...services() } });
  const services = (): Record<string, string> => {
    const { kafka, databaseUrl } = ownAddresses(stack);
    return { KAFKA_BROKERS: kafka.brokers.join(','), DATABASE_URL: databaseUrl };
  };
  const done = async (line: string): Promise<void> => {
    const { exitCode, stderr } = await qf(line);
    expect(exitCode, stderr).toBe(0);
  };
  const stageOf = (name: string): StageState | undefined => readStages(stack).find((state) => state.name === name);
  const textsOf = async (topic: string): Promise<string[][]> =>
    (await topics.records(topic)).map((records) => records.map(({ value }) => value?.toString() ?? ''));
  const countOf = async (topic: string): Promise<number> => (await textsOf(topic)).flat().length;
  const storedOf = (): Promise<Record<string, unknown>[]> =>
    sql(ownAddresses(stack).databaseUrl, 'select symbol, extract(epoch from ts)::int as ts, c, vol::text from bars_1s');

  beforeAll(async () => {
    const stages = STAGES.map(({ name, command }) => ({ name, command: command.split(' ') as [string, ...string[]] }));
    const names = ['ticks', 'bars.1s', 'bars.1m', 'dlq.bars1s', 'dlq.agg'];
    const config = await writeStackConfig(ownStackFolder('full'), {
      stages,
      topics: names.map((name) => ({ name, partitions: PARTITIONS, settings: 'stream' })),
    });
    stack = openStack(config);
    topics = new TestTopics(ownAddresses(stack).kafka, PARTITIONS);
    disk = SmallDisk.mount(stack.folder, 160);
    databaseDisk = SmallDisk.mount(join(stack.folder, 'postgres'), 110);
    slices = await Promise.all(
      STARTS.map(async (start, index) => {
        const path = join(scratch, `${index}.ndjson`);
        const run = await shell(`${SIM} --start ${start} > '${path}'`);
        expect(run.exitCode, run.stderr).toBe(0);
        return path;
      }),
    );
    await done('up --runtime native');
  }, PATIENCE.timeout);
  afterAll(async () => {
    disk.empty();
    databaseDisk.empty();
    await qf('down');
    databaseDisk.unmount();
    disk.unmount();
  });

  test("Postgres's: bars go on, and are stored as soon as there is room", async () => {
    databaseDisk.fill();
    await done(`ingest file '${slices[0]}' --to kafka`);
    await expect
      .poll(() => readFileSync(join(stack.logs, 'bars1s.log'), 'utf8'), PATIENCE)
      .toMatch(/could not extend file .*No space left on device; free space on the database's disk; trying again/);
    await expect.poll(() => countOf('bars.1s'), PATIENCE).toBeGreaterThan(SYMBOLS * 30);
    expect(await storedOf()).toEqual([]);
    const sink = await qf('sink pg --from kafka:bars.1s --group another --until-end --give-up 1s');
    expect(sink.exitCode, sink.stderr).toBe(74);
    expect(sink.stderr).toMatch(/No space left on device; free space .*; given up after \d+ s \(--give-up\)/);
    const pipe = await qf(`bars1s --max-future off --from 'file:${slices[0]}' --to pg`);
    expect(pipe.exitCode, pipe.stderr).toBe(74);
    expect(pipe.stderr).toMatch(/No space left on device; free space .*; written: 0 records/);
    databaseDisk.empty();
    await expect.poll(async () => (await storedOf()).length, PATIENCE).toBe(await countOf('bars.1s'));
  });

  test.skipIf(IS_SHORT)("the broker's: what is on it says so, and everything goes on as soon as there is room", async () => {
    const before = await countOf('ticks');
    const args = ['ingest', 'file', slices[1] ?? '', '--to', 'kafka', '--pace', 'x4', '--give-up', '2s'];
    const ingest = new RunningQf(args, { env: services() });
    await expect.poll(() => countOf('ticks'), PATIENCE).toBeGreaterThan(before);
    disk.fill();
    const ended = await ingest.ended;
    expect(ended.exitCode, ended.stderr).toBe(69);
    expect(ended.stderr).toMatch(/; given up after \d+ s \(--give-up\)/);

    const broker = join(stack.run, 'kafka.json');
    await expect.poll(() => runningProcess(broker), PATIENCE).toBeUndefined();
    await expect.poll(() => stageOf('agg')?.state, PATIENCE).toBe('stopped');
    const findings = JSON.parse((await qf('doctor --json')).stdout) as Finding[];
    const failed = findings.filter(({ status }) => status === 'fail');
    expect(failed.map(({ check }) => check)).toEqual(expect.arrayContaining(['broker', 'disk']));
    expect(failed.find(({ check }) => check === 'disk')?.what).toBe(`0 MB are free in ${stack.folder}`);
    const up = await qf('up --only infra');
    expect([69, 74], up.stderr).toContain(up.exitCode);
    expect(up.stderr).not.toContain('a fault of qf');
    expect(await isPortFree(stack.config.kafka.port)).toBe(true);

    disk.empty();
    await done('up --only infra');
    await done(`ingest file '${slices[1]}' --to kafka`);
    await expectAll();
    expect(stageOf('agg')?.restarts).toBeGreaterThan(0);
    expect(stageOf('bars1s')).toMatchObject({ state: 'running', restarts: 0 });
  });

  /** Holds what is on the topics and in the table against the files and the pipe. */
  async function expectAll(): Promise<void> {
    const lines = slices.flatMap((path) => readFileSync(path, 'utf8').split('\n').slice(0, -1));
    const ticks = await textsOf('ticks');
    expect(ticks.flat().sort()).toEqual([...lines].sort());
    const symbols = [...new Set(lines.map((line) => (JSON.parse(line) as { symbol: string }).symbol))];
    const later = join(scratch, 'later.ndjson');
    const laterTicks = [LATER_S, LATER_S + 3600].flatMap((s) =>
      symbols.map((symbol) => `{"symbol":"${symbol}","event_ts":${s}000000000,"ltp":1,"vol":1}\n`),
    );
    writeFileSync(later, laterTicks.join(''));
    await done(`ingest file '${later}' --to kafka`);
    const isBefore = (text: string): boolean => (JSON.parse(text) as { ts: number }).ts < LATER_S;
    for (const [topic, stage, input] of [
      ['bars.1s', 'bars1s --max-future off', ticks],
      ['bars.1m', 'agg --tf 1m', undefined],
    ] as const) {
      for (const [partition, values] of (input ?? (await textsOf('bars.1s'))).entries()) {
        const { stdout } = await shell(`qf ${stage}`, { input: values.map((text) => `${text}\n`).join('') });
        const expected = stdout.split('\n').slice(0, -1).filter(isBefore);
        const actual = async (): Promise<string[]> => ((await textsOf(topic))[partition] ?? []).filter(isBefore);
        await expect.poll(actual, PATIENCE).toEqual(expected);
      }
    }
    const bars = (await textsOf('bars.1s')).flat().map((text) => JSON.parse(text) as Record<string, unknown>);
    const keys = (of: Record<string, unknown>): string => [of['symbol'], of['ts'], of['c'], String(of['vol'])].join();
    await expect.poll(async () => (await storedOf()).map(keys).sort(), PATIENCE).toEqual(bars.map(keys).sort());
  }
});
