/** Where a record of a topic stands. */
export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** Who stores the records of a partition. */
export interface StoredTask {
  readonly name: string;
  /** Kafka's id of the topic. */
  readonly topicId: string;
}

/** What keeps rows together with the position in the input that they belong to. */
export interface PositionedStore<Row> {
  /** The offset of the next record to store; undefined where none is stored. Throws `bad_data` where it belongs to another topic. */
  position(task: StoredTask): Promise<bigint | undefined>;
  /** All of it or nothing; `lost`: nothing, because the task is not at `old`. */
  write(task: StoredTask, old: bigint | undefined, next: bigint, rows: readonly Row[]): Promise<'written' | 'lost'>;
  close(): Promise<void>;
}

/** A place outside of Kafka that follows topics. */
export interface SinkTarget<Row> {
  /** As in names of tasks: `sink-pg`. */
  readonly name: string;
  open(): Promise<PositionedStore<Row>>;
  /** The rows of a record; none where it is not stored. Throws `bad_data` for what it cannot store. */
  rowsOf(value: Buffer, place: RecordPlace): readonly Row[];
}
