import type { Fetched, Progress, TaskReader } from '../../runtime/task.js';
import type { InputRecord, RecordBatch } from '../../runtime/task-processor.js';
import type { Cluster } from './leader.js';
import { PartitionLog } from './partition-log.js';
import { recordsIn } from './record.js';
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

/** What is made of the batches of a fetch. */
export interface ReaderInput<I> {
  readonly of: (batches: readonly RecordBatch[]) => I;
  /** Whoever takes it is done with its bytes when it asks for the next one. */
  readonly isBrief: boolean;
}

export const RECORDS: ReaderInput<Iterable<InputRecord>> = { of: recordsIn, isBrief: false };

export const BATCHES: ReaderInput<readonly RecordBatch[]> = { of: (batches) => batches, isBrief: true };

/** One partition, up to an offset where one is given. The next fetch is under way while one is worked on. */
export class BoundedReader<I> implements TaskReader<bigint, I> {
  readonly start: Progress<bigint>;
  private readonly log: PartitionLog;
  private readonly end: bigint | undefined;
  private readonly input: ReaderInput<I>;
  /** Of the fetch that is worked on, and of the one that is read ahead. */
  private readonly memory: readonly [ReusedBytes, ReusedBytes] = [new ReusedBytes(), new ReusedBytes()];
  private fetches = 0;
  private ahead: Promise<Fetched<bigint, I>> | undefined;

  private constructor(log: PartitionLog, from: bigint, end: bigint | undefined, input: ReaderInput<I>) {
    this.log = log;
    this.end = end;
    this.input = input;
    this.start = this.progressAt(from);
  }

  /** Throws `unavailable` where no broker answers, `usage` where there is no such topic or partition. */
  static async open<I>(
    cluster: Cluster,
    { topic, partition, from, end }: LogRange,
    input: ReaderInput<I>,
  ): Promise<BoundedReader<I>> {
    const log = new PartitionLog(cluster, topic, partition);
    return new BoundedReader(log, from ?? (await log.start()), end, input);
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
    const join = this.input.isBrief ? memory.join : undefined;
    const { batches, count, position, end } = await this.log.fetch(from, join);
    const oldest_ms = batches[0]?.timestamp_ms;
    return { records: this.input.of(batches), count, oldest_ms, lag: Number(end - position), ...this.progressAt(position) };
  }

  private progressAt(position: bigint): Progress<bigint> {
    return { position, isDone: this.end !== undefined && position >= this.end };
  }
}
