import { type Broker, Connection, fetchV17, listOffsetsV9, metadataV12, ResponseError } from '@platformatic/kafka';
import type { Clock } from '../../runtime/clock.js';
import { QfError } from '../../runtime/errors.js';
import type { InputRecord } from '../../runtime/task-processor.js';
import { checkEncryption, connectionOptions, type KafkaAddress, placeOf } from './address.js';
import { correctCodecs } from './codecs.js';
import { type CommittedBatch, committedOf } from './committed.js';
import { kafkaError } from './failure.js';

const CLIENT_ID = 'qf';

const READ_COMMITTED = 1;
const READ_UNCOMMITTED = 0;
const NO_LEADER_EPOCH = -1;
const NO_REPLICA = -1;

/** Not a session of incremental fetches. */
const NO_SESSION = { id: 0, epoch: -1 };

/** Times that stand for the ends of a partition in ListOffsets. */
const START = -2n;
const END = -1n;

/** How long a broker may wait for new records before it answers. */
const MAX_WAIT_MS = 500;

/** Of one fetch. The library finds each value by the chunks in which the answer came: the more of them, the slower it reads. */
const MAX_BYTES = 1024 * 1024;

/** Leaders move, a topic that was just made has none yet, and brokers restart: how often is asked again, and how far apart. */
const MAX_ATTEMPTS = 20;
const RETRY_MS = 250;

/** Error codes of the Kafka protocol. */
const OFFSET_OUT_OF_RANGE = 1;
const UNKNOWN_TOPIC = 3;

export interface Cluster {
  readonly address: KafkaAddress;
  readonly clock: Clock;
}

/** The broker that a partition is read from, and what it says of the topic. */
interface Leader {
  readonly connection: Connection;
  readonly topicId: string;
  readonly partitions: number;
}

/**
 * Reads one partition from an offset on, without a group, and only what is committed: for restoring state, for joined tasks and for
 * sinks. (kafkajs reads as a member of a group only.)
 */
export class PartitionReader {
  private readonly cluster: Cluster;
  private readonly topic: string;
  private readonly partition: number;
  private leader: Leader | undefined;
  /** Why the connection that was made last has broken. */
  private fault: Error | undefined;
  private isClosed = false;
  private next = 0n;

  private constructor(cluster: Cluster, topic: string, partition: number) {
    this.cluster = cluster;
    this.topic = topic;
    this.partition = partition;
  }

  /** Throws `unavailable` where no broker answers, `usage` where there is no such topic or partition. */
  static async open(cluster: Cluster, topic: string, partition: number, from: bigint | 'start'): Promise<PartitionReader> {
    await correctCodecs();
    const reader = new PartitionReader(cluster, topic, partition);
    reader.next = typeof from === 'bigint' ? from : await reader.offsetOf(START, READ_UNCOMMITTED);
    return reader;
  }

  /** The offset to read next. */
  get position(): bigint {
    return this.next;
  }

  /** The offset behind the last record that is there now, whether or not it is committed. */
  async end(): Promise<bigint> {
    return this.offsetOf(END, READ_UNCOMMITTED);
  }

  /** The offset up to which everything is committed or aborted now: reading to it waits for no transaction. */
  async committedEnd(): Promise<bigint> {
    return this.offsetOf(END, READ_COMMITTED);
  }

  /** The topic's id, which another topic of the same name would not have, and its number of partitions. */
  async describe(): Promise<{ readonly topicId: string; readonly partitions: number }> {
    return this.ask(({ topicId, partitions }) => Promise.resolve({ topicId, partitions }));
  }

  /** The next records, after half a second at the latest; none where there are no new ones. Throws `bad_data` where the offset is gone. */
  async fetch(): Promise<{ records: InputRecord[]; position: bigint; end: bigint }> {
    const partition = await this.ask(async ({ connection, topicId }) => {
      const request = {
        partition: this.partition,
        currentLeaderEpoch: NO_LEADER_EPOCH,
        fetchOffset: this.next,
        lastFetchedEpoch: NO_LEADER_EPOCH,
        partitionMaxBytes: MAX_BYTES,
      };
      const topics = [{ topicId, partitions: [request] }];
      const { responses } = await fetchV17.api.async(
        connection,
        MAX_WAIT_MS,
        1,
        MAX_BYTES,
        READ_COMMITTED,
        NO_SESSION.id,
        NO_SESSION.epoch,
        topics,
        [],
        '',
      );
      return responses[0]?.partitions[0];
    });
    if (partition === undefined)
      throw new QfError('unavailable', `${this.name}: the broker's answer does not hold the partition`);
    const { records: batches = [], abortedTransactions, highWatermark } = partition;
    const asked = this.next;
    const last = batches.at(-1);
    if (last !== undefined) this.next = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
    const records = committedOf(batches, abortedTransactions).flatMap(recordsOf);
    // A fetch begins with the whole batch that holds the offset: what stands before it was not asked for.
    return {
      records: records[0] !== undefined && records[0].offset < asked ? from(asked, records) : records,
      position: this.next,
      end: highWatermark,
    };
  }

  /** Ends the connection. A fetch that is under way fails, and does not open another one. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.disconnect();
  }

  private async disconnect(): Promise<void> {
    const { leader } = this;
    this.leader = undefined;
    await leader?.connection.close();
  }

  private get name(): string {
    return `${this.topic}/${this.partition}`;
  }

  private async offsetOf(timestamp: typeof START | typeof END, isolation: number): Promise<bigint> {
    const found = await this.ask(async ({ connection }) => {
      const request = { partitionIndex: this.partition, currentLeaderEpoch: NO_LEADER_EPOCH, timestamp };
      const { topics } = await listOffsetsV9.api.async(connection, NO_REPLICA, isolation, [
        { name: this.topic, partitions: [request] },
      ]);
      return topics[0]?.partitions[0]?.offset;
    });
    if (found === undefined) throw new QfError('unavailable', `${this.name}: the broker's answer does not hold the partition`);
    return found;
  }

  /** Asks the partition's leader, and looks for it again where it has moved. */
  private async ask<T>(request: (leader: Leader) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.leader ??= await this.findLeader();
        if (this.isClosed) throw new Error('the reader is closed');
        return await request(this.leader);
      } catch (error) {
        await this.disconnect().catch(() => undefined);
        if (this.isClosed || error instanceof QfError) throw error;
        const code = codeOf(error);
        if (code === OFFSET_OUT_OF_RANGE)
          throw new QfError('bad_data', `${this.name}: there is no offset ${this.next} any more, or not yet`, { cause: error });
        const failure = kafkaError(this.fault ?? error, this.name);
        if (failure.code !== 'unavailable' || attempt >= MAX_ATTEMPTS) throw failure;
        await this.cluster.clock.waitUntil(this.cluster.clock.now_ms() + RETRY_MS, new AbortController().signal);
      }
    }
  }

  private async findLeader(): Promise<Leader> {
    const bootstrap = await this.connectToAny();
    try {
      const { brokers, topics } = await metadataV12.api.async(bootstrap, [this.topic], false, false);
      const topic = topics[0];
      const partition = topic?.partitions.find(({ partitionIndex }) => partitionIndex === this.partition);
      if (topic === undefined || partition === undefined) throw this.missing();
      // The members of the group connect to any of them.
      for (const { host } of brokers) checkEncryption(this.cluster.address, host, 'a broker');
      const broker = brokers.find(({ nodeId }) => nodeId === partition.leaderId);
      if (broker === undefined) throw new Error('the partition has no leader');
      return { connection: await this.connect(broker), topicId: topic.topicId, partitions: topic.partitions.length };
    } catch (error) {
      throw codeOf(error) === UNKNOWN_TOPIC ? this.missing() : error;
    } finally {
      await bootstrap.close();
    }
  }

  private missing(): QfError {
    return new QfError('usage', `${this.name}: there is no such topic or partition: qf topics create`);
  }

  /** The first broker that answers. Throws what the last one said. */
  private async connectToAny(): Promise<Connection> {
    let failure: unknown = new Error('no broker is named');
    for (const broker of this.cluster.address.brokers) {
      try {
        return await this.connect(placeOf(broker));
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  private async connect({ host, port }: Broker): Promise<Connection> {
    const connection = new Connection(CLIENT_ID, connectionOptions(this.cluster.address));
    // Without a listener it would end the process. The requests that it breaks say only that the connection has gone.
    connection.on('error', (error) => {
      this.fault = error;
    });
    await connection.connect(host, port);
    this.fault = undefined;
    return connection;
  }
}

function from(offset: bigint, records: readonly InputRecord[]): InputRecord[] {
  return records.filter((record) => record.offset >= offset);
}

function recordsOf({ firstOffset, firstTimestamp, records }: CommittedBatch): InputRecord[] {
  const first_ms = Number(firstTimestamp);
  return records.map(({ key, value, offsetDelta, timestampDelta }) => ({
    key,
    value,
    offset: firstOffset + BigInt(offsetDelta),
    timestamp_ms: first_ms + Number(timestampDelta),
  }));
}

/** The protocol's error code in what was thrown; undefined where the fault is another. */
function codeOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof ResponseError)) return undefined;
  const [first] = thrown.errors as { readonly apiCode?: number }[];
  return first?.apiCode;
}
