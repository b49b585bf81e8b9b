import type { Fetched, Progress, TaskReader } from '../../runtime/task.js';
import type { RecordBatch } from '../../runtime/task-processor.js';
import type { Cluster } from './leader.js';
import { PartitionLog } from './partition-log.js';

type FetchedAhead = Fetched<bigint, readonly RecordBatch[]>;

/** One partition as record batches, up to an offset where one is given. The next fetch is under way while one is worked on. */
export class BatchReader implements TaskReader<bigint, readonly RecordBatch[]> {
  readonly start: Progress<bigint>;
  private readonly log: PartitionLog;
  private readonly end: bigint | undefined;
  private ahead: Promise<FetchedAhead> | undefined;

  private constructor(log: PartitionLog, from: bigint, end: bigint | undefined) {
    this.log = log;
    this.end = end;
    this.start = this.progressAt(from);
  }

  /** Throws `unavailable` where no broker answers, `usage` where there is no such topic or partition. */
  static async open(
    cluster: Cluster,
    topic: string,
    partition: number,
    from: bigint | undefined,
    end: bigint | undefined,
  ): Promise<BatchReader> {
    const log = new PartitionLog(cluster, topic, partition);
    return new BatchReader(log, from ?? (await log.start()), end);
  }

  async fetch(): Promise<FetchedAhead> {
    const fetched = await (this.ahead ?? this.read(this.start.position));
    this.ahead = fetched.isDone ? undefined : this.read(fetched.position);
    // Whoever fetches next hears of a failure; it may also fail when nobody does, at the close.
    this.ahead?.catch(() => undefined);
    return fetched;
  }

  close(): Promise<void> {
    return this.log.close();
  }

  private async read(from: bigint): Promise<FetchedAhead> {
    const { batches, count, position, end } = await this.log.fetch(from);
    const oldest_ms = batches[0]?.timestamp_ms;
    return { records: batches, count, oldest_ms, lag: Number(end - position), ...this.progressAt(position) };
  }

  private progressAt(position: bigint): Progress<bigint> {
    return { position, isDone: this.end !== undefined && position >= this.end };
  }
}
