import { createServer } from 'node:http';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stage } from '../../src/lib/core/model/configs.js';
import type { Finding } from '../../src/lib/ops/doctor/finding.js';
import type { EndpointState } from '../../src/lib/ops/metrics.js';
import { shell, type ShellResult } from '../support/cli.js';
import { freePorts } from '../../src/lib/ops/process/port.js';
import { NO_STACK, ownStackFolder, writeStackConfig } from '../support/stack.js';

/** Limit of a test that starts many programs, on a machine that is busy. */
const LIMIT_MS = 300_000;

/** Longest wait for what the stack does; it is a limit, not a measure. */
const PATIENCE = { timeout: 60_000, interval: 100 };

/** `bars1s` waits so long for its bars, and commits so seldom, that nothing of what it reads counts as read. */
const STAGES: Stage[] = [
  {
    name: 'bars1s',
    command: ['qf', 'bars1s', '--from', 'kafka', '--to', 'kafka'],
    env: { QF_BARS1S_COMMIT_INTERVAL: '1h', QF_BARS1S_GRACE: '1h', QF_BARS1S_MAX_FUTURE: 'off' },
  },
  { name: 'mute', command: ['node', '-e', 'setInterval(() => {}, 1000)'] },
];

describe.skipIf(NO_STACK !== undefined)('the stages of a stack that are watched', { timeout: LIMIT_MS }, () => {
  let config: string;
  let ports: Record<'bars1s' | 'mute' | 'absent', number>;

  const qf = (args: string, env: Record<string, string> = {}): Promise<ShellResult> =>
    shell(`qf ${args}`, { env: { QF_STACK_CONFIG: config, ...env } });
  const done = async (args: string, env: Record<string, string> = {}): Promise<void> => {
    const run = await qf(args, env);
    expect(run.exitCode, run.stderr).toBe(0);
  };
  const findings = async (name: string): Promise<Finding[]> => {
    const all = JSON.parse((await qf('doctor --json')).stdout) as Finding[];
    return all.filter(({ check }) => check === name);
  };
  const register = (stages: readonly (keyof typeof ports)[]): void => {
    const endpoints = stages.map((stage) => ({ stage, port: ports[stage] }));
    writeFileSync(join(dirname(config), 'metrics_endpoints.json'), JSON.stringify({ endpoints }));
  };
  const urlOf = (stage: keyof typeof ports): string => `http://127.0.0.1:${ports[stage]}/metrics`;

  beforeAll(async () => {
    config = await writeStackConfig(ownStackFolder('metrics'), {
      topics: ['ticks', 'bars.1s', 'dlq.bars1s', 'qf.state.qf.bars1s.ticks'].map((name) => ({
        name,
        partitions: 2,
        settings: 'stream',
      })),
      stages: STAGES,
    });
    const [bars1s = 0, mute = 0, absent = 0] = await freePorts(3);
    ports = { bars1s, mute, absent };
    register(['bars1s', 'absent']);
    await done('up --runtime native');
  }, LIMIT_MS);
  afterAll(async () => {
    await qf('down --volumes');
  });

  test('serve their metrics where the registry says, also right behind up', async () => {
    expect(await findings('metrics')).toMatchObject([
      { status: 'ok', what: expect.stringMatching(`^bars1s serves \\d+ metrics at ${urlOf('bars1s')}$`) as string },
      { status: 'ok', what: `port ${ports.absent} is free for absent` },
    ]);
    const list = await qf('metrics list --json');
    expect(list.exitCode).toBe(0);
    expect(JSON.parse(list.stdout) as EndpointState[]).toEqual([
      { stage: 'bars1s', endpoint: urlOf('bars1s'), state: 'answers', metrics: expect.any(Number) as number },
      {
        stage: 'absent',
        endpoint: urlOf('absent'),
        state: 'silent',
        metrics: 0,
        detail: expect.stringContaining('REFUSED') as string,
      },
    ]);
    expect((await qf('metrics list')).stdout).toMatch(/bars1s │ http:\S+ │ answers │ +[1-9]\d+ │/);
  });

  test('one that runs and serves nothing', async () => {
    register(['mute']);
    expect(await findings('metrics')).toMatchObject([
      {
        status: 'fail',
        what: expect.stringContaining(`mute runs, but does not serve its metrics at ${urlOf('mute')}: `) as string,
        mend: 'qf logs mute, then qf down && qf up',
      },
    ]);
    register(['bars1s']);
  });

  test('a port that a program has which is not of the stack', async () => {
    register(['absent']);
    const server = createServer((_, response) => response.end('hello\n')).listen(ports.absent, '127.0.0.1');
    await once(server, 'listening');
    try {
      expect(await findings('metrics')).toMatchObject([
        { status: 'fail', what: `port ${ports.absent} of absent is taken by a program that is not this stack's` },
      ]);
      const [state] = JSON.parse((await qf('metrics list --json')).stdout) as EndpointState[];
      expect(state).toMatchObject({ state: 'silent', detail: 'what answers there is no stage of qf' });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      register(['bars1s']);
    }
  });

  test('one that does not keep up', async () => {
    await done('ingest sim --symbols 5 --rate 5000 --hot-pct 0 --count 150000 --pace max --to kafka');
    await expect
      .poll(() => findings('lag'), PATIENCE)
      .toMatchObject([
        {
          status: 'warn',
          // Each transaction of the ingest has left a marker as well.
          what: expect.stringMatching(/^qf\.bars1s\.ticks is 150\d{3} records behind the end of ticks$/) as string,
          mend: expect.stringMatching('^qf logs bars1s; ') as string,
        },
      ]);
    await done('down');
    await done('up', { QF_BARS1S_COMMIT_INTERVAL: '100ms' });
    await expect
      .poll(() => findings('lag'), PATIENCE)
      .toMatchObject([{ status: 'ok', what: 'qf.bars1s.ticks is 0 records behind the end of ticks' }]);
  });

  test('a registry that is wrong is refused, with its line', async () => {
    const registry = join(dirname(config), 'metrics_endpoints.json');
    writeFileSync(registry, '{ "endpoints": [\n{ "stage": "bars1s", "port": 80 }] }');
    const run = await qf('config check');
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('metrics_endpoints.json: line 2: endpoints.0.port must be >= 1024');
    ports.absent = ports.bars1s;
    register(['bars1s', 'absent']);
    expect((await qf('config check')).stderr).toContain(`the port ${ports.bars1s} is there twice`);
    register(['bars1s']);
  });
});
