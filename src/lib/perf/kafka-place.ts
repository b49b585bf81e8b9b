import { createHash } from 'node:crypto';
import type { KafkaAddress } from '../transports/kafka/address.js';
import type { Entry } from './contest.js';
import type { Implementation } from './implementation.js';
import { commandsOnKafka, oneByOne } from './kafka-commands.js';
import { measure, type Run, type Sample } from './measure.js';
import { BETWEEN, countIn, type Place } from './place.js';
import type { Plan } from './plan.js';
import { RunTopics, TOPICS } from './run-topics.js';
import { type Brought, type Flow, SIDES, type Stage } from './sides.js';

const [TICKS = '', BARS = ''] = [...TOPICS.ticks, ...TOPICS.bars];

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
    this.stages = stagesOf(plan);
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

  commandOf(implementation: Implementation, stage: Stage): string {
    return this.triedCommandOf(implementation, stage);
  }

  triedCommandOf(implementation: Implementation, stage: Stage): string {
    return oneByOne(commandsOnKafka(implementation, stage));
  }

  async bring(load: number): Promise<void> {
    const { sim, bars1s, make } = this.makers;
    const [ticks, bars] = [this.inputOf('bars1s', load), this.inputOf('baragg', load)];
    await this.topics.create([ticks, bars]);
    await make(`${sim(load)} --to kafka:${ticks} --group ${this.group}`, {});
    if (!this.stages.includes('baragg')) return;
    await make(bars1s, this.topics.surroundings(ticks, bars.slice(0, -BARS.length), this.group));
  }

  async perform(entry: Entry, run: Run, stop: AbortSignal): Promise<Sample> {
    return this.performed(entry, run, stop, () => Promise.resolve());
  }

  async tryOut(entry: Entry, run: Run, stop: AbortSignal): Promise<Brought> {
    const { inner, last } = BETWEEN[entry.stage];
    const files = inner.map((flow): [Flow, string] => [flow, `${run.output}.${flow}`]);
    await this.performed(entry, run, stop, async (prefix) => {
      for (const [flow, path] of files) await this.topics.dump(this.topics.named(prefix, flow), path);
    });
    return countIn([...files, [last, run.output]]);
  }

  async close(): Promise<void> {
    await this.topics.remove(this.prefix, this.group);
  }

  /** Of a run: the beginning of its topics, and its group. */
  protected ownNames(): { readonly prefix: string; readonly group: string } {
    const own = ++this.runs;
    return { prefix: `${this.prefix}run-${own}.`, group: `${this.group}-${own}_` };
  }

  /** Makes the topics that a stage writes to. */
  protected async createOutputs(prefix: string, stage: Stage): Promise<void> {
    const { inner, last } = BETWEEN[stage];
    for (const flow of [...inner, last]) await this.topics.createFor(prefix, flow);
  }

  private async performed(
    { stage, load }: Entry,
    run: Run,
    stop: AbortSignal,
    look: (prefix: string) => Promise<void>,
  ): Promise<Sample> {
    const { prefix, group } = this.ownNames();
    await this.createOutputs(prefix, stage);
    const env = { ...run.env, ...this.topics.surroundings(this.inputOf(stage, load), prefix, group) };
    const input = stage === 'ingest' ? run.input : '/dev/null';
    const sample = await measure({ ...run, input, env }, stop);
    await this.topics.dump(this.topics.named(prefix, BETWEEN[stage].last), run.output);
    await look(prefix);
    await this.topics.remove(prefix, group);
    return sample;
  }

  /** The topic that a stage reads. */
  private inputOf(stage: Stage, load: number): string {
    return `${this.prefix}${load}.${stage === 'baragg' ? BARS : TICKS}`;
  }
}

function stagesOf({ scenario, sides }: Plan): readonly Stage[] {
  if (scenario === 'paper-flow') return ['paper-flow'];
  const hasIngest = SIDES.every((side) => sides[side].kafka?.ingest !== undefined);
  return [...(hasIngest ? (['ingest'] as const) : []), 'bars1s', 'baragg'];
}
