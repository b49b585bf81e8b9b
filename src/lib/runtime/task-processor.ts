import type { Counts } from './counts.js';
import type { GaugeValues } from './metrics.js';

/** The partition that a task reads. */
export interface TaskInput {
  readonly topic: string;
  readonly partition: number;
}

/** A record of a partition. */
export interface InputRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly offset: bigint;
  /** When it was written, by the log: ms since the epoch. */
  readonly timestamp_ms: number;
  /** Where it stands, in a task that joins several partitions. */
  readonly from?: TaskInput;
}

/** Records of a partition as they stand on the log: those of one batch of Kafka's format v2, not compressed any more. */
export interface RecordBatch {
  readonly bytes: Buffer;
  readonly firstOffset: bigint;
  /** From where the times of the records count, or of all of them, ms since the epoch. */
  readonly timestamp_ms: number;
  readonly hasDeltas: boolean;
  /** Records whose offset is less than this behind the first one were not asked for. */
  readonly firstDelta: number;
}

/** Records that a stage has made, as they shall stand on the log: those of one batch of the same format. */
export interface RecordSet {
  /** The contract's name for its topic. */
  readonly stream: string;
  readonly bytes: Buffer;
  readonly count: number;
}

/** A record that a stage has made. */
export interface OutputRecord {
  /** The contract's name for its topic. */
  readonly stream: string;
  /** Undefined: the task's own. */
  readonly partition?: number;
  /** null: it belongs to the partition and to no key. */
  readonly key: string | null;
  readonly value: string;
}

/** A record that was refused or late, as JSON, under the key that it came with. */
export interface RejectedRecord {
  readonly key: Buffer | null;
  /** Partition of the record, and of where it goes. */
  readonly partition: number;
  readonly value: string;
}

/** What a task's processor has made since it was last asked. */
export interface TaskProduced<O = OutputRecord> {
  readonly outputs: readonly O[];
  readonly rejects: readonly RejectedRecord[];
}

/**
 * A stage at work on one partition of a log: records with offsets in, keyed records out, and a state that can be saved and taken over
 * by another process. The same stage as a `Processor`, which is for pipes. `O` is what it makes of them, `I` what it takes them as.
 */
export interface TaskProcessor<O = OutputRecord, I = Iterable<InputRecord>> {
  readonly counts: Counts;
  /** See `Processor`. */
  watermark_s?(): number | undefined;
  gauges?(): GaugeValues;
  /** How many records it has made that have not been taken. */
  readonly pending: number;
  push(records: I): void;
  wakeAt_ms?(): number | undefined;
  onTime?(now_ms: number): void;
  /** Of several inputs that are merged: everything up to `through_s` has come, of all of them. */
  passThrough?(through_s: number): void;
  end(): void;
  take(): TaskProduced<O>;
  /** See `Stateful` in the core. */
  restore(parts: ReadonlyMap<string, string>): void;
  changes(): Map<string, string | undefined>;
}

/** One that takes and gives record batches. */
export type BatchProcessor = TaskProcessor<RecordSet, readonly RecordBatch[]>;
