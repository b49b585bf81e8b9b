import type { Connection } from './client.js';
import { QfError } from '../../runtime/errors.js';
import { type Cluster, untilAnswered } from './cluster.js';
import { codeOf, connectTo, connectToAny, isTo } from './connection.js';
import { kafkaError } from './failure.js';
import { leaderOf, topicIn, topicsNow } from './metadata.js';

/** The broker that has a partition, and the id of the topic. */
export interface Leader {
  readonly connection: Connection;
  readonly topicId: string;
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
  ask<T>(request: (leader: Leader) => Promise<T>, refusalOf: (code: number) => QfError | undefined): Promise<T> {
    return untilAnswered(this.cluster.clock, async () => {
      try {
        this.leader ??= await this.find();
        if (this.isClosed) throw new Error('the reader is closed');
        return await request(this.leader);
      } catch (error) {
        await this.disconnect().catch(() => undefined);
        if (this.isClosed) throw new Error('the reader is closed', { cause: error });
        throw error instanceof QfError ? error : (refusalOf(codeOf(error) ?? 0) ?? kafkaError(this.fault ?? error, this.name));
      }
    });
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
    const { address } = this.cluster;
    const noteFault = (fault: Error | undefined): void => {
      this.fault = fault;
    };
    const bootstrap = await connectToAny(address, noteFault);
    let connection: Connection | undefined;
    try {
      const topics = await topicsNow(bootstrap, address, [this.topic]);
      const broker = leaderOf(topics, this.topic, this.partition);
      connection = isTo(bootstrap, broker) ? bootstrap : await connectTo(address, broker, noteFault);
      return { connection, topicId: topicIn(topics, this.topic).topicId };
    } finally {
      if (connection !== bootstrap) await bootstrap.close();
    }
  }
}
