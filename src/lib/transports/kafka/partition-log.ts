import { QfError } from '../../runtime/errors.js';
import type { RecordBatch } from '../../runtime/task-processor.js';
import { correctCodecs, type Decompress } from './codecs.js';
import { committedOf, timesOf } from './committed.js';
import { fetchApi, type FetchedPartition } from './fetch-api.js';
import type { Cluster } from './cluster.js';
import { type Leader, PartitionLeader } from './leader.js';
import { END, type Isolation, offsetsOf, READ_COMMITTED, READ_UNCOMMITTED, START } from './list-offsets.js';
import { batchesIn, isAbort, type LogBatch } from './record-batch.js';

const NO_LEADER_EPOCH = -1;

/** Not a session of incremental fetches. */
const NO_SESSION = { id: 0, epoch: -1 };

/** How long a broker may wait for new records before it answers. */
const MAX_WAIT_MS = 500;

/** Of one fetch: what is in memory of a partition at once, and of what is read ahead once more. */
const MAX_BYTES = 1536 * 1024;

/** Error code of the Kafka protocol. */
const OFFSET_OUT_OF_RANGE = 1;

/** What a partition holds from an offset on. */
export interface FetchedBatches {
  /** Without control batches and what was aborted. */
  readonly batches: readonly RecordBatch[];
  /** How many records they have. */
  readonly count: number;
  /** The offset to ask for next. */
  readonly position: bigint;
  /** The offset behind the last record that is there now. */
  readonly end: bigint;
}

/** One partition, as its leader is asked about it, without a group. */
export class PartitionLog {
  private readonly topic: string;
  private readonly partition: number;
  private readonly leader: PartitionLeader;

  constructor(cluster: Cluster, topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
    this.leader = new PartitionLeader(cluster, topic, partition);
  }

  /** The offset of the first record that is kept. Throws `unavailable` where no broker answers, `usage` where there is no such topic. */
  async start(): Promise<bigint> {
    return this.offsetOf(START);
  }

  /** The offset behind the last record that is there now, whether or not it is committed. */
  async end(): Promise<bigint> {
    return this.offsetOf(END);
  }

  /** The offset up to which everything is committed or aborted now: reading to it waits for no transaction. */
  async committedEnd(): Promise<bigint> {
    return this.offsetOf(END, READ_COMMITTED);
  }

  /**
   * What there is from an offset on, after half a second at the latest. Throws `bad_data` where the offset is gone. `join`: where its
   * bytes are put together.
   */
  async fetch(asked: bigint, join = (parts: readonly Buffer[]): Buffer => Buffer.concat(parts)): Promise<FetchedBatches> {
    const decompress = await correctCodecs();
    const { parts, aborted, highWatermark: end } = await this.answer(asked);
    const all = batchesIn(join(parts));
    const last = all.at(-1);
    // Where a topic is compacted, a batch may have lost all its records.
    const found = committedOf(all, aborted, isAbort).filter((batch) => batch.count > 0 && behind(batch) > asked);
    return {
      batches: found.map((batch) => recordBatchOf(batch, asked, decompress)),
      count: found.reduce((sum, { count }) => sum + count, 0),
      position: last === undefined ? asked : behind(last),
      end,
    };
  }

  /** Ends the connection. What is asked fails, and does not open another one. */
  close(): Promise<void> {
    return this.leader.close();
  }

  private async answer(offset: bigint): Promise<FetchedPartition> {
    const request = {
      partition: this.partition,
      currentLeaderEpoch: NO_LEADER_EPOCH,
      fetchOffset: offset,
      lastFetchedEpoch: NO_LEADER_EPOCH,
      partitionMaxBytes: MAX_BYTES,
    };
    const { id, epoch } = NO_SESSION;
    const fetched = await this.ask(async ({ connection, topicId }) => {
      const topics = [{ topicId, partitions: [request] }];
      const answer = await fetchApi.async(connection, MAX_WAIT_MS, 1, MAX_BYTES, READ_COMMITTED, id, epoch, topics, [], '');
      return answer.responses[0]?.partitions[0];
    }, offset);
    return this.checked(fetched);
  }

  private async offsetOf(timestamp: typeof START | typeof END, isolation: Isolation = READ_UNCOMMITTED): Promise<bigint> {
    const { topic, partition } = this;
    return this.checked(
      (await this.ask(({ connection }) => offsetsOf(connection, topic, [partition], timestamp, isolation))).get(partition),
    );
  }

  private ask<T>(request: (leader: Leader) => Promise<T>, offset = 0n): Promise<T> {
    const gone = `${this.leader.name}: there is no offset ${offset} any more, or not yet`;
    return this.leader.ask(request, (code) => (code === OFFSET_OUT_OF_RANGE ? new QfError('bad_data', gone) : undefined));
  }

  private checked<T>(found: T | undefined): T {
    if (found !== undefined) return found;
    throw new QfError('unavailable', `${this.leader.name}: the broker's answer does not hold the partition`);
  }
}

/** `asked`: a fetch begins with the whole batch that holds the offset. */
function recordBatchOf(batch: LogBatch, asked: bigint, decompress: Decompress): RecordBatch {
  const { firstOffset, compression } = batch;
  const bytes = compression === 0 ? batch.bytes : decompress(compression, batch.bytes);
  return { bytes, firstOffset, firstDelta: Math.max(0, Number(asked - firstOffset)), ...timesOf(batch) };
}

function behind({ firstOffset, lastOffsetDelta }: LogBatch): bigint {
  return firstOffset + BigInt(lastOffsetDelta) + 1n;
}
