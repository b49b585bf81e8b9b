import { createHash } from 'node:crypto';
import { QfError } from '../runtime/errors.js';
import type { KafkaAddress } from '../transports/kafka/address.js';
import type { Entry } from './contest.js';
import type { Stage } from './sides.js';
import type { Implementation } from './implementation.js';
import { measure, type Run, type Sample } from './measure.js';
import { type Place, USUAL_PAPER_ON_KAFKA } from './place.js';
import type { Plan } from './plan.js';
import { OUTPUTS, PAPER_OUTPUTS, RunTopics } from './run-topics.js';

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
  readonly stages: readonly Stage[];
  protected readonly topics: RunTopics;
  protected readonly plan: Plan;
  private readonly prefix: string;
  private readonly group: string;
  private readonly makers: MarketMakers;
  private runs = 0;

  protected constructor(topics: RunTopics, plan: Plan, makers: MarketMakers) {
    this.stages = plan.scenario === 'paper-flow' ? ['paper-flow'] : ['bars1s', 'baragg'];
    this.topics = topics;
    this.plan = plan;
    this.group = `perf-${createHash('sha256').update(plan.tag).digest('hex').slice(0, 8)}`;
    this.prefix = `${this.group}.`;
    this.makers = makers;
  }

  /** Throws `unavailable` where no broker answers. */
  static async open(address: KafkaAddress, plan: Plan, makers: MarketMakers): Promise<KafkaPlace> {
    return new this(await RunTopics.open(address), plan, makers);
  }

  commandOf({ name, kafka }: Implementation, stage: Stage): string {
    if (kafka === undefined) throw new QfError('usage', `the implementation ${name} has no commands for Kafka`);
    if (stage === 'bars1s' || stage === 'baragg') return kafka[stage];
    const { bars1s, baragg, paper = USUAL_PAPER_ON_KAFKA } = kafka;
    return `{ ${bars1s}; } && { export PERF_INPUT="\${PERF_OUTPUT}bars.1s"; ${baragg}; } && { ${paper}; }`;
  }

  async bring(load: number): Promise<void> {
    const { sim, bars1s, make } = this.makers;
    const [ticks, bars] = [this.inputOf('bars1s', load), this.inputOf('baragg', load)];
    await this.topics.create([ticks, bars]);
    await make(`${sim(load)} --to kafka:${ticks} --group ${this.group}`, {});
    if (this.plan.scenario === 'paper-flow') return;
    await make(bars1s, this.topics.surroundings(ticks, bars.slice(0, -OUTPUTS.bars1s[0].length), this.group));
  }

  async perform({ stage, load }: Entry, run: Run, stop: AbortSignal): Promise<Sample> {
    const { prefix, group } = this.ownNames();
    const written = await this.createOutputs(prefix, stage);
    const env = { ...run.env, ...this.topics.surroundings(this.inputOf(stage, load), prefix, group) };
    const sample = await measure({ ...run, input: '/dev/null', env }, stop);
    await this.topics.dump(written, run.output);
    await this.topics.remove(prefix, group);
    return sample;
  }

  async close(): Promise<void> {
    await this.topics.remove(this.prefix, this.group);
  }

  /** Of a run: the beginning of its topics, and its group. */
  protected ownNames(): { readonly prefix: string; readonly group: string } {
    const own = ++this.runs;
    return { prefix: `${this.prefix}run-${own}.`, group: `${this.group}-${own}_` };
  }

  /** Makes the topics that a stage writes to, and gives those that are compared. */
  private async createOutputs(prefix: string, stage: Stage): Promise<string[]> {
    const named = (names: readonly string[]): string[] => names.map((name) => `${prefix}${name}`);
    if (stage === 'bars1s' || stage === 'baragg') {
      await this.topics.create(named(OUTPUTS[stage]));
      return named(OUTPUTS[stage]);
    }
    await this.topics.create(named([...OUTPUTS.bars1s, ...OUTPUTS.baragg]));
    for (const [name, partitions] of Object.entries(PAPER_OUTPUTS)) await this.topics.create(named([name]), partitions);
    return named(['fills']);
  }

  /** The topic that a stage reads. */
  private inputOf(stage: Stage, load: number): string {
    return `${this.prefix}${load}.${stage === 'baragg' ? 'bars.1s' : 'ticks'}`;
  }
}
