import { beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/lib/runtime/clock.js';
import { COMPRESSIONS } from '../../src/lib/transports/kafka/compression.js';
import { TickSink } from '../../src/lib/transports/kafka/tick-sink.js';
import { shell } from '../support/cli.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';

/** Of one symbol: all is in one partition. */
const SIM = 'qf ingest sim --seed 3 --symbols 1 --hot-pct 0 --count 300 --pace max';

/** The first Node that can compress so. */
const WITH_ZSTD = 'v22.15.0';

/** Longer than any test takes: what arrives was not sent for its time. */
const NEVER_MS = 3_600_000;

describe.skipIf(NO_STACK !== undefined)('sending to Kafka', () => {
  let services: Services;
  let pipe: string[];

  beforeAll(async () => {
    services = await sharedServices();
    pipe = (await shell(SIM)).stdout.split('\n').slice(0, -1);
  });

  const qf = (line: string) => shell(line, { env: { KAFKA_BROKERS: services.brokers } });

  async function topicsOf(names: readonly string[], settings: Record<string, string> = {}): Promise<TestTopics> {
    const topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    const { group } = topics;
    await topics.create(names, [`qf.state.${group}.bars1s.${group}.ticks`, 'dlq.bars1s'], settings);
    return topics;
  }

  it.each(COMPRESSIONS.map((name, code) => [name, code] as const))(
    '--compression %s: sources and stages write so, and everything can be read',
    async (compression, code) => {
      const topics = await topicsOf(['ticks', 'bars.1s']);
      const { group } = topics;
      const node = (await shell('node --version')).stdout.trim();
      const sent = await qf(`${SIM} --compression ${compression} --to kafka:${topics.name('ticks')}`);
      if (compression === 'zstd' && node.localeCompare(WITH_ZSTD, undefined, { numeric: true }) < 0) {
        expect(sent).toMatchObject({ exitCode: 2 });
        expect(sent.stderr).toContain('--compression zstd needs Node 22.15 or later');
        return;
      }
      expect(sent.exitCode, sent.stderr).toBe(0);
      const bars = `bars1s --max-future off --compression ${compression}`;
      const made = await qf(`qf ${bars} --from kafka:${group}.ticks --to kafka:${group}.{} --group ${group} --until-end`);
      expect(made.exitCode, made.stderr).toBe(0);
      expect((await topics.values('ticks')).flat()).toEqual(pipe);
      const { stdout } = await shell(`${SIM} | qf bars1s --max-future off`);
      expect(`${(await topics.values('bars.1s')).flat().join('\n')}\n`).toBe(stdout);
      for (const topic of ['ticks', 'bars.1s']) {
        const written = (await topics.batches(topic)).filter(({ records }) => records > 1);
        expect(new Set(written.map(({ compression: used }) => used))).toEqual(new Set([code]));
      }
    },
  );

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('what Kafka itself has compressed with %s is read', async (compression) => {
    const topics = await topicsOf(['ticks', 'bars.1s'], { 'compression.type': compression });
    const { group } = topics;
    expect(await qf(`${SIM} --to kafka:${topics.name('ticks')}`)).toMatchObject({ exitCode: 0 });
    const made = await qf(
      `qf bars1s --max-future off --from kafka:${group}.ticks --to kafka:${group}.{} --group ${group} --until-end`,
    );
    expect(made.exitCode, made.stderr).toBe(0);
    expect((await topics.values('ticks')).flat()).toEqual(pipe);
    const { stdout } = await shell(`${SIM} | qf bars1s --max-future off`);
    expect(`${(await topics.values('bars.1s')).flat().join('\n')}\n`).toBe(stdout);
  });

  it('--batch-size limits what is sent at once, and the end sends what waits', async () => {
    const topics = new TestTopics(services.kafka, 1);
    await topics.create(['ticks']);
    // What begins at the present cannot be written again, and is sent without transactions.
    await qf(`${SIM} --start now --batch-size 70 --linger 1h --to kafka:${topics.name('ticks')}`);
    expect(await topics.size('ticks')).toBe(300);
    expect((await topics.batches('ticks')).map(({ records }) => records)).toEqual([70, 70, 70, 70, 20]);
  });

  it('--linger sends what waits after its time, in one batch', async () => {
    const topics = new TestTopics(services.kafka, 1);
    await topics.create(['ticks']);
    const sink = await open(topics, 300);
    const bytes = Buffer.alloc(2);
    for (const line of ['a', 'b', 'c']) {
      bytes.write(`${line}\n`);
      // Whoever has written may use the memory again.
      await sink.write(bytes);
    }
    await expect.poll(() => topics.values('ticks'), { timeout: 30_000 }).toEqual([['a', 'b', 'c']]);
    expect(await topics.batches('ticks')).toEqual([{ compression: 0, records: 3 }]);
    await sink.close();
  });

  it('what could not be sent is said, at the latest at the end', async () => {
    const sink = await open(new TestTopics(services.kafka, 1), NEVER_MS);
    await sink.write(Buffer.from('lost\n'));
    await expect(sink.close()).rejects.toThrow('cannot write to');
  });

  async function open(topics: TestTopics, linger_ms: number): Promise<TickSink> {
    const topic = topics.name('ticks');
    return TickSink.open({ address: services.kafka, topic, compression: 'none', batchSize: 100, linger_ms, clock: systemClock });
  }
});
