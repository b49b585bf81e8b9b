import { randomUUID } from 'node:crypto';
import { Connection, fetchV17 } from '@platformatic/kafka';
import { withAdmin } from '../../src/lib/ops/kafka/admin.js';
import { deleteTopicsAndGroups } from '../../src/lib/ops/kafka/delete.js';
import { createTopics, readTopics } from '../../src/lib/ops/kafka/topics.js';
import { poll } from '../../src/lib/ops/process/poll.js';
import { systemClock } from '../../src/lib/runtime/clock.js';
import { connectionOptions, type KafkaAddress, placeOf } from '../../src/lib/transports/kafka/address.js';
import type { InputRecord } from '../../src/lib/runtime/task-processor.js';
import { kafkajs, kafkaOf } from '../../src/lib/transports/kafka/kafkajs.js';
import { PartitionReader } from '../../src/lib/transports/kafka/partition-reader.js';
import { describeTopic } from '../../src/lib/transports/kafka/topics.js';

/** What every topic has whose partitions are those of `dlq.<stage>`: all tests share these. */
export const SHARED_PARTITIONS = 4;

const ADMIN_MS = 30_000;

/** Records that a broker takes at once. */
const MAX_MESSAGES = 4000;

/** Topics of one test: nothing else has their names. */
export class TestTopics {
  readonly group: string;
  readonly address: KafkaAddress;
  private readonly partitions: number;

  constructor(address: KafkaAddress, partitions: number, group = `t${randomUUID().slice(0, 8)}`) {
    this.address = address;
    this.partitions = partitions;
    this.group = group;
  }

  /** The topics of the same test that have another number of partitions. */
  of(partitions: number): TestTopics {
    return new TestTopics(this.address, partitions, this.group);
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

  /** Gives a topic, by its full name, these settings and no others, and resolves when the broker has them. */
  async configure(name: string, settings: Record<string, string>): Promise<void> {
    const { ConfigResourceTypes } = kafkajs();
    const configEntries = Object.entries(settings).map(([setting, value]) => ({ name: setting, value }));
    const resource = { type: ConfigResourceTypes.TOPIC, name, configEntries };
    await withAdmin(this.address, ADMIN_MS, (admin) => admin.alterConfigs({ validateOnly: false, resources: [resource] }));
    const areSet = async (): Promise<boolean> => {
      const own = (await readTopics(this.address, [name], ADMIN_MS)).get(name)?.ownSettings ?? new Map<string, string>();
      return own.size === configEntries.length && configEntries.every((entry) => own.get(entry.name) === entry.value);
    };
    if (!(await poll(areSet, ADMIN_MS))) throw new Error(`the broker does not take the settings of ${name}`);
  }

  /** Deletes a topic and makes another one of the same name. */
  async remake(topic: string): Promise<void> {
    await deleteTopicsAndGroups(this.address, [this.name(topic)], []);
    await this.create([topic]);
  }

  /** Writes values to a partition in a transaction, which is committed or aborted. */
  async write(topic: string, partition: number, values: readonly (string | Buffer)[], ending: 'commit' | 'abort' = 'commit') {
    const producer = kafkaOf(this.address).producer({ transactionalId: `${this.group}.writer`, maxInFlightRequests: 1 });
    await producer.connect();
    const transaction = await producer.transaction();
    const messages = values.map((value) => ({ partition, value }));
    for (let at = 0; at < messages.length; at += MAX_MESSAGES)
      await transaction.send({ topic: this.name(topic), messages: messages.slice(at, at + MAX_MESSAGES) });
    await transaction[ending]();
    await producer.disconnect();
  }

  /** The committed values of each partition. */
  async values(topic: string): Promise<string[][]> {
    return this.read(topic, 'utf8');
  }

  /** The committed values of a topic with one partition, a character for each byte. */
  async bytes(topic: string): Promise<string[]> {
    return (await this.read(topic, 'latin1')).flat();
  }

  /** Resolves when each partition has a committed record. */
  async firstRecords(topic: string): Promise<void> {
    await this.onEach(this.name(topic), async (reader) => {
      while ((await reader.fetch()).records.length === 0);
    });
  }

  /** The number of committed records. */
  async size(topic: string): Promise<number> {
    return (await this.values(topic)).flat().length;
  }

  /** Resolves when there are more committed records than `count`. */
  async moreThan(topic: string, count: number): Promise<void> {
    let seen = 0;
    await this.onEach(this.name(topic), async (reader) => {
      while (seen <= count) seen += (await reader.fetch()).records.length;
    });
  }

  /** Of each batch of a topic: how it is compressed, as the protocol counts, and its number of records. */
  async batches(topic: string): Promise<{ compression: number; records: number }[]> {
    const { topicId } = await describeTopic({ address: this.address, clock: systemClock }, this.name(topic));
    const connection = new Connection('qf-test', connectionOptions(this.address));
    const { host, port } = placeOf(this.address.brokers[0] ?? '');
    await connection.connect(host, port);
    const all = { currentLeaderEpoch: -1, fetchOffset: 0n, lastFetchedEpoch: -1, partitionMaxBytes: 2 ** 23 };
    const topics = [{ topicId, partitions: Array.from({ length: this.partitions }, (_, partition) => ({ partition, ...all })) }];
    const { responses } = await fetchV17.api.async(connection, 100, 1, 2 ** 23, 0, 0, -1, topics, [], '');
    await connection.close();
    const batches = responses.flatMap(({ partitions }) => partitions.flatMap(({ records = [] }) => records));
    return batches.map(({ attributes, records }) => ({ compression: attributes & 7, records: records.length }));
  }

  /** The committed records of each partition of a topic, by its full name. */
  async records(name: string): Promise<InputRecord[][]> {
    return this.onEach(name, async (reader) => {
      const end = await reader.log.end();
      const records: InputRecord[] = [];
      while (reader.position < end) records.push(...(await reader.fetch()).records);
      return records;
    });
  }

  private async read(topic: string, encoding: BufferEncoding): Promise<string[][]> {
    const records = await this.records(this.name(topic));
    return records.map((each) => each.map(({ value }) => value?.toString(encoding) ?? ''));
  }

  /** Reads each partition of a topic from its start. */
  private async onEach<T>(name: string, work: (reader: PartitionReader) => Promise<T>): Promise<T[]> {
    const cluster = { address: this.address, clock: systemClock };
    return Promise.all(
      Array.from({ length: this.partitions }, async (_, partition) => {
        const reader = await PartitionReader.open(cluster, name, partition, 'start');
        return work(reader).finally(() => reader.close());
      }),
    );
  }
}
