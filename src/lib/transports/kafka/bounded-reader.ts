import type { Fetched, Progress, TaskReader } from '../../runtime/task.js';
import type { RecordBatch } from '../../runtime/task-processor.js';
import type { Cluster } from './cluster.js';
import { PartitionLog } from './partition-log.js';
import { ReusedBytes } from './reused-bytes.js';

/** A part of a partition. */
export interface LogRange {
  readonly topic: string;
  readonly partition: number;
  /** Undefined: from the first record that is kept. */
  readonly from: bigint | undefined;
  /** Undefined: it has no end. */
  readonly end: bigint | undefined;
}

/**
 * One partition, up to an offset where one is given. The next fetch is under way while one is worked on; the bytes of a fetch are
 * others when the one behind the next is asked for. `I`: what is made of a fetch.
 */
export class BoundedReader<I> implements TaskReader<bigint, I> {
  readonly start: Progress<bigint>;
  private readonly log: PartitionLog;
  private readonly end: bigint | undefined;
  private readonly inputOf: (batches: readonly RecordBatch[]) => I;
  /** Of the fetch that is worked on, and of the one that is read ahead. */
  private readonly memory: readonly [ReusedBytes, ReusedBytes] = [new ReusedBytes(), new ReusedBytes()];
  private fetches = 0;
  private ahead: Promise<Fetched<bigint, I>> | undefined;

  private constructor(log: PartitionLog, from: bigint, end: bigint | undefined, inputOf: (batches: readonly RecordBatch[]) => I) {
    this.log = log;
    this.end = end;
    this.inputOf = inputOf;
    this.start = this.progressAt(from);
  }

  /** Throws `unavailable` where no broker answers, `usage` where there is no such topic or partition. */
  static async open<I>(
    cluster: Cluster,
    { topic, partition, from, end }: LogRange,
    inputOf: (batches: readonly RecordBatch[]) => I,
  ): Promise<BoundedReader<I>> {
    const log = new PartitionLog(cluster, topic, partition);
    return new BoundedReader(log, from ?? (await log.start()), end, inputOf);
  }

  async fetch(): Promise<Fetched<bigint, I>> {
    const fetched = await (this.ahead ?? this.read(this.start.position));
    this.ahead = fetched.isDone ? undefined : this.read(fetched.position);
    // Whoever fetches next hears of a failure; it may also fail when nobody does, at the close.
    this.ahead?.catch(() => undefined);
    return fetched;
  }

  close(): Promise<void> {
    return this.log.close();
  }

  private async read(from: bigint): Promise<Fetched<bigint, I>> {
    const memory = this.memory[this.fetches++ % 2] as ReusedBytes;
    const { batches, count, position, end } = await this.log.fetch(from, memory.join);
    const oldest_ms = batches[0]?.timestamp_ms;
    return { records: this.inputOf(batches), count, oldest_ms, lag: Number(end - position), ...this.progressAt(position) };
  }

  private progressAt(position: bigint): Progress<bigint> {
    return { position, isDone: this.end !== undefined && position >= this.end };
  }
}
