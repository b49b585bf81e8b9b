import { QfError } from '../../runtime/errors.js';
import type { Sink } from '../../runtime/transport.js';
import { type Database, type DatabaseAddress, openDatabase } from './connection.js';
import { outputRows } from './records.js';
import type { StoredRecord } from './row.js';
import { refusalOf, RowWriter } from './row-writer.js';

const LINE_BREAK = 0x0a;

/**
 * The tables of a database, at the end of a pipe. A record replaces what is stored under its key, so that a pipe may run again; marks are left out. Each write is one transaction.
 */
export class PgSink implements Sink {
  readonly name = 'pg';
  private readonly database: Database;
  private readonly writer = new RowWriter();
  private lines = 0;

  private constructor(database: Database) {
    this.database = database;
  }

  /** Connects. Throws a usage error where the address or the schema is none, `unavailable` where nobody answers. */
  static async open(address: DatabaseAddress): Promise<PgSink> {
    return new PgSink(await openDatabase(address));
  }

  /**
   * Stores whole lines. Throws a usage error for ticks, for bars without a table and where tables are missing, `bad_data` for other
   * lines and where the database refuses a row, `unavailable` where it is lost; nothing of `bytes` is stored then, but for an
   * answer that got lost on its way.
   */
  async write(bytes: Buffer): Promise<void> {
    const rows = this.rowsIn(bytes);
    if (rows.length === 0) return;
    try {
      await this.store(rows).catch((error: unknown) => {
        // A pipe may have been quiet for hours and its connection gone since; to store a row again changes nothing.
        if (error instanceof QfError && error.code === 'unavailable') return this.store(rows);
        throw error;
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

  private rowsIn(bytes: Buffer): StoredRecord[] {
    const rows: StoredRecord[] = [];
    for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(LINE_BREAK, start);
      if (end === -1) end = bytes.length;
      this.lines++;
      rows.push(...outputRows(bytes.subarray(start, end), this.lines));
    }
    return rows;
  }

  private async store(rows: readonly StoredRecord[]): Promise<void> {
    await this.database.transaction(async (query, copy) => {
      await this.writer.store(query, copy, rows);
      return { keep: true, value: undefined };
    });
  }
}
