import { OrderedJoin } from '../../runtime/ordered-join.js';
import type { RecordTime } from '../../runtime/stage.js';
import type { Fetched, Progress, TaskReader } from '../../runtime/task.js';
import type { InputRecord, TaskInput } from '../../runtime/task-processor.js';
import type { Cluster } from './cluster.js';
import { PartitionReader } from './partition-reader.js';
import type { Offsets } from './state-topic.js';

/** Records of a partition that wait for others to come as far; beyond that, one that is ahead is not read on. */
const MAX_WAITING = 20_000;

/** A partition that is joined with others. */
export interface JoinedPartition extends TaskInput {
  /** Undefined: it has no end. */
  readonly end: bigint | undefined;
}

export interface JoinSettings {
  readonly partitions: readonly JoinedPartition[];
  /** By what they are merged; undefined where there is one partition. */
  readonly timeOf: ((value: Buffer) => RecordTime | undefined) | undefined;
  /** Whether a partition that is at its end has passed all times. */
  readonly closes: boolean;
}

/** What is needed of a `PartitionReader`. */
export type JoinableReader = Pick<PartitionReader, 'position' | 'fetch' | 'close'>;

interface Cursor {
  readonly partition: JoinedPartition;
  readonly reader: JoinableReader;
  /**
   * Behind the records that wait in the join or were given out. The reader's own position is no measure: it moves before what was
   * fetched is here.
   */
  fetched: bigint;
  /** Of the first record that was not given out. */
  next: bigint;
  lag: number;
  fetching: Promise<void> | undefined;
}

/** Several partitions as one input, in an order that does not depend on which comes faster. */
export class JoinedReader implements TaskReader<Offsets, readonly InputRecord[]> {
  readonly start: Progress<Offsets>;
  private readonly cursors: readonly Cursor[];
  private readonly settings: JoinSettings;
  private readonly join: OrderedJoin<InputRecord>;

  /** `readers`: of `settings.partitions`, in their order. */
  constructor(readers: readonly JoinableReader[], settings: JoinSettings) {
    this.cursors = settings.partitions.map((partition, index) => {
      const reader = readers[index] as JoinableReader;
      return { partition, reader, fetched: reader.position, next: reader.position, lag: 0, fetching: undefined };
    });
    this.settings = settings;
    this.join = new OrderedJoin(this.cursors.length);
    for (const index of this.cursors.keys()) this.noteEnd(index);
    this.start = this.progress();
  }

  /** Throws as `PartitionReader.open` does. */
  static async open(cluster: Cluster, from: Offsets | undefined, settings: JoinSettings): Promise<JoinedReader> {
    const readers: PartitionReader[] = [];
    try {
      for (const place of settings.partitions) {
        const { topic, partition } = place;
        readers.push(await PartitionReader.open(cluster, topic, partition, from?.get(nameOf(place)) ?? 'start'));
      }
    } catch (error) {
      await Promise.all(readers.map((reader) => reader.close()));
      throw error;
    }
    return new JoinedReader(readers, settings);
  }

  /** Waits for the first partition that answers. */
  async fetch(): Promise<Fetched<Offsets, readonly InputRecord[]>> {
    for (const index of this.cursors.keys()) this.readOn(index);
    await Promise.race(this.cursors.flatMap(({ fetching }) => fetching ?? []));
    const records = this.join.release().map(({ input, record: { key, value, offset, timestamp_ms } }) => {
      const { topic, partition } = (this.cursors[input] as Cursor).partition;
      return { key, value, offset, timestamp_ms, from: { topic, partition } };
    });
    for (const [index, cursor] of this.cursors.entries()) this.settle(cursor, index, records);
    const passed_s = this.join.passed_s;
    const lag = this.cursors.reduce((sum, cursor) => sum + cursor.lag, 0);
    const known = Number.isFinite(passed_s) && { passed_s };
    return { records, count: records.length, oldest_ms: records[0]?.timestamp_ms, ...this.progress(), lag, ...known };
  }

  async close(): Promise<void> {
    await Promise.all(this.cursors.map(({ reader }) => reader.close()));
  }

  private readOn(index: number): void {
    const cursor = this.cursors[index] as Cursor;
    if (cursor.fetching !== undefined || isAtEnd(cursor)) return;
    if (this.join.waiting(index) >= MAX_WAITING && !this.join.isBehind(index)) return;
    const fetching = this.read(index, cursor);
    cursor.fetching = fetching;
    // Whoever races it hears of a failure; it may also fail when nobody does, at the close.
    fetching.catch(() => undefined);
  }

  private async read(index: number, cursor: Cursor): Promise<void> {
    const { records, position, end } = await cursor.reader.fetch();
    cursor.fetched = position;
    cursor.lag = Number(end - position);
    for (const record of records) this.join.put(index, record, this.timeOf(record));
    this.noteEnd(index);
    cursor.fetching = undefined;
  }

  private timeOf({ value }: InputRecord): RecordTime | undefined {
    return value === null ? undefined : this.settings.timeOf?.(value);
  }

  private noteEnd(index: number): void {
    const isAlone = this.settings.timeOf === undefined;
    if (isAlone || (this.settings.closes && isAtEnd(this.cursors[index] as Cursor))) this.join.end(index);
  }

  /** Where nothing waits, also the gaps that control records leave in the offsets are passed. */
  private settle(cursor: Cursor, index: number, released: readonly (InputRecord & { readonly from: TaskInput })[]): void {
    const { topic, partition } = cursor.partition;
    if (this.join.waiting(index) === 0) cursor.next = cursor.fetched;
    else {
      const last = released.findLast(({ from }) => from.topic === topic && from.partition === partition);
      if (last !== undefined) cursor.next = last.offset + 1n;
    }
  }

  private progress(): Progress<Offsets> {
    const position = new Map(this.cursors.map(({ partition, next }) => [nameOf(partition), next]));
    return { position, isDone: this.cursors.every(isAtEnd) };
  }
}

function nameOf({ topic, partition }: TaskInput): string {
  return `${topic}/${partition}`;
}

function isAtEnd({ partition, fetched }: Cursor): boolean {
  return partition.end !== undefined && fetched >= partition.end;
}
