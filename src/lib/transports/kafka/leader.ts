import { type Broker, Connection, metadataV12, ResponseError } from './client.js';
import type { Clock } from '../../runtime/clock.js';
import { QfError } from '../../runtime/errors.js';
import { checkEncryption, connectionOptions, type KafkaAddress, placeOf } from './address.js';
import { kafkaError } from './failure.js';

const CLIENT_ID = 'qf';

/** Leaders move, a topic that was just made has none yet, and brokers restart: how often is asked again, and how far apart. */
const MAX_ATTEMPTS = 20;
const RETRY_MS = 250;

/** Error code of the Kafka protocol. */
const UNKNOWN_TOPIC = 3;

export interface Cluster {
  readonly address: KafkaAddress;
  readonly clock: Clock;
}

/** The broker that has a partition, and what it says of the topic. */
export interface Leader {
  readonly connection: Connection;
  readonly topicId: string;
  readonly partitions: number;
}

/** The broker that leads a partition, with a connection of its own, found anew where it has moved or gone. */
export class PartitionLeader {
  private readonly cluster: Cluster;
  private readonly topic: string;
  private readonly partition: number;
  private leader: Leader | undefined;
  /** Why the connection that was made last has broken. */
  private fault: Error | undefined;
  private isClosed = false;

  constructor(cluster: Cluster, topic: string, partition: number) {
    this.cluster = cluster;
    this.topic = topic;
    this.partition = partition;
  }

  get name(): string {
    return `${this.topic}/${this.partition}`;
  }

  /**
   * Asks the leader, again where a repetition may mend it. `refusalOf` says what an error code of the protocol means that none mends.
   * Throws that, `unavailable`, or `usage` where there is no such topic or partition.
   */
  async ask<T>(request: (leader: Leader) => Promise<T>, refusalOf: (code: number) => QfError | undefined): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.leader ??= await this.find();
        if (this.isClosed) throw new Error('the reader is closed');
        return await request(this.leader);
      } catch (error) {
        await this.disconnect().catch(() => undefined);
        if (this.isClosed || error instanceof QfError) throw error;
        const refusal = refusalOf(codeOf(error) ?? 0);
        if (refusal !== undefined) throw refusal;
        const failure = kafkaError(this.fault ?? error, this.name);
        if (failure.code !== 'unavailable' || attempt >= MAX_ATTEMPTS) throw failure;
        await this.cluster.clock.waitUntil(this.cluster.clock.now_ms() + RETRY_MS, new AbortController().signal);
      }
    }
  }

  /** Ends the connection. What is asked fails, and does not open another one. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.disconnect();
  }

  private async disconnect(): Promise<void> {
    const { leader } = this;
    this.leader = undefined;
    await leader?.connection.close();
  }

  private async find(): Promise<Leader> {
    const noteFault = (fault: Error | undefined): void => {
      this.fault = fault;
    };
    const bootstrap = await connectToAny(this.cluster.address, noteFault);
    try {
      const { brokers, topics } = await metadataV12.api.async(bootstrap, [this.topic], false, false);
      const topic = topics[0];
      const partition = topic?.partitions.find(({ partitionIndex }) => partitionIndex === this.partition);
      if (topic === undefined || partition === undefined) throw this.missing();
      // The members of the group connect to any of them.
      for (const { host } of brokers) checkEncryption(this.cluster.address, host, 'a broker');
      const broker = brokers.find(({ nodeId }) => nodeId === partition.leaderId);
      if (broker === undefined) throw new Error('the partition has no leader');
      const connection = await connectTo(this.cluster.address, broker, noteFault);
      return { connection, topicId: topic.topicId, partitions: topic.partitions.length };
    } catch (error) {
      throw codeOf(error) === UNKNOWN_TOPIC ? this.missing() : error;
    } finally {
      await bootstrap.close();
    }
  }

  private missing(): QfError {
    return new QfError('usage', `${this.name}: there is no such topic or partition: qf topics create`);
  }
}

/** The first broker that answers. Throws what the last one said. `noteFault` is told why the connection breaks later. */
export async function connectToAny(address: KafkaAddress, noteFault: (fault: Error | undefined) => void): Promise<Connection> {
  let failure: unknown = new Error('no broker is named');
  for (const broker of address.brokers) {
    try {
      return await connectTo(address, placeOf(broker), noteFault);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** A connection to a broker. `noteFault` is told why it breaks later, and `undefined` when it is made. */
export async function connectTo(
  address: KafkaAddress,
  { host, port }: Broker,
  noteFault: (fault: Error | undefined) => void,
): Promise<Connection> {
  const connection = new Connection(CLIENT_ID, connectionOptions(address));
  // Without a listener it would end the process. The requests that it breaks say only that the connection has gone.
  connection.on('error', noteFault);
  await connection.connect(host, port);
  noteFault(undefined);
  return connection;
}

/** The protocol's error code in what was thrown; undefined where the fault is another. */
function codeOf(thrown: unknown): number | undefined {
  return protocolErrorIn(thrown)?.apiCode;
}

/** The protocol's name of an error in what was thrown; '' where the fault is another. */
export function codeNameOf(thrown: unknown): string {
  return protocolErrorIn(thrown)?.apiId ?? '';
}

function protocolErrorIn(thrown: unknown): { readonly apiCode?: number; readonly apiId?: string } | undefined {
  return thrown instanceof ResponseError ? (thrown.errors[0] as object) : undefined;
}
