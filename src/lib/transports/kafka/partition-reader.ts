import type { InputRecord } from '../../runtime/task-processor.js';
import type { Cluster } from './cluster.js';
import { PartitionLog } from './partition-log.js';
import { recordsIn } from './record.js';

/**
 * Reads one partition from an offset on, without a group, and only what is committed: for restoring state, for joined tasks and for
 * sinks. (kafkajs reads as a member of a group only.)
 */
export class PartitionReader {
  /** What else there is to ask about the partition. */
  readonly log: PartitionLog;
  private next: bigint;

  private constructor(log: PartitionLog, from: bigint) {
    this.log = log;
    this.next = from;
  }

  /** Throws `unavailable` where no broker answers, `usage` where there is no such topic or partition. */
  static async open(cluster: Cluster, topic: string, partition: number, from: bigint | 'start'): Promise<PartitionReader> {
    const log = new PartitionLog(cluster, topic, partition);
    return new PartitionReader(log, typeof from === 'bigint' ? from : await log.start());
  }

  /** The offset to read next. */
  get position(): bigint {
    return this.next;
  }

  /** The next records, after half a second at the latest; none where there are no new ones. Throws `bad_data` where the offset is gone. */
  async fetch(): Promise<{ records: InputRecord[]; position: bigint; end: bigint }> {
    const { batches, position, end } = await this.log.fetch(this.next);
    this.next = position;
    return { records: [...recordsIn(batches)], position, end };
  }

  /** Ends the connection. A fetch that is under way fails, and does not open another one. */
  close(): Promise<void> {
    return this.log.close();
  }
}
