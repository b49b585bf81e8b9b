import { closeSync, openSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { describeTopic } from '../transports/kafka/topics.js';
import type { Cluster } from '../transports/kafka/cluster.js';
import { PartitionReader } from '../transports/kafka/partition-reader.js';
import type { Arrival } from './latency.js';

/** What is committed on topics, from all partitions, in the order in which it comes: into a file, with the times. */
export class CommittedLines {
  readonly arrivals: Arrival[] = [];
  count = 0;
  /** When something came last, by `performance.now()`. */
  newest_ms = performance.now();
  private readonly file: number;
  private readonly readers: readonly PartitionReader[];
  private bytes = 0;
  private isOpen = true;
  private readonly reading: Promise<unknown>;
  private failure: Error | undefined;

  private constructor(readers: readonly PartitionReader[], path: string) {
    this.file = openSync(path, 'w');
    this.readers = readers;
    this.reading = Promise.all(readers.map((reader) => this.follow(reader).catch((error: unknown) => this.fail(error))));
  }

  static async open(cluster: Cluster, topics: readonly string[], path: string): Promise<CommittedLines> {
    const readers: Promise<PartitionReader>[] = [];
    for (const topic of topics) {
      const { partitions } = await describeTopic(cluster, topic);
      for (let partition = 0; partition < partitions; partition++)
        readers.push(PartitionReader.open(cluster, topic, partition, 'start'));
    }
    return new CommittedLines(await Promise.all(readers), path);
  }

  /** Throws where a topic could not be read: what is missing then says nothing of whoever writes it. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  async close(): Promise<void> {
    this.isOpen = false;
    await Promise.all(this.readers.map((reader) => reader.close()));
    await this.reading;
    closeSync(this.file);
  }

  /** A fetch that is under way when the reader is closed fails as well. */
  private fail(error: unknown): void {
    if (this.isOpen) this.failure ??= error instanceof Error ? error : new Error(String(error));
  }

  private async follow(reader: PartitionReader): Promise<void> {
    while (this.isOpen) {
      const { records } = await reader.fetch();
      const now_ms = performance.now();
      const lines = records.flatMap(({ value }) => (value === null ? [] : [`${value.toString()}\n`]));
      if (lines.length === 0) continue;
      const text = Buffer.from(lines.join(''));
      writeSync(this.file, text);
      this.bytes += text.length;
      this.count += lines.length;
      this.newest_ms = now_ms;
      this.arrivals.push({ bytes: this.bytes, at_ms: now_ms });
    }
  }
}
