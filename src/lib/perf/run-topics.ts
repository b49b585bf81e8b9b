import { closeSync, openSync, writeFileSync } from 'node:fs';
import { withAdmin } from '../ops/kafka/admin.js';
import { deleteTopics } from '../ops/kafka/delete.js';
import { createTopics } from '../ops/kafka/topics.js';
import { systemClock } from '../runtime/clock.js';
import type { KafkaAddress } from '../transports/kafka/address.js';
import { describeTopic } from '../transports/kafka/topics.js';
import { kafkaOf } from '../transports/kafka/kafkajs.js';
import type { Cluster } from '../transports/kafka/cluster.js';
import { PartitionReader } from '../transports/kafka/partition-reader.js';
import type { Flow } from './sides.js';

export const ADMIN_MS = 60_000;

/** The topic that rejects of `bars1s` go to: what is run has as many partitions. */
const REJECTS = 'dlq.bars1s';

/** Where what goes from stage to stage is, behind the prefix of a run. */
export const TOPICS: Readonly<Record<Flow, readonly string[]>> = {
  ticks: ['ticks'],
  bars: ['bars.1s'],
  coarser: ['bars.3m', 'bars.5m', 'bars.15m'],
  signals: ['pairs.signals'],
  orders: ['orders'],
  approved: ['orders.allowed'],
  fills: ['fills'],
};

/** What is of one account is in one partition. */
const OF_MARKET: ReadonlySet<Flow> = new Set(['ticks', 'bars', 'coarser']);

/** What stages write on the way to what is approved, and how many partitions it has: one for each stage that rejects. */
const ON_THE_WAY = { 'orders.sized': 1, 'orders.rejected': 3 } as const;

/** Topics of a cluster that only one run has, with groups of their own. */
export class RunTopics {
  readonly cluster: Cluster;
  readonly partitions: number;

  private constructor(cluster: Cluster, partitions: number) {
    this.cluster = cluster;
    this.partitions = partitions;
  }

  /** Throws `unavailable` where no broker answers. */
  static async open(address: KafkaAddress): Promise<RunTopics> {
    const cluster = { address, clock: systemClock };
    return new RunTopics(cluster, (await describeTopic(cluster, REJECTS)).partitions);
  }

  /** What a command finds in its environment. `isEndless`: it goes on behind the end of its input. */
  surroundings(input: string, output: string, group: string, isEndless = false): Record<string, string> {
    return {
      KAFKA_BROKERS: this.cluster.address.brokers.join(','),
      PERF_INPUT: input,
      PERF_OUTPUT: output,
      PERF_GROUP: group,
      PERF_UNTIL: isEndless ? '' : '--until-end',
    };
  }

  async create(names: readonly string[], partitions = this.partitions): Promise<void> {
    await createTopics(
      this.cluster.address,
      names.map((name) => ({ name, partitions, copartitionedWith: undefined, settings: {} })),
    );
  }

  /** The topics of a run that something goes to. */
  named(prefix: string, flow: Flow): readonly string[] {
    return TOPICS[flow].map((name) => `${prefix}${name}`);
  }

  /** Creates them, and those on the way to them. */
  async createFor(prefix: string, flow: Flow): Promise<void> {
    await this.create(this.named(prefix, flow), OF_MARKET.has(flow) ? this.partitions : 1);
    if (flow !== 'approved') return;
    for (const [name, partitions] of Object.entries(ON_THE_WAY)) await this.create([`${prefix}${name}`], partitions);
  }

  /** A record for each line, all to the first partition. */
  async write(topic: string, lines: readonly Buffer[]): Promise<void> {
    const producer = kafkaOf(this.cluster.address).producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    try {
      await producer.send({ topic, acks: -1, messages: lines.map((value) => ({ partition: 0, value })) });
    } finally {
      await producer.disconnect();
    }
  }

  /** The values of all committed records, a line each. */
  async dump(topics: readonly string[], path: string): Promise<void> {
    const file = openSync(path, 'w');
    try {
      for (const topic of topics) {
        const { partitions } = await describeTopic(this.cluster, topic);
        for (let partition = 0; partition < partitions; partition++) await this.dumpPartition(topic, partition, file);
      }
    } finally {
      closeSync(file);
    }
  }

  /** Deletes the topics that have one of these in their names, those of states too, and the groups that begin with the second one. */
  async remove(topic: string, group: string): Promise<void> {
    await withAdmin(this.cluster.address, ADMIN_MS, async (admin) => {
      await deleteTopics(admin, (name) => name.includes(topic) || name.includes(group));
      const { groups } = await admin.listGroups();
      const ids = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(group));
      // A program that was killed is a member for a while; the broker forgets its group later.
      if (ids.length > 0) await admin.deleteGroups(ids).catch(() => undefined);
    });
  }

  private async dumpPartition(topic: string, partition: number, file: number): Promise<void> {
    const reader = await PartitionReader.open(this.cluster, topic, partition, 'start');
    try {
      // Not where the committed ones end: that a transaction has ended is known a little later than its end.
      const end = await reader.log.end();
      while (reader.position < end) {
        const { records } = await reader.fetch();
        const lines = records.flatMap(({ value }) => (value === null ? [] : [value.toString()]));
        if (lines.length > 0) writeFileSync(file, `${lines.join('\n')}\n`);
      }
    } finally {
      await reader.close();
    }
  }
}
