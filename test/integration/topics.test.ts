import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deleteTopicsAndGroups } from '../../src/lib/ops/kafka/delete.js';
import { listTopics } from '../../src/lib/ops/kafka/topics.js';
import { migrate } from '../../src/lib/ops/postgres/migrate.js';
import { ENV, NODE, ROOT, shell } from '../support/cli.js';
import { sql } from '../support/database.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { HAS_TERMINAL, onTerminal } from '../support/terminal.js';
import { NO_STACK, ownStackFolder, type Services, sharedServices, writeStackConfig } from '../support/stack.js';

const DATABASE = 'qf_test_topics';
const SCHEMA = 'replay';

const NOTHING: string[][] = Array.from({ length: SHARED_PARTITIONS }, () => []);

/** Not text, and with a line that is no JSON. */
const RAW = Buffer.from([0xff, 0x00, 0x7b, 0xc3]);

describe.skipIf(NO_STACK !== undefined)('qf topics', () => {
  let services: Services;
  let children: ChildProcess[] = [];

  beforeAll(async () => {
    services = await sharedServices();
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children = [];
  });

  /** Starts qf, and gives its lines, and how it ends. */
  function start(args: readonly string[]) {
    const env = { ...ENV, KAFKA_BROKERS: services.brokers };
    const child = spawn(NODE, [`${ROOT}bin/qf`, ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    return { child, ended, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
  }

  describe('tail', () => {
    async function prepare(): Promise<TestTopics> {
      const topics = new TestTopics(services.kafka, 2);
      await topics.create(['t']);
      await topics.write('t', 0, ['{"a":1}', '{"a":2}']);
      await topics.write('t', 1, ['{"b":1}']);
      await topics.write('t', 0, ['{"gone":1}'], 'abort');
      await topics.write('t', 1, [RAW, '{"b":3}']);
      await topics.write('t', 0, ['{"a":3}']);
      return topics;
    }

    const all = ['{"a":1}', '{"a":2}', '{"b":1}', RAW.toString('latin1'), '{"b":3}', '{"a":3}'];

    it.each([
      ['', all],
      ['-n 4', all.slice(2)],
      ['-n 2 --partition 0', ['{"a":2}', '{"a":3}']],
      ['-n 0', []],
      ['--from start', all],
      ['--from end', []],
      ['--from 1 --partition 0', ['{"a":2}', '{"a":3}']],
    ])('%s gives the committed values as they were written', async (options, expected) => {
      const topics = await prepare();
      const env = { KAFKA_BROKERS: services.brokers };
      const { stdout, stderr, exitCode } = await shell(`qf topics tail ${topics.name('t')} ${options}`, {
        env,
        encoding: 'latin1',
      });
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toBe(expected.map((line) => `${line}\n`).join(''));
    });

    it('-f goes on with what comes, of every partition, until Ctrl-C', async () => {
      const topics = await prepare();
      const { child, ended, lines } = start(['topics', 'tail', topics.name('t'), '-n', '1', '-f']);
      const next = async (): Promise<unknown> => (await lines.next()).value;
      expect(await next()).toBe('{"a":3}');
      await topics.write('t', 1, ['{"b":4}']);
      expect(await next()).toBe('{"b":4}');
      await topics.write('t', 0, ['{"gone":2}'], 'abort');
      await topics.write('t', 0, ['{"a":4}']);
      expect(await next()).toBe('{"a":4}');
      child.kill('SIGINT');
      expect(await ended).toBe(130);
    });

    it('ends with 0 where its reader has gone, and with 2 where there is no such topic', async () => {
      const topics = await prepare();
      const env = { KAFKA_BROKERS: services.brokers };
      await topics.write(
        't',
        0,
        Array.from({ length: 50_000 }, (_, n) => `{"n":${n}}`),
      );
      const first = await shell(`qf topics tail ${topics.name('t')} --from start -f | head -1`, { env });
      expect(first).toMatchObject({ exitCode: 0, stdout: '{"a":1}\n', stderr: '' });
      const missing = await shell(`qf topics tail ${topics.name('u')}`, { env });
      expect(missing).toMatchObject({ exitCode: 2 });
      expect(missing.stderr).toContain(`${topics.name('u')}/0: there is no such topic or partition`);
      expect(await shell(`qf topics tail ${topics.name('t')} --partition 2`, { env })).toMatchObject({ exitCode: 2 });
    });
  });

  it('are deleted once where several delete them at once', async () => {
    const topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    const names = Array.from({ length: 10 }, (_, index) => `doomed-${index}`);
    await topics.create(names);
    const full = names.map((name) => topics.name(name));
    await Promise.all([1, 2, 3].map(async () => deleteTopicsAndGroups(services.kafka, full, [])));
    expect((await listTopics(services.kafka)).filter((name) => full.includes(name))).toEqual([]);
  });

  it('reset drops the records of topics with state, offsets and positions, and nothing else', async () => {
    const topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    const { group } = topics;
    const state = `qf.state.${group}.bars1s.${group}.ticks`;
    await topics.create(['other'], [state, 'dlq.bars1s']);
    await topics.write('other', 0, ['{"kept":1}']);
    const databaseUrl = services.databaseUrl.replace(/[^/]*$/, DATABASE);
    await sql(services.databaseUrl, `create database ${DATABASE}`);
    for (const schema of ['public', SCHEMA]) {
      await migrate({ url: databaseUrl, schema });
      const tasks = [`${group}/sink/${group}.bars.1s/0`, `${group}/sink/${group}.other/0`];
      await sql(databaseUrl, `insert into ${schema}.qf_sink values ${tasks.map((task) => `('${task}', 'id', 9)`).join(', ')}`);
    }
    const names = ['ticks', 'bars.1s'].map((name) => topics.name(name));
    const config = await writeStackConfig(ownStackFolder('topics-reset'), {
      topics: names.map((name) => ({ name, partitions: SHARED_PARTITIONS, settings: 'stream' })),
    });
    const env = { KAFKA_BROKERS: services.brokers, DATABASE_URL: databaseUrl, QF_STACK_CONFIG: config };
    const reset = (): ReturnType<typeof shell> => shell('qf topics reset --yes', { env });
    expect(await shell('qf topics create', { env })).toMatchObject({ exitCode: 0 });

    const bars1s = [
      'bars1s',
      '--from',
      `kafka:${names[0]}`,
      '--to',
      `kafka:${names[1]}`,
      '--group',
      group,
      '--max-future',
      'off',
    ];
    const running = start(bars1s);
    await shell(`qf ingest sim --symbols 9 --duration 1m --pace max --to kafka:${names[0]}`, { env });
    // Once it has written something, it is a member of its group.
    const written = start(['topics', 'tail', topics.name('bars.1s'), '-n', '1', '-f']);
    await written.lines.next();
    const refused = await reset();
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain(`end these first: 1 processes of the group ${group}.bars1s.${names[0]}`);
    running.child.kill('SIGTERM');
    await running.ended;

    const answered = HAS_TERMINAL ? await shell(`echo n | ${onTerminal('qf topics reset')}`, { env }) : undefined;
    if (answered !== undefined) expect(answered.stdout).toMatch(/deleted\tgroup[^]*Delete all of this\? [^]*nothing was deleted/);
    const done = await reset();
    expect(done, done.stderr).toMatchObject({ exitCode: 0 });
    expect(done.stdout.split('\n').slice(0, -1)).toEqual([
      ...names.map((name) => `emptied\ttopic\t${name}`),
      `deleted\ttopic\tqf.state.qf.ingest-sim.${names[0]}`,
      `deleted\ttopic\t${state}`,
      `deleted\tgroup\t${group}.bars1s.${names[0]}`,
      `deleted\tpublic.qf_sink\t${group}/sink/${names[1]}/0`,
      `deleted\t${SCHEMA}.qf_sink\t${group}/sink/${names[1]}/0`,
    ]);
    expect(await Promise.all(['ticks', 'bars.1s', 'other'].map((name) => topics.values(name)))).toEqual([
      NOTHING,
      NOTHING,
      [['{"kept":1}'], ...NOTHING.slice(1)],
    ]);
    expect(await sql(databaseUrl, `select task from ${SCHEMA}.qf_sink`)).toEqual([{ task: `${group}/sink/${group}.other/0` }]);
    const again = await reset();
    expect(again, again.stderr).toMatchObject({ exitCode: 0, stdout: names.map((name) => `emptied\ttopic\t${name}\n`).join('') });

    await topics.create([], [state]);
    await shell(`qf ingest sim --symbols 9 --duration 1m --pace max --to kafka:${names[0]}`, { env });
    const anew = await shell(`qf ${bars1s.join(' ')} --until-end`, { env });
    expect(anew, anew.stderr).toMatchObject({ exitCode: 0 });
    expect((await topics.values('bars.1s')).flat()).toHaveLength(9 * 60);
  });
});
