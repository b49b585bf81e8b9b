import { beforeAll, describe, expect, it } from 'vitest';
import { kafkaOf } from '../../src/lib/transports/kafka/kafkajs.js';
import { shell } from '../support/cli.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { RunningQf } from '../support/running.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';

/** Of one symbol, so that all is in one partition. */
const SIM = 'qf ingest sim --seed 5 --symbols 1 --hot-pct 0 --rate 20 --duration 90s --pace max --malformed 0.02';

const LITTLE = { 'max.message.bytes': '2000' };

/** So little that a tick or a bar is too large by itself. */
const TOO_LITTLE = '150';

const COMPACTED = { 'cleanup.policy': 'compact' };

const PATIENCE = { timeout: 60_000 };

describe.skipIf(NO_STACK !== undefined)('topics and states that do not fit', () => {
  let services: Services;
  let ticks: string[];
  let bars: string;

  beforeAll(async () => {
    services = await sharedServices();
    const { stdout } = await shell(SIM, { encoding: 'latin1' });
    ticks = stdout.split('\n').slice(0, -1);
    bars = (await shell(`${SIM} | qf bars1s --max-future off`)).stdout;
  });

  const qf = (line: string) => shell(line, { env: { KAFKA_BROKERS: services.brokers } });

  async function done(line: string): Promise<void> {
    const { exitCode, stderr } = await qf(line);
    expect(exitCode, stderr).toBe(0);
  }

  /** Ends with 2, and says so. */
  async function refused(line: string, says: string | RegExp): Promise<void> {
    const { exitCode, stderr } = await qf(line);
    expect(exitCode, stderr).toBe(2);
    expect(stderr).toMatch(says);
  }

  async function topicsOf(settings: Record<string, string> = {}): Promise<TestTopics> {
    const topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    await topics.create(['ticks', 'bars.1s'], [stateOf(topics), 'dlq.bars1s'], settings);
    return topics;
  }

  async function expectBars(topics: TestTopics): Promise<void> {
    expect(`${(await topics.values('bars.1s')).flat().join('\n')}\n`).toBe(bars);
  }

  /** The batches of a topic that hold several records. */
  async function batchesOf(topics: TestTopics, topic: string): Promise<number[]> {
    const sizes = (await topics.batches(topic)).map(({ records }) => records);
    return sizes.filter((records) => records > 1);
  }

  it('a topic that takes little at once is sent little at once, by sources and by stages', async () => {
    const topics = await topicsOf(LITTLE);
    await topics.configure(stateOf(topics), { ...COMPACTED, ...LITTLE });
    await done(`${SIM} --to kafka:${topics.name('ticks')} --group ${topics.group}`);
    await done(`qf ${bars1sOf(topics)} --until-end`);
    const written = (await topics.records(topics.name('ticks'))).flat().map(({ value }) => value?.toString('latin1'));
    expect(written.sort()).toEqual([...ticks].sort());
    await expectBars(topics);
    for (const topic of ['ticks', 'bars.1s']) expect((await batchesOf(topics, topic)).length).toBeGreaterThan(2);

    // What begins at the present is sent without transactions.
    await topics.create(['live'], [], LITTLE);
    await done(`${SIM} --start now --to kafka:${topics.name('live')}`);
    expect(await topics.size('live')).toBe(ticks.length);
    expect((await batchesOf(topics, 'live')).length).toBeGreaterThan(2);
  });

  it('a record that is too large for its topic ends the stage, which goes on when the topic is mended', async () => {
    const topics = await topicsOf();
    const { group } = topics;
    const name = topics.name('ticks');
    const ingest = `${SIM} --to kafka:${name} --group ${group}`;
    await topics.configure(name, { 'max.message.bytes': TOO_LITTLE });
    const says = `${name} takes at most ${TOO_LITTLE} bytes at once \\(max.message.bytes\\), and a record has \\d+: .*kafka-configs`;
    await refused(ingest, new RegExp(says));
    await refused(`${SIM} --start now --to kafka:${name}`, new RegExp(says));
    expect(await topics.size('ticks')).toBe(0);
    await topics.configure(name, LITTLE);
    await done(ingest);

    const settings = new Map<string, Record<string, string>>([
      [topics.name('bars.1s'), {}],
      [stateOf(topics), COMPACTED],
    ]);
    for (const [topic, own] of settings) {
      await topics.configure(topic, { ...own, 'max.message.bytes': TOO_LITTLE });
      await refused(`qf ${bars1sOf(topics)} --until-end`, `${topic} takes at most ${TOO_LITTLE} bytes at once`);
      expect(await topics.size('bars.1s')).toBe(0);
      await topics.configure(topic, own);
    }
    await done(`qf ${bars1sOf(topics)} --until-end`);
    await expectBars(topics);
  });

  it('a stage sends less at once where a topic takes less from now on', async () => {
    const topics = await topicsOf();
    const { group } = topics;
    const stage = new RunningQf(bars1sOf(topics).split(' '), { env: { KAFKA_BROKERS: services.brokers } });
    // With a state in each partition the stage has them all, and has asked what the topics take.
    for (let partition = 0; partition < SHARED_PARTITIONS; partition++) await topics.write('ticks', partition, ['no tick']);
    await expect.poll(() => topics.records(stateOf(topics)), PATIENCE).not.toContainEqual([]);
    await topics.configure(topics.name('bars.1s'), LITTLE);
    await done(`${SIM} --to kafka:${topics.name('ticks')} --group ${group}`);
    await stage.log(/takes less at once than before \(max\.message\.bytes\); trying again/);
    await expect.poll(() => topics.size('bars.1s'), PATIENCE).toBeGreaterThan(80);
    stage.signal('SIGTERM');
    expect(await stage.ended).toMatchObject({ exitCode: 143 });
    await done(`qf ${bars1sOf(topics)} --until-end`);
    await expectBars(topics);
  });

  it('a state of another version of qf is left alone', async () => {
    const topics = await topicsOf();
    const { group } = topics;
    const ingest = `${SIM} --to kafka:${topics.name('ticks')} --group ${group}`;
    await done(ingest);
    await done(`qf ${bars1sOf(topics)} --until-end --keep-open`);
    const producer = kafkaOf(services.kafka).producer();
    await producer.connect();
    const states = [
      { topic: stateOf(topics), partitions: SHARED_PARTITIONS },
      { topic: `qf.state.${group}.ingest-sim.${topics.name('ticks')}`, partitions: 1 },
    ];
    for (const { topic, partitions } of states) {
      const each = await new TestTopics(services.kafka, partitions).records(topic);
      const messages = each.flatMap((records, partition) =>
        records.map(({ key }) => ({ key, partition, value: '{"schema":2}' })),
      );
      await producer.send({ topic, messages });
    }
    await producer.disconnect();
    const before = await topics.values('bars.1s');
    const says = 'has schema version 2, this is qf with version 1: use the qf that wrote it, or begin anew with another --group';
    for (const line of [`qf ${bars1sOf(topics)} --until-end`, ingest]) await refused(line, says);
    expect(await topics.values('bars.1s')).toEqual(before);
    expect(await topics.size('ticks')).toBe(ticks.length);
  });
});

function bars1sOf({ group }: TestTopics): string {
  return `bars1s --from kafka:${group}.ticks --to kafka:${group}.{} --group ${group} --max-future off`;
}

function stateOf({ group }: TestTopics): string {
  return `qf.state.${group}.bars1s.${group}.ticks`;
}
