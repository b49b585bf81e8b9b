import { QfError } from '../../runtime/errors.js';
import { type Database, type DatabaseAddress, openDatabase, type Query } from './connection.js';
import { refusalOf, storeRows } from './rows.js';
import type { StoredRecord } from './tables.js';

/** Is told what a write is about to do, or has done, so that a test can end the process right there. */
export interface SinkHooks {
  at(point: 'sink-begin' | 'sink-update' | 'sink-rows' | 'sink-commit' | 'sink-committed'): void;
}

/**
 * Rows together with the position in the input from which they come: both change in one transaction or not at all. For one user:
 * one call at a time.
 *
 * Every call may throw `unavailable`, after which another call connects anew, and a usage error where a table is missing. Where
 * `write` throws `unavailable`, the rows may be stored: `position` says whether they are.
 */
export class SinkStore {
  private readonly database: Database;
  private readonly hooks: SinkHooks | undefined;

  private constructor(database: Database, hooks: SinkHooks | undefined) {
    this.database = database;
    this.hooks = hooks;
  }

  /** Connects. Throws a usage error where the address or the schema is none, `unavailable` where nobody answers. */
  static async open(address: DatabaseAddress & { readonly hooks?: SinkHooks }): Promise<SinkStore> {
    return new SinkStore(await openDatabase(address), address.hooks);
  }

  /** The offset of the next record that a task has to store; undefined where it has stored none yet. */
  async position(task: string): Promise<bigint | undefined> {
    const { rows } = await this.database.query('select next_offset from qf_sink where task = $1', [task]);
    const next = rows[0]?.['next_offset'];
    return next === undefined ? undefined : BigInt(next as string);
  }

  /**
   * Stores rows, and that the task has come from offset `old` (undefined: from nowhere) to `next`. `lost`: the task is not at `old`,
   * because another owner has moved it; nothing is stored. A row replaces what is stored under its key. Throws `bad_data`, naming
   * the row, where the database refuses one; nothing is stored.
   */
  async write(task: string, old: bigint | undefined, next: bigint, rows: readonly StoredRecord[]): Promise<'written' | 'lost'> {
    this.hooks?.at('sink-begin');
    try {
      const result = await this.database.transaction(async (query) => {
        this.hooks?.at('sink-update');
        if (!(await move(query, task, old, next))) return { keep: false, value: 'lost' as const };
        this.hooks?.at('sink-rows');
        await storeRows(query, rows);
        this.hooks?.at('sink-commit');
        return { keep: true, value: 'written' as const };
      });
      if (result === 'written') this.hooks?.at('sink-committed');
      return result;
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
async function move(query: Query, task: string, old: bigint | undefined, next: bigint): Promise<boolean> {
  const { rowCount } =
    old === undefined
      ? await query('insert into qf_sink (task, next_offset) values ($1, $2) on conflict do nothing', [task, String(next)])
      : await query('update qf_sink set next_offset = $1 where task = $2 and next_offset = $3', [
          String(next),
          task,
          String(old),
        ]);
  return rowCount === 1;
}
