import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RejectRecord } from '../../src/lib/core/model/records.js';
import { withAdmin } from '../../src/lib/ops/kafka/admin.js';
import { kafkaOf } from '../../src/lib/transports/kafka/kafkajs.js';
import { shell } from '../support/cli.js';
import { TestTopics } from '../support/kafka.js';
import { type OwnKafka, startOwnKafka } from '../support/own-kafka.js';
import { NO_STACK } from '../support/stack.js';

const ADMIN_MS = 30_000;
const PATIENCE = { timeout: 120_000, interval: 100 };

const SYMBOLS = 3;
const MINUTES = 3;

/** More than ten years ago. */
const START = '2013-01-02T03:45:00Z';
const SIM = `qf ingest sim --seed 4 --symbols ${SYMBOLS} --hot-pct 0 --rate 20 --start ${START} --duration ${MINUTES}m --pace max`;

/** A websocket's session of that time: what comes from there is sent without transactions. */
const SESSION =
  '1357098300.2: {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":13.5,"qty":1,' +
  '"trade_id":7,"timestamp":"2013-01-02T03:45:00.123456Z"}]}';

/** What is older than an hour goes, and each batch begins a segment of its own, without which little could go. */
const RETENTION = { 'retention.ms': '3600000', 'segment.ms': '1' };

/** Bytes of a malformed record. */
const LONG = 60 * 1024;

describe.skipIf(NO_STACK !== undefined)('a broker with settings of its own', () => {
  let kafka: OwnKafka;
  let topics: TestTopics;

  beforeAll(async () => {
    // By default the broker first looks after half a minute, and then every five minutes.
    kafka = await startOwnKafka('retention', { 'log.initial.task.delay.ms': '100', 'log.retention.check.interval.ms': '200' });
    topics = new TestTopics(kafka.address, 1);
    await topics.create([], ['dlq.bars1s', 'dlq.agg']);
  });
  afterAll(() => kafka.stop());

  const qf = (line: string) => shell(line, { env: { KAFKA_BROKERS: kafka.brokers } });

  async function done(line: string): Promise<void> {
    const { exitCode, stderr } = await qf(line);
    expect(exitCode, stderr).toBe(0);
  }

  /** The offset of the first record that is there. */
  async function startOf(topic: string): Promise<number> {
    const [offsets] = await withAdmin(kafka.address, ADMIN_MS, (admin) => admin.fetchTopicOffsets(topics.name(topic)));
    return Number(offsets?.low);
  }

  /** Writes ticks as programs do that take a tick's own time for that of its record, and waits until the broker has deleted them. */
  async function writeAndLose(topic: string, ticks: readonly string[]): Promise<void> {
    await topics.create([topic], [], RETENTION);
    const producer = kafkaOf(kafka.address).producer();
    await producer.connect();
    const messages = ticks.map((value) => ({ value, timestamp: /"event_ts":(\d{13})/.exec(value)?.[1] ?? '' }));
    await producer.send({ topic: topics.name(topic), messages });
    await producer.disconnect();
    await expect.poll(() => startOf(topic), PATIENCE).toBe(ticks.length);
  }

  function segmentsOf(topic: string): number {
    return readdirSync(join(kafka.data, `${topics.name(topic)}-0`)).filter((name) => name.endsWith('.log')).length;
  }

  it('history that is replayed stays as long as what is new', async () => {
    const { group } = topics;
    const { stdout } = await shell(SIM);
    const ticks = stdout.split('\n').slice(0, -1);
    const bars = (await shell('qf bars1s --max-future off', { input: stdout })).stdout.split('\n').slice(0, -1);
    const own = ['ticks', 'session', 'bars.1s', 'bars.1m'];
    await topics.create(own, [], RETENTION);
    await done(`${SIM} --to kafka:${group}.ticks --group ${group}`);
    await done(`echo '${SESSION}' | qf ingest ws --venue kraken --replay - --to kafka:${group}.session`);
    await done(`qf bars1s --from kafka:${group}.ticks --to kafka:${group}.{} --group ${group} --max-future off --until-end`);
    await done(`qf agg --tf 1m --from kafka:${group}.bars.1s --to kafka:${group}.{} --group ${group} --until-end`);
    const written = await Promise.all(own.map((topic) => topics.values(topic)));
    expect(written.map((values) => values.flat().length)).toEqual([ticks.length, 1, bars.length, SYMBOLS * MINUTES]);
    for (const topic of ['ticks', 'bars.1s']) expect(segmentsOf(topic)).toBeGreaterThan(1);

    // The broker looks at one topic after the other, again and again: when the second control goes, it has looked at all of them.
    await writeAndLose('control', ticks);
    await writeAndLose('control-again', ticks);
    for (const topic of own) expect(await startOf(topic)).toBe(0);
    expect(await Promise.all(own.map((topic) => topics.values(topic)))).toEqual(written);
  });

  it('of a malformed record of 60 KiB so much is kept that it fits, and where it does not the stage goes on later', async () => {
    const { group } = topics;
    const tick = (s: number): string => `{"symbol":"A","event_ts":${s}000000000,"ltp":1,"vol":1}`;
    // As JSON, each of its characters would be six.
    const values = [tick(1_704_205_800), 'x'.repeat(LONG), tick(1_704_205_801), '\x01'.repeat(LONG), tick(1_704_205_802)];
    await topics.create(['dirty'], [`qf.state.${group}.bars1s.${group}.dirty`]);
    const stage = `qf bars1s --from kafka:${group}.dirty --to kafka:${group}.dirty.bars --group ${group} --until-end`;
    await topics.create(['dirty.bars']);
    await topics.configure('dlq.bars1s', { 'max.message.bytes': '2000' });
    await topics.write('dirty', 0, values.slice(0, 3));
    await done(`${stage} --keep-open`);
    await topics.write('dirty', 0, values.slice(3));
    const refused = await qf(stage);
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('dlq.bars1s takes at most 2000 bytes') as string,
    });
    expect((await topics.records('dlq.bars1s')).flat()).toHaveLength(1);
    await topics.configure('dlq.bars1s', {});
    await done(stage);
    const rejects = (await topics.records('dlq.bars1s')).flat().map(({ value }) => JSON.parse(String(value)) as RejectRecord);
    expect(rejects.map(({ offset, size, reason }) => [offset, size, reason])).toEqual([
      [1, LONG, 'invalid_json'],
      [expect.any(Number), LONG, 'invalid_json'],
    ]);
    const { stdout } = await shell('qf bars1s --max-future off', { input: values.map((value) => `${value}\n`).join('') });
    expect(`${(await topics.values('dirty.bars')).flat().join('\n')}\n`).toBe(stdout);
  });
});
