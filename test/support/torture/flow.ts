import { TestTopics } from '../kafka.js';
import type { Services } from '../stack.js';
import type { LaneName } from './plan.js';

/** Partitions of every topic. */
export const PARTITIONS = 4;

/** Simulated time of a slice, s; with 24 symbols and two ticks a second each it has 8,640 ticks. */
const SLICE_S = 180;
export const SLICE_TICKS = 24 * 2 * SLICE_S;

const START_MS = Date.UTC(2025, 0, 6, 3, 45);

/** The whole way of a tick: onto Kafka, into bars of a second, into coarser bars, and into Postgres. */
export class Flow {
  readonly topics: TestTopics;
  readonly seed: number;
  /** Slices of the market that are on Kafka in full. */
  done = 0;
  /** How often each stage has been started. */
  private readonly starts = new Map<LaneName, number>();

  constructor(services: Services, seed: number) {
    this.topics = new TestTopics(services.kafka, PARTITIONS);
    this.seed = seed;
  }

  async create(): Promise<void> {
    await this.topics.create(['ticks', 'bars.1s', 'bars.1m', 'bars.3m'], ['dlq.bars1s', 'dlq.agg']);
  }

  /** The simulator, with every fault that it knows: each slice follows the one before it in time. */
  sliceArgs(slice: number): string[] {
    const start = new Date(START_MS + slice * SLICE_S * 1000).toISOString();
    const market = `--seed ${(this.seed + slice) % 2 ** 32} --symbols 24 --rate 2 --hot-pct 0 --start ${start} --duration ${SLICE_S}s`;
    const faults = '--out-of-order 0.02 --duplicates 0.01 --trade-ids --malformed 0.001';
    return `ingest sim ${market} ${faults} --pace max`.split(' ');
  }

  /** What the stage of a lane is started with, each time by another engine. Those that have no end of their own run until they are stopped. */
  args(lane: LaneName): string[] {
    const start = this.starts.get(lane) ?? 0;
    this.starts.set(lane, start + 1);
    const engine = `--engine ${start % 2 === 0 ? 'reference' : 'wasm'}`;
    const { group } = this.topics;
    const often = `--group ${group} --commit-interval 5ms`;
    const lines: Record<LaneName, string> = {
      ingest: `${this.sliceArgs(this.done).join(' ')} --to kafka:${group}.ticks --group ${group}`,
      bars1s: `bars1s --from kafka:${group}.ticks --to kafka:${group}.{} --max-future off ${engine} ${often}`,
      agg: `agg --tf 1m,3m --from kafka:${group}.bars.1s --to kafka:${group}.{} --to pg ${engine} ${often}`,
      sink: `sink pg --from kafka:${group}.bars.1s ${often}`,
      rejects: `sink pg --from kafka:dlq.bars1s ${often}`,
    };
    return lines[lane].split(' ');
  }
}
