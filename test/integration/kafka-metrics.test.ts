import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { withAdmin } from '../../src/lib/ops/kafka/admin.js';
import { systemClock } from '../../src/lib/runtime/clock.js';
import { runStageOnKafka } from '../../src/lib/transports/kafka/index.js';
import { shell } from '../support/cli.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { linesIn, RunningQf } from '../support/running.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';

const ADMIN_MS = 30_000;
/** Longest wait for what the stage does; it is a limit, not a measure. */
const PATIENCE = { timeout: 60_000, interval: 100 };

describe.skipIf(NO_STACK !== undefined)('a stage on Kafka that is watched', { timeout: 120_000 }, () => {
  let services: Services;
  let env: { KAFKA_BROKERS: string };

  beforeAll(async () => {
    services = await sharedServices();
    env = { KAFKA_BROKERS: services.brokers };
  });

  /** Topics of a stage, with ticks in them. */
  async function prepare(): Promise<TestTopics> {
    const topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    const { group } = topics;
    await topics.create(['ticks', 'bars.1s'], [`qf.state.${group}.bars1s.${group}.ticks`, 'dlq.bars1s']);
    const run = await shell(`qf ingest sim --symbols 20 --duration 30s --pace max --to kafka:${group}.ticks`, { env });
    expect(run.exitCode, run.stderr).toBe(0);
    return topics;
  }

  function bars1sOf({ group }: TestTopics): string[] {
    return `bars1s --from kafka:${group}.ticks --to kafka:${group}.{} --group ${group} --max-future off`.split(' ');
  }

  function groupOf({ group }: TestTopics): string {
    return `${group}.bars1s.${group}.ticks`;
  }

  /** The ends of a stage's input. */
  async function endsOf(topics: TestTopics): Promise<string[]> {
    return withAdmin(services.kafka, ADMIN_MS, async (admin) => inOrder(await admin.fetchTopicOffsets(topics.name('ticks'))));
  }

  /** What the group says that it has read. */
  async function toldTo(topics: TestTopics): Promise<string[]> {
    return withAdmin(services.kafka, ADMIN_MS, async (admin) => {
      const [input] = await admin.fetchOffsets({ groupId: groupOf(topics), topics: [topics.name('ticks')] });
      return inOrder(input?.partitions ?? []);
    });
  }

  test('says how far it is, and tells the group', async () => {
    const topics = await prepare();
    const stage = new RunningQf([...bars1sOf(topics), '--metrics-port', '0'], { env });
    const [, url = ''] = await stage.log(/"url":"([^"]+)"/);
    const figures = async (): Promise<Record<string, number>> => {
      const lines = (await (await fetch(url)).text()).split('\n').filter((line) => line.startsWith('qf_bars1s_'));
      return Object.fromEntries(
        lines.map((line) => {
          const [name = '', value] = line.split(' ');
          return [name.slice('qf_bars1s_'.length), Number(value)];
        }),
      );
    };
    const ends = await endsOf(topics);
    const ticks = await topics.size('ticks');
    await expect.poll(async () => (await figures())['records_in_total'], PATIENCE).toBe(ticks);
    await expect.poll(figures, PATIENCE).toMatchObject({
      lag_records: 0,
      partitions: SHARED_PARTITIONS,
      partitions_catching_up: 0,
      'queue_depth{queue="commit"}': 0,
      'queue_capacity{queue="commit"}': 20_000 * SHARED_PARTITIONS,
      fetch_records_sum: ticks,
    });
    expect(await (await fetch(new URL('/readyz', url))).text()).toBe('ready\n');
    const { commit_seconds_count: commits, ...others } = await figures();
    expect(commits).toBeGreaterThan(0);
    expect(others).toMatchObject({ commit_records_count: commits, event_to_publish_seconds_count: commits });
    expect(others['commit_records_sum']).toBe(others['records_out_total']);
    expect(others['event_to_publish_seconds_sum']).toBeGreaterThan(0);
    // The simulated market is of an earlier day.
    expect(others['end_to_end_seconds_count']).toBeGreaterThan(0);
    expect(others['end_to_end_seconds_sum']).toBeGreaterThan(3600);
    expect(others['watermark_seconds']).toBeGreaterThan(1e9);
    expect(others['state_parts']).toBeGreaterThan(0);
    expect(others['state_bytes']).toBeGreaterThan(others['state_parts'] ?? Infinity);
    // While the group has members, a broker takes offsets from them alone.
    await expect.poll(() => toldTo(topics), PATIENCE).toEqual(ends);
    expect((await stage.interrupt()).exitCode).toBe(130);
  });

  test('tells the group before it ends, too', async () => {
    const topics = await prepare();
    const ends = await endsOf(topics);
    const run = await shell(`qf ${bars1sOf(topics).join(' ')} --until-end`, { env });
    expect(run.exitCode, run.stderr).toBe(0);
    expect(await toldTo(topics)).toEqual(ends);
  });

  test('ends with one error where its port is taken', async () => {
    const topics = await prepare();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const run = await shell(`qf ${bars1sOf(topics).join(' ')} --metrics-port ${port}`, { env });
    server.close();
    expect(run.exitCode).toBe(69);
    expect(linesIn(run.stderr).map(({ msg }) => msg)).toEqual([
      `--metrics-port ${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
    ]);
  });

  test('has nothing under way that could fail as well while its metrics are not served', async () => {
    const topics = await prepare();
    const { group } = topics;
    let state: string | undefined;
    const run = runStageOnKafka({
      stage: 'bars1s',
      group,
      address: services.kafka,
      input: topics.name('ticks'),
      outputs: new Map(),
      options: '',
      maker: {
        takes: 'records',
        make: () => {
          throw new Error('a task was begun');
        },
      },
      clock: systemClock,
      log: { info: () => undefined, warn: () => undefined },
      stop: new AbortController().signal,
      compression: 'none',
      batchSize: 1,
      commitInterval_ms: 1,
      giveUp_ms: 1,
      untilEnd: undefined,
      watch: async () => {
        // Another program needs much longer than it takes to join a group.
        await shell('qf topics list', { env });
        const { groups } = await withAdmin(services.kafka, ADMIN_MS, (admin) => admin.describeGroups([groupOf(topics)]));
        state = groups[0]?.state;
        throw new Error('the port is taken');
      },
    });
    await expect(run).rejects.toThrow('the port is taken');
    expect(state).toBe('Dead');
  });
});

function inOrder(offsets: readonly { readonly partition: number; readonly offset: string }[]): string[] {
  return [...offsets].sort((a, b) => a.partition - b.partition).map(({ offset }) => offset);
}
