import type { Fetched, Progress, TaskReader } from '../../runtime/task.js';
import type { Cluster } from './leader.js';
import { PartitionReader } from './partition-reader.js';

/** One partition, up to an offset where one is given. */
export class BoundedReader implements TaskReader {
  readonly start: Progress<bigint>;
  private readonly reader: PartitionReader;
  private readonly end: bigint | undefined;

  private constructor(reader: PartitionReader, end: bigint | undefined) {
    this.reader = reader;
    this.end = end;
    this.start = this.progressAt(reader.position);
  }

  /** Throws as `PartitionReader.open` does. */
  static async open(
    cluster: Cluster,
    topic: string,
    partition: number,
    from: bigint | undefined,
    end: bigint | undefined,
  ): Promise<BoundedReader> {
    return new BoundedReader(await PartitionReader.open(cluster, topic, partition, from ?? 'start'), end);
  }

  async fetch(): Promise<Fetched<bigint>> {
    const { records, position, end } = await this.reader.fetch();
    const lag = Number(end - position);
    return { records, count: records.length, oldest_ms: records[0]?.timestamp_ms, ...this.progressAt(position), lag };
  }

  close(): Promise<void> {
    return this.reader.close();
  }

  private progressAt(position: bigint): Progress<bigint> {
    return { position, isDone: this.end !== undefined && position >= this.end };
  }
}
