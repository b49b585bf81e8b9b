import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownAddresses } from '../../src/lib/ops/addresses.js';
import type { Finding } from '../../src/lib/ops/doctor/finding.js';
import { withAdmin } from '../../src/lib/ops/kafka/admin.js';
import { deleteTopicsAndGroups } from '../../src/lib/ops/kafka/delete.js';
import type { KafkaAddress } from '../../src/lib/transports/kafka/address.js';
import { kafkajs } from '../../src/lib/transports/kafka/kafkajs.js';
import { createTopics } from '../../src/lib/ops/kafka/topics.js';
import { startOf } from '../../src/lib/ops/process/identity.js';
import { isPortFree } from '../../src/lib/ops/process/port.js';
import { type ProcessRecord, runningProcess, writeRecord } from '../../src/lib/ops/process/record.js';
import { openStack, type Stack } from '../../src/lib/ops/stack.js';
import { shell, type ShellResult } from '../support/cli.js';
import { sql } from '../support/database.js';
import { NO_STACK, ownStackFolder, sharedServices, writeStackConfig } from '../support/stack.js';

/** Limit of a test that starts many programs, on a machine that is busy. */
const LIMIT_MS = 300_000;
const ADMIN_MS = 30_000;

/** Longest wait for what a supervisor does; it is a limit, not a measure. */
const PATIENCE = { timeout: 60_000, interval: 100 };

/** Faults are tried on a running stack, one after the other; each is mended before the next. */
describe.skipIf(NO_STACK !== undefined)('the stack', { timeout: LIMIT_MS }, () => {
  let config: string;
  let stack: Stack;

  const qf = (args: string, env: Record<string, string> = {}): Promise<ShellResult> =>
    shell(`qf ${args}`, { env: { QF_STACK_CONFIG: config, ...env } });

  /** What doctor says is wrong, by check. */
  const faults = async (path = config): Promise<Record<string, Finding[]>> => {
    const { stdout } = await qf('doctor --json', { QF_STACK_CONFIG: path });
    const wrong = (JSON.parse(stdout) as Finding[]).filter(({ status }) => status !== 'ok');
    const checks = [...new Set(wrong.map(({ check }) => check))];
    return Object.fromEntries(checks.map((name) => [name, wrong.filter(({ check }) => check === name)]));
  };
  const kafka = (): KafkaAddress => ownAddresses(stack).kafka;
  const processOf = (service: string): ProcessRecord => {
    const record = runningProcess(join(stack.run, `${service}.json`));
    if (record === undefined) throw new Error(`${service} does not run`);
    return record;
  };
  /** Kills a process of the stack from outside. */
  const kill = async ({ pid }: ProcessRecord): Promise<void> => {
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => startOf(pid), PATIENCE).toBeUndefined();
  };
  /** Another configuration of the same stack. */
  const variant = (name: string, changes: object): string => {
    const path = join(dirname(config), name);
    writeFileSync(path, JSON.stringify({ ...stack.config, ...changes }));
    return path;
  };

  beforeAll(async () => {
    config = await writeStackConfig(ownStackFolder('own'), {
      topic_settings: { stream: { 'retention.ms': '86400000' }, state: { 'cleanup.policy': 'compact' } },
      topics: [
        { name: 'ticks', partitions: 3, settings: 'stream' },
        { name: 'bars.1s', partitions: 'ticks', settings: 'stream' },
        { name: 'qf.state.qf.bars1s.ticks', partitions: 'ticks', settings: 'state' },
      ],
    });
    stack = openStack(config);
  });
  afterAll(async () => {
    await qf('down --volumes');
  });

  describe('is not started', () => {
    test('a dry run says what would be done, and does nothing', async () => {
      const run = await qf('up --runtime native --dry-run');
      expect(run.stdout).toMatch(/Kafka 4\.1\.2 on port \d+/);
      expect(existsSync(stack.folder)).toBe(false);
    });

    test('doctor says so, and which command helps', async () => {
      const run = await qf('doctor');
      expect(run.exitCode).toBe(69);
      expect(run.stdout).toMatch(/^fail +broker .*\n +-> qf up --only infra$/m);
      expect(run.stdout).toMatch(/^fail +database /m);
    });

    test('ps, logs, topics and down say so', async () => {
      expect((await qf('ps')).stdout).toMatch(/kafka +│ stopped/);
      expect((await qf('logs')).exitCode).toBe(69);
      expect((await qf('logs nothing')).exitCode).toBe(2);
      expect((await qf('topics list')).exitCode).toBe(69);
      expect((await qf('down')).stderr).toContain('nothing was running');
    });

    test.each([
      ['java', 'install a Java runtime'],
      ['mvn', 'install Maven'],
    ])('without %s, up says what to install', async (tool, advice) => {
      const path = join(dirname(config), `no-${tool}`);
      await shell(
        `mkdir -p '${path}' && for t in node bash env id java mvn; do ln -sf "$(command -v $t)" '${path}'; done; rm '${path}/${tool}'`,
      );
      // A version that nobody has fetched, so that Maven is needed.
      const other = variant('other-version.json', { kafka: { ...stack.config.kafka, version: '4.1.999' } });
      const run = await shell(`PATH='${path}' node bin/qf up --runtime native --config '${other}'`);
      expect(run.exitCode).toBe(69);
      expect(run.stderr).toContain(advice);
      await qf('down --volumes');
    });
  });

  describe('runs', () => {
    beforeAll(async () => {
      const run = await qf('up --runtime native');
      expect(run.exitCode, run.stderr).toBe(0);
    }, LIMIT_MS);

    test('doctor finds nothing wrong', async () => {
      const run = await qf('doctor');
      expect(run.exitCode, run.stdout).toBe(0);
      expect(run.stdout).toMatch(/^ok +broker .* answers, Kafka 4\.1 /m);
      expect(run.stdout).not.toMatch(/^(warn|fail)/m);
    });

    test('the script for a CI says the same, and leaves a stack that runs as it is', async () => {
      const run = await shell('scripts/ci/doctor.sh', { env: { QF_STACK_CONFIG: config } });
      expect(run.exitCode, run.stderr).toBe(0);
      expect((await qf('ps')).stdout).toMatch(/kafka +│ running/);
    });

    test('a second up does nothing', async () => {
      const before = (await qf('ps')).stdout;
      expect(before).toMatch(/kafka +│ running +│ +\d+ +│ +\d+ │ \d{4}-/);
      const again = await qf('up');
      expect([again.exitCode, again.stderr]).toEqual([0, '']);
      expect((await qf('ps')).stdout).toBe(before);
    });

    test('logs shows both services, topics lists the topics', async () => {
      const { stdout } = await qf('logs');
      expect(stdout).toContain('Kafka Server started');
      expect(stdout).toContain('ready to accept connections');
      expect((await qf('topics list')).stdout).toBe('bars.1s\nqf.state.qf.bars1s.ticks\nticks\n');
      expect((await qf('topics describe ticks')).stdout).toMatch(/ticks +│ +3 │ retention.ms=86400000/);
      expect((await qf('topics describe none')).exitCode).toBe(2);
    });

    test('another runtime is refused while this one runs', async () => {
      const run = await qf('up --runtime docker');
      expect(run.exitCode).toBe(2);
      expect(run.stderr).toContain('run qf down first');
    });

    test('a topic that is missing', async () => {
      await deleteTopicsAndGroups(kafka(), ['bars.1s'], []);
      const { topics, ...others } = await faults();
      expect(topics).toMatchObject([{ status: 'fail', what: 'bars.1s is missing', mend: 'qf topics create' }]);
      expect(others).toEqual({});
      expect((await qf('topics create')).stdout).toContain('created\tbars.1s\n');
      expect(await faults()).toEqual({});
    });

    test('settings that are wrong', async () => {
      const resource = {
        type: kafkajs().ConfigResourceTypes.TOPIC,
        name: 'ticks',
        configEntries: [{ name: 'retention.ms', value: '1000' }],
      };
      await withAdmin(kafka(), ADMIN_MS, (admin) => admin.alterConfigs({ validateOnly: false, resources: [resource] }));
      await expect
        .poll(async () => (await faults())['topics']?.[0]?.what, PATIENCE)
        .toBe('ticks: retention.ms is 1000, not 86400000');
      expect((await qf('topics create')).stdout).toContain('changed\tticks\n');
      await expect.poll(faults, PATIENCE).toEqual({});
    });

    test('a number of partitions that is wrong', async () => {
      await withAdmin(kafka(), ADMIN_MS, (admin) =>
        admin.createPartitions({ topicPartitions: [{ topic: 'bars.1s', count: 5 }] }),
      );
      await expect.poll(async () => (await faults())['topics']?.[0]?.what, PATIENCE).toBe('bars.1s has 5 partitions, not 3');
      expect((await faults())['co-partitions']?.[0]?.what).toBe('bars.1s has 5 partitions, ticks has 3');
      const run = await qf('topics create');
      expect(run.exitCode).toBe(69);
      expect(run.stderr).toContain('bars.1s has 5 partitions, not 3');
      await deleteTopicsAndGroups(kafka(), ['bars.1s'], []);
      await createTopics(kafka(), stack.topics);
      expect(await faults()).toEqual({});
    });

    test('a migration that is missing', async () => {
      await sql(
        `postgres://qf@127.0.0.1:${stack.config.postgres.port}/qf`,
        'drop view orders; drop function order_life; drop table pairs_signals, order_events, fills, budget_ledger; ' +
          'delete from qf_migrations where version = 4',
      );
      const { migrations, ...others } = await faults();
      expect(migrations).toMatchObject([
        { status: 'fail', what: '0004_paper is not applied to the schema public', mend: 'qf db migrate' },
      ]);
      expect(others).toEqual({});
      expect((await qf('db migrate')).stdout).toBe('kept\t0001_bars\nkept\t0002_rejects\nkept\t0003_sink\napplied\t0004_paper\n');
      expect(await faults()).toEqual({});
    });

    test('too little disk', async () => {
      const { disk } = await faults(variant('full.json', { min_free_mb: 2 ** 40 }));
      expect(disk).toMatchObject([{ status: 'fail' }]);
    });

    test('the database is down; up starts it again', async () => {
      await kill(processOf('postgres'));
      const { database, migrations, clock, ...others } = await faults();
      expect(database).toMatchObject([{ status: 'fail', mend: 'qf up --only infra' }]);
      for (const finding of [migrations, clock]) expect(finding).toMatchObject([{ status: 'fail' }]);
      expect(others).toEqual({});
      const run = await qf('up');
      expect(run.exitCode, run.stderr).toBe(0);
      expect(await faults()).toEqual({});
    });

    test('the broker is down, and something silent has its port', async () => {
      await kill(processOf('kafka'));
      const down = await faults();
      expect(Object.keys(down).sort()).toEqual(['broker', 'lag', 'topics']);
      const sockets = new Set<Socket>();
      const silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
      await listen(silent, stack.config.kafka.port);
      try {
        const taken = await faults();
        expect(taken['ports']?.[0]?.what).toMatch(/is taken by a program that is not this stack's/);
        expect(taken['broker']?.[0]?.what).toMatch(/no answer within 5 s/);
        expect(taken['topics']).toMatchObject([{ status: 'fail' }]);
        const run = await qf('up');
        expect(run.exitCode).toBe(69);
        expect(run.stderr).toContain(`port ${stack.config.kafka.port} is taken by another program`);
      } finally {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => silent.close(resolve));
      }
      const run = await qf('up');
      expect(run.exitCode, run.stderr).toBe(0);
      expect(await faults()).toEqual({});
    });

    test('services that somebody else runs are used, and left alone', async () => {
      const other = await writeStackConfig(ownStackFolder('external'), {
        topics: [{ name: 'elsewhere', partitions: 2, settings: 'stream' }],
      });
      const { postgres } = stack.config;
      const env = {
        QF_STACK_CONFIG: other,
        KAFKA_BROKERS: kafka().brokers.join(','),
        DATABASE_URL: `postgres://qf@127.0.0.1:${postgres.port}/qf`,
      };
      expect((await qf('up', env)).exitCode).toBe(0);
      expect((await qf('doctor', env)).stdout).toMatch(/^ok +topics +all 1 topics/m);
      expect((await qf('ps', env)).stdout).toMatch(/kafka +│ answers .* external/);
      expect((await qf('down --volumes', env)).exitCode).toBe(0);
      expect(await faults()).toEqual({});
    });
  });

  describe('is stopped', () => {
    test('down ends every process, frees every port and leaves no record; data stays', async () => {
      const records = ['kafka', 'postgres'].map(processOf);
      const run = await qf('down');
      expect(run.exitCode, run.stderr).toBe(0);
      for (const { pid, started } of records) expect(startOf(pid)).not.toBe(started);
      const { kafka, postgres } = stack.config;
      for (const port of [kafka.port, kafka.controller_port, postgres.port]) expect(await isPortFree(port)).toBe(true);
      expect(readdirSync(stack.run)).toEqual([]);
      expect(existsSync(join(stack.folder, 'postgres/PG_VERSION'))).toBe(true);
    });

    test('a record of a process that is another one now is not trusted', async () => {
      const path = join(stack.run, 'kafka.json');
      writeRecord(path, { pid: process.pid, started: 'another time', started_ms: 0 });
      expect((await qf('down')).stderr).toContain('nothing was running');
      expect(existsSync(path)).toBe(false);
    });

    test('down --volumes deletes the data, also where nothing runs', async () => {
      expect((await qf('down --volumes')).exitCode).toBe(0);
      expect(readdirSync(stack.folder).filter((name) => ['kafka', 'postgres', 'logs'].includes(name))).toEqual([]);
    });
  });

  test('other tests share a stack, which is started once', async () => {
    const [first, second] = await Promise.all([sharedServices(), sharedServices()]);
    expect(first).toEqual(second);
    const list = await shell('qf topics list', { env: { KAFKA_BROKERS: first.brokers, DATABASE_URL: first.databaseUrl } });
    expect(list.exitCode, list.stderr).toBe(0);
  });
});

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
