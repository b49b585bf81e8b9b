import { QfError } from '../../runtime/errors.js';
import type { PositionedStore, StoredTask } from '../../runtime/sink-target.js';
import { type Database, type DatabaseAddress, openDatabase, type Query } from './connection.js';
import type { StoredRecord } from './row.js';
import { refusalOf, RowWriter } from './row-writer.js';

/**
 * Rows together with the position in the input from which they come: both change in one transaction or not at all. For one user:
 * one call at a time.
 *
 * Every call may throw `unavailable`, after which another call connects anew, and a usage error where a table is missing. Where
 * `write` throws `unavailable`, the rows may be stored: `position` says whether they are.
 */
export class SinkStore implements PositionedStore<StoredRecord> {
  private readonly database: Database;
  private readonly writer = new RowWriter();

  private constructor(database: Database) {
    this.database = database;
  }

  /** Connects. Throws a usage error where the address or the schema is none, `unavailable` where nobody answers. */
  static async open(address: DatabaseAddress): Promise<SinkStore> {
    return new SinkStore(await openDatabase(address));
  }

  /**
   * The offset of the next record that a task has to store; undefined where it has stored none yet. Throws `bad_data` where it has
   * stored records of another topic with the same name.
   */
  async position({ name, topicId }: StoredTask): Promise<bigint | undefined> {
    const { rows } = await this.database.query('select next_offset, topic_id from qf_sink where task = $1', [name]);
    const [row] = rows;
    if (row === undefined) return undefined;
    if (row['topic_id'] !== topicId)
      throw new QfError(
        'bad_data',
        `input_reset: ${name} has stored another topic of the same name. Begin anew with another --group, or empty the table and ` +
          `delete the task from qf_sink`,
      );
    return BigInt(row['next_offset'] as string);
  }

  /**
   * Stores rows, and that the task has come from offset `old` (undefined: from nowhere) to `next`. `lost`: the task is not at `old`,
   * because another owner has moved it; nothing is stored. A row replaces what is stored under its key. Throws `bad_data`, naming
   * the row, where the database refuses one; nothing is stored.
   */
  async write(
    task: StoredTask,
    old: bigint | undefined,
    next: bigint,
    rows: readonly StoredRecord[],
  ): Promise<'written' | 'lost'> {
    try {
      return await this.database.transaction(async (query, copy) => {
        if (!(await move(query, task, old, next))) return { keep: false, value: 'lost' as const };
        await this.writer.store(query, copy, rows);
        return { keep: true, value: 'written' as const };
      });
    } catch (error) {
      if (!(error instanceof QfError) || error.code !== 'bad_data') throw error;
      throw await refusalOf(this.database, rows, error);
    }
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await this.database.close();
  }
}

/** Moves a task that is at `old`; whether it was there. */
async function move(query: Query, { name, topicId }: StoredTask, old: bigint | undefined, next: bigint): Promise<boolean> {
  const { rowCount } =
    old === undefined
      ? await query('insert into qf_sink (task, topic_id, next_offset) values ($1, $2, $3) on conflict do nothing', [
          name,
          topicId,
          String(next),
        ])
      : await query('update qf_sink set next_offset = $1 where task = $2 and topic_id = $3 and next_offset = $4', [
          String(next),
          name,
          topicId,
          String(old),
        ]);
  return rowCount === 1;
}
