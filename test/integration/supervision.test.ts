import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stage } from '../../src/lib/core/model/configs.js';
import type { Finding } from '../../src/lib/ops/doctor/finding.js';
import { startOf } from '../../src/lib/ops/process/identity.js';
import { type ProcessRecord, runningProcess } from '../../src/lib/ops/process/record.js';
import { openStack, type Stack } from '../../src/lib/ops/stack.js';
import { readStages, type StageState, supervisorPath } from '../../src/lib/ops/supervisor/state.js';
import { shell, type ShellResult } from '../support/cli.js';
import { ownStackFolder, writeStackConfig } from '../support/stack.js';

/** Longest wait for what a supervisor does; it is a limit, not a measure. */
const PATIENCE = { timeout: 60_000, interval: 100 };

const FOREVER = 'setInterval(() => {}, 1000)';
const STAGES: Stage[] = [
  {
    name: 'steady',
    command: ['node', '-e', `console.log(process.env.KAFKA_BROKERS, process.env.GREETING); ${FOREVER}`],
    env: { GREETING: 'hello' },
  },
  { name: 'pipe', command: ['bash', '-c', 'qf ingest sim --symbols 5 --duration 10s --pace max | qf bars1s > bars.ndjson'] },
  {
    name: 'flaky',
    command: ['node', '-e', `fs.appendFileSync('starts', 'x'); if (fs.statSync('starts').size < 3) process.exit(1); ${FOREVER}`],
  },
  { name: 'wrong', command: ['node', '-e', 'process.exit(2)'] },
  { name: 'missing', command: ['./no-such-program'] },
];

/** Stages need no services here, so these tests run wherever Node does. */
describe('stages under supervision', () => {
  let config: string;
  let stack: Stack;

  const qf = (args: string): Promise<ShellResult> => shell(`qf ${args}`, { env: { QF_STACK_CONFIG: config } });
  const stageOf = (name: string): StageState | undefined => readStages(stack).find((state) => state.name === name);
  const processOf = (name: string): ProcessRecord => {
    const record = name === 'supervisor' ? runningProcess(supervisorPath(stack)) : stageOf(name)?.process;
    if (record === undefined) throw new Error(`${name} does not run`);
    return record;
  };
  const kill = async ({ pid }: ProcessRecord): Promise<void> => {
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => startOf(pid), PATIENCE).toBeUndefined();
  };
  const findings = async (): Promise<Finding[]> => {
    const all = JSON.parse((await qf('doctor --json')).stdout) as Finding[];
    return all.filter(({ check }) => check === 'stages');
  };

  beforeAll(async () => {
    config = await writeStackConfig(ownStackFolder('stages'), { stages: STAGES });
    stack = openStack(config);
    const run = await qf('up --runtime native --only apps');
    expect(run.exitCode, run.stderr).toBe(0);
  });
  afterAll(async () => {
    await qf('down --volumes');
  });

  test('a stage finds the services and its own settings in the environment', async () => {
    const log = join(stack.logs, 'steady.log');
    await expect.poll(() => readFileSync(log, 'utf8'), PATIENCE).toBe(`127.0.0.1:${stack.config.kafka.port} hello\n`);
    expect((await qf('logs steady')).stdout).toContain('hello');
  });

  test('one that ends in order is not started again', async () => {
    await expect.poll(() => stageOf('pipe')?.state, PATIENCE).toBe('ended');
    expect(readFileSync(join(stack.folder, 'bars.ndjson'), 'utf8')).toMatch(/^\{"symbol":"SIM0001","tf":"1s"/);
  });

  test('one that fails is started again, one that cannot work is given up', async () => {
    await expect.poll(() => stageOf('flaky'), PATIENCE).toMatchObject({ state: 'running', restarts: 2 });
    await expect.poll(() => stageOf('wrong')?.state, PATIENCE).toBe('gave_up');
    await expect.poll(() => stageOf('missing')?.reason, PATIENCE).toMatch(/ENOENT/);
    expect((await findings()).filter(({ status }) => status !== 'ok')).toMatchObject([
      { status: 'fail', what: 'wrong failed and is not started again: exit code 2' },
      { status: 'warn', what: expect.stringContaining('missing waits to be started again') as string },
    ]);
    expect((await qf('ps')).stdout).toMatch(/wrong +│ gave_up .* exit code 2/);
  });

  test('a second up does nothing', async () => {
    const before = processOf('steady');
    expect((await qf('up --only apps')).stderr).toBe('');
    expect(processOf('steady')).toEqual(before);
  });

  test('one that is killed is started again', async () => {
    await kill(processOf('steady'));
    await expect.poll(() => stageOf('steady'), PATIENCE).toMatchObject({ state: 'running', restarts: 1 });
  });

  test('after the supervisor was killed, up ends what it left and starts all again', async () => {
    const left = processOf('steady');
    await kill(processOf('supervisor'));
    expect(await findings()).toMatchObject([{ what: 'their supervisor does not run', mend: 'qf up --only apps' }]);
    expect((await qf('up --only apps')).exitCode).toBe(0);
    expect(startOf(left.pid)).not.toBe(left.started);
    await expect.poll(() => stageOf('steady'), PATIENCE).toMatchObject({ state: 'running', restarts: 0 });
  });

  test('down ends every process and leaves no record', async () => {
    const records = ['supervisor', 'steady', 'flaky'].map(processOf);
    const run = await qf('down');
    expect(run.exitCode, run.stderr).toBe(0);
    for (const { pid, started } of records) expect(startOf(pid)).not.toBe(started);
    expect(readdirSync(stack.run)).toEqual([]);
    expect((await qf('down')).stderr).toContain('nothing was running');
    expect(existsSync(join(stack.logs, 'steady.log'))).toBe(true);
  });
});
