import { createHash } from 'node:crypto';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { withAdmin } from '../ops/kafka/admin.js';
import { createTopics } from '../ops/kafka/topics.js';
import { systemClock } from '../runtime/clock.js';
import { QfError } from '../runtime/errors.js';
import type { KafkaAddress } from '../transports/kafka/address.js';
import { describeTopic } from '../transports/kafka/cluster.js';
import type { Cluster } from '../transports/kafka/leader.js';
import { PartitionReader } from '../transports/kafka/partition-reader.js';
import type { Entry, Stage } from './contest.js';
import type { Implementation } from './implementation.js';
import { measure, type Run, type Sample } from './measure.js';
import type { Place } from './place.js';
import type { Plan } from './plan.js';

export const ADMIN_MS = 60_000;

/** The topic that rejects of `bars1s` go to: what is compared has as many partitions. */
const REJECTS = 'dlq.bars1s';

/** What the stages write, behind the prefix of a run. */
const OUTPUTS = { bars1s: ['bars.1s'], baragg: ['bars.3m', 'bars.5m', 'bars.15m'] } as const;

/** Runs a command that makes the input of others. */
export type Make = (command: string, env: Readonly<Record<string, string>>) => Promise<void>;

/** What the Kafka place makes its inputs with. */
export interface MarketMakers {
  /** The command that makes a market of so many symbols. */
  readonly sim: (load: number) => string;
  /** The reference's command for the bars of a second, on Kafka. */
  readonly bars1s: string;
  readonly make: Make;
}

/** Topics of a cluster, of which each run has its own, and a group of its own. All of them are deleted at the end. */
export class KafkaPlace implements Place {
  readonly stages: readonly Stage[] = ['bars1s', 'baragg'];
  protected readonly cluster: Cluster;
  private readonly prefix: string;
  private readonly group: string;
  protected readonly partitions: number;
  protected readonly plan: Plan;
  private readonly makers: MarketMakers;
  private runs = 0;

  protected constructor(cluster: Cluster, plan: Plan, partitions: number, makers: MarketMakers) {
    this.cluster = cluster;
    this.plan = plan;
    this.group = `perf-${createHash('sha256').update(plan.tag).digest('hex').slice(0, 8)}`;
    this.prefix = `${this.group}.`;
    this.partitions = partitions;
    this.makers = makers;
  }

  /** Throws `unavailable` where no broker answers. */
  static async open(address: KafkaAddress, plan: Plan, makers: MarketMakers): Promise<KafkaPlace> {
    const cluster = { address, clock: systemClock };
    return new this(cluster, plan, (await describeTopic(cluster, REJECTS)).partitions, makers);
  }

  commandOf({ name, kafka }: Implementation, stage: Stage): string {
    if (kafka === undefined || (stage !== 'bars1s' && stage !== 'baragg'))
      throw new QfError('usage', `the implementation ${name} has no commands for Kafka`);
    return kafka[stage];
  }

  async bring(load: number): Promise<void> {
    const { sim, bars1s, make } = this.makers;
    const [ticks, bars] = [this.inputOf('bars1s', load), this.inputOf('baragg', load)];
    await this.create([ticks, bars]);
    await make(`${sim(load)} --to kafka:${ticks} --group ${this.group}`, {});
    await make(bars1s, this.surroundings(ticks, bars.slice(0, -OUTPUTS.bars1s[0].length), this.group));
  }

  async perform({ stage, load }: Entry, run: Run, stop: AbortSignal): Promise<Sample> {
    if (stage !== 'bars1s' && stage !== 'baragg') throw new RangeError('Kafka has no pipe');
    const { prefix, group } = this.ownNames();
    const topics = OUTPUTS[stage].map((name) => `${prefix}${name}`);
    await this.create(topics);
    const env = { ...run.env, ...this.surroundings(this.inputOf(stage, load), prefix, group) };
    const sample = await measure({ ...run, input: '/dev/null', env }, stop);
    await this.dump(topics, run.output);
    await this.remove(prefix, group);
    return sample;
  }

  async close(): Promise<void> {
    await this.remove(this.prefix, this.group);
  }

  /** Of a run: the beginning of its topics, and its group. */
  protected ownNames(): { readonly prefix: string; readonly group: string } {
    const own = ++this.runs;
    return { prefix: `${this.prefix}run-${own}.`, group: `${this.group}-${own}_` };
  }

  /** The topic that a stage reads. */
  private inputOf(stage: keyof typeof OUTPUTS, load: number): string {
    return `${this.prefix}${load}.${stage === 'bars1s' ? 'ticks' : 'bars.1s'}`;
  }

  protected surroundings(input: string, output: string, group: string): Record<string, string> {
    const { brokers } = this.cluster.address;
    return {
      KAFKA_BROKERS: brokers.join(','),
      PERF_INPUT: input,
      PERF_OUTPUT: output,
      PERF_GROUP: group,
      PERF_UNTIL: '--until-end',
    };
  }

  protected async create(names: readonly string[]): Promise<void> {
    const { partitions } = this;
    await createTopics(
      this.cluster.address,
      names.map((name) => ({ name, partitions, copartitionedWith: undefined, settings: {} })),
    );
  }

  /** The values of all committed records, a line each. */
  private async dump(topics: readonly string[], path: string): Promise<void> {
    const file = openSync(path, 'w');
    try {
      for (const topic of topics)
        for (let partition = 0; partition < this.partitions; partition++) await this.dumpPartition(topic, partition, file);
    } finally {
      closeSync(file);
    }
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

  /** Deletes topics, those of states too, and groups. */
  protected async remove(topic: string, group: string): Promise<void> {
    await withAdmin(this.cluster.address, ADMIN_MS, async (admin) => {
      const topics = (await admin.listTopics()).filter((name) => name.includes(topic));
      if (topics.length > 0) await admin.deleteTopics({ topics });
      const { groups } = await admin.listGroups();
      const ids = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(group));
      // A program that was killed is a member for a while; the broker forgets its group later.
      if (ids.length > 0) await admin.deleteGroups(ids).catch(() => undefined);
    });
  }
}
