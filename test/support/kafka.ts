import { randomUUID } from 'node:crypto';
import { Connection, fetchV17 } from '@platformatic/kafka';
import { createTopics } from '../../src/lib/ops/kafka/topics.js';
import { systemClock } from '../../src/lib/runtime/clock.js';
import { connectionOptions, type KafkaAddress, placeOf } from '../../src/lib/transports/kafka/address.js';
import { PartitionReader } from '../../src/lib/transports/kafka/partition-reader.js';

/** Topics of one test: nothing else has their names. */
export class TestTopics {
  readonly group = `t${randomUUID().slice(0, 8)}`;
  private readonly address: KafkaAddress;
  private readonly partitions: number;

  constructor(address: KafkaAddress, partitions: number) {
    this.address = address;
    this.partitions = partitions;
  }

  /** A topic's own name for this test. */
  name(topic: string): string {
    return `${this.group}.${topic}`;
  }

  /** Creates topics with the names of this test, and others by the names that they have. */
  async create(own: readonly string[], others: readonly string[] = [], settings: Record<string, string> = {}): Promise<void> {
    const plans = [...own.map((topic) => this.name(topic)), ...others].map((name) => ({
      name,
      partitions: this.partitions,
      copartitionedWith: undefined,
      settings,
    }));
    await createTopics(this.address, plans);
  }

  /** The committed values of each partition. */
  async values(topic: string): Promise<string[][]> {
    return this.read(topic, 'utf8');
  }

  /** The committed values of a topic with one partition, a character for each byte. */
  async bytes(topic: string): Promise<string[]> {
    return (await this.read(topic, 'latin1')).flat();
  }

  /** Of each batch in the first partition of a topic: how it is compressed, as the protocol counts, and its number of records. */
  async batches(topic: string): Promise<{ compression: number; records: number }[]> {
    const reader = await PartitionReader.open({ address: this.address, clock: systemClock }, this.name(topic), 0, 'start');
    const { topicId } = await reader.describe();
    await reader.close();
    const connection = new Connection('qf-test', connectionOptions(this.address));
    const { host, port } = placeOf(this.address.brokers[0] ?? '');
    await connection.connect(host, port);
    const partition = { partition: 0, currentLeaderEpoch: -1, fetchOffset: 0n, lastFetchedEpoch: -1, partitionMaxBytes: 2 ** 23 };
    const topics = [{ topicId, partitions: [partition] }];
    const { responses } = await fetchV17.api.async(connection, 100, 1, 2 ** 23, 0, 0, -1, topics, [], '');
    await connection.close();
    const batches = responses[0]?.partitions[0]?.records ?? [];
    return batches.map(({ attributes, records }) => ({ compression: attributes & 7, records: records.length }));
  }

  private async read(topic: string, encoding: BufferEncoding): Promise<string[][]> {
    return Promise.all(
      Array.from({ length: this.partitions }, async (_, partition) => {
        const cluster = { address: this.address, clock: systemClock };
        const reader = await PartitionReader.open(cluster, this.name(topic), partition, 'start');
        const end = await reader.end();
        const values: string[] = [];
        while (reader.position < end) {
          for (const { value } of (await reader.fetch()).records) values.push(value?.toString(encoding) ?? '');
        }
        await reader.close();
        return values;
      }),
    );
  }
}
