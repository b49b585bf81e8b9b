import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { shell } from './cli.js';
import { SHARED_PARTITIONS, type TestTopics } from './kafka.js';

/** The stages of the paper flow, in their order. */
export const PAPER_STAGES = ['pairs watch', 'pairs exec', 'risk size', 'risk guard', 'paper match'] as const;

export type PaperStage = (typeof PAPER_STAGES)[number];

/** Topics of one partition, in the order of the flow. */
export const PAPER_TOPICS = ['pairs.signals', 'orders', 'orders.sized', 'orders.allowed', 'fills'] as const;

const REFUSED = 'orders.rejected';

/** Many signals in little time: the thresholds are low, and the limits tight enough to refuse some of everything. */
const PAIRS = {
  defaults: {
    tf: '1m',
    lookback: 15,
    beta: 1,
    entry_z: 1.005,
    exit_z: 0.305,
    stop_z: 2.505,
    max_hold: '25m',
    bucket: 'MED',
    base_notional: 100_000,
    leverage: 2,
  },
  pairs: [
    { a: 'SIM0004', b: 'SIM0003' },
    { a: 'SIM0008', b: 'SIM0007', bucket: 'LOW', beta: 'ols' },
    { a: 'SIM0012', b: 'SIM0011', tf: '3m', lookback: 8 },
    { a: 'SIM0001', b: 'SIM0002', bucket: 'HIGH', beta: 0.7 },
    { a: 'SIM0005', b: 'SIM0009', base_notional: 30_000 },
    { a: 'SIM0006', b: 'SIM0010', bucket: 'LOW', flatten: '09:30' },
  ],
};
const RISK = {
  total_cash: 400_000,
  holdback_fraction: 0.1,
  buckets: {
    LOW: { split: 0.2, max_per_trade: 60_000 },
    MED: { split: 0.5, max_per_trade: 90_000 },
    HIGH: { split: 0.3, max_per_trade: 70_000 },
  },
  per_symbol_max_qty: 400,
  min_qty: 20,
  max_open_pairs: 4,
  max_entries_per_minute: 1,
};
const COSTS = {
  slippage_bps: 2,
  tick_size: 0.05,
  brokerage_per_order: 20,
  stt_bps: 2.5,
  exchange_txn_bps: 0.3,
  sebi_turnover_bps: 0.01,
  stamp_bps_buy: 0.3,
  gst_pct: 18,
};

/** Bars of one and three minutes of a simulated market of 12 symbols, as a pipe gives them. */
export async function marketBars(seed: number, duration: string): Promise<string[]> {
  const market = `qf ingest sim --seed ${seed} --symbols 12 --rate 0.2 --hot-pct 0 --duration ${duration} --pace max`;
  const { stdout } = await shell(`${market} | qf bars1s | qf agg --tf 1m,3m`);
  return stdout.split('\n').slice(0, -1);
}

/** Stages, topics and configurations of a paper flow that nobody else has. */
export class PaperFlow {
  readonly folder = mkdtempSync(join(tmpdir(), 'qf-paper-'));
  private readonly topics: TestTopics;

  /** `topics`: those of the bars. */
  constructor(topics: TestTopics) {
    this.topics = topics;
    for (const [name, config] of Object.entries({ pairs: PAIRS, risk: RISK, costs: COSTS }))
      writeFileSync(join(this.folder, `${name}.json`), JSON.stringify(config));
    onTestFinished(() => rmSync(this.folder, { recursive: true }));
  }

  async create(): Promise<void> {
    const [ofBars = '', ...others] = PAPER_STAGES.map((stage) => `dlq.${stage.replace(' ', '-')}`);
    await this.topics.create(['bars.1m', 'bars.3m']);
    await this.topics.of(1).create(PAPER_TOPICS);
    await this.topics.of(3).create([REFUSED]);
    // Shared with other tests, and with as many partitions as the stack gives them.
    await this.topics.of(SHARED_PARTITIONS).create([], [ofBars]);
    await this.topics.of(1).create([], others);
  }

  /** A stage with its configuration. */
  command(stage: PaperStage): string {
    const config = (name: string): string => join(this.folder, `${name}.json`);
    const configs: Record<PaperStage, string> = {
      'pairs watch': `--config ${config('pairs')}`,
      'pairs exec': `--config ${config('pairs')} --risk ${config('risk')}`,
      'risk size': `--config ${config('risk')}`,
      'risk guard': `--config ${config('risk')}`,
      'paper match': `--config ${config('costs')}`,
    };
    return `qf ${stage} ${configs[stage]}`;
  }

  /** The same on Kafka. */
  onKafka(stage: PaperStage): string {
    const { group } = this.topics;
    const inputs: Record<PaperStage, string> = {
      'pairs watch': `${group}.bars.1m,${group}.bars.3m`,
      'pairs exec': `${group}.pairs.signals`,
      'risk size': `${group}.orders`,
      'risk guard': `${group}.orders.sized`,
      'paper match': `${group}.orders.allowed`,
    };
    return `${this.command(stage)} --from kafka:${inputs[stage]} --to kafka:${group}.{} --group ${group}`;
  }

  /** What a pipe of all stages writes, by topic; refused orders by the partition of the stage that refuses them. */
  async pipe(bars: readonly string[]): Promise<Record<string, string[]>> {
    const steps = PAPER_STAGES.map(
      (stage, at) => `${this.command(stage)} --rejects ${this.folder}/refused.${at} | tee ${this.folder}/out.${at}`,
    );
    await shell(steps.join(' | '), { input: bars.map((line) => `${line}\n`).join('') });
    const read = (name: string): string[] => readFileSync(join(this.folder, name), 'utf8').split('\n').slice(0, -1);
    const outputs = PAPER_TOPICS.map((topic, at) => [topic, read(`out.${at}`)]);
    const refused = [2, 3, 4].map((at) => [`${REFUSED}/${at - 2}`, read(`refused.${at}`)]);
    return Object.fromEntries([...outputs, ...refused]) as Record<string, string[]>;
  }

  /** What is committed on the topics, as `pipe` gives it. */
  async committed(): Promise<Record<string, string[]>> {
    const outputs = await Promise.all(
      PAPER_TOPICS.map(async (topic) => [topic, (await this.topics.of(1).values(topic)).flat()] as const),
    );
    const refused = (await this.topics.of(3).values(REFUSED)).map((lines, partition) => [`${REFUSED}/${partition}`, lines]);
    return Object.fromEntries([...outputs, ...refused]) as Record<string, string[]>;
  }
}

/** The partition of a bar: any rule that keeps a symbol together. */
export function partitionOf(line: string, partitions: number): number {
  const symbol = /"symbol":"SIM(\d+)"/.exec(line)?.[1];
  return Number(symbol) % partitions;
}

/** Writes bars to the topics of their timeframes. */
export async function writeBars(topics: TestTopics, bars: readonly string[], partitions: number): Promise<void> {
  for (const tf of ['1m', '3m']) {
    for (let partition = 0; partition < partitions; partition++) {
      const own = bars.filter((line) => line.includes(`"tf":"${tf}"`) && partitionOf(line, partitions) === partition);
      if (own.length > 0) await topics.write(`bars.${tf}`, partition, own);
    }
  }
}
