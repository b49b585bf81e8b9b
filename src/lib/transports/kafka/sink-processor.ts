import { Counts } from '../../runtime/counts.js';
import type { InputRecord, TaskProcessor, TaskProduced } from '../../runtime/task-processor.js';

/** Turns the records of a partition into the rows that a store keeps. Nothing is kept between records. */
export class SinkProcessor<Row> implements TaskProcessor<Row> {
  readonly counts = new Counts();
  private readonly rowsOf: (value: Buffer, offset: bigint) => readonly Row[];
  private rows: Row[] = [];

  constructor(rowsOf: (value: Buffer, offset: bigint) => readonly Row[]) {
    this.rowsOf = rowsOf;
  }

  get pending(): number {
    return this.rows.length;
  }

  push(records: Iterable<InputRecord>): void {
    for (const { value, offset } of records) {
      const rows = this.rowsOf(value ?? Buffer.alloc(0), offset);
      this.counts.add(rows.length === 0 ? 'ignored' : 'used');
      this.rows.push(...rows);
    }
  }

  end(): void {
    // Nothing is open.
  }

  take(): TaskProduced<Row> {
    const { rows } = this;
    this.rows = [];
    this.counts.out += rows.length;
    return { outputs: rows, rejects: [] };
  }

  restore(): void {
    // There is no state but the position.
  }

  changes(): Map<string, string | undefined> {
    return new Map();
  }
}
