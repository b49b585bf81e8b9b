import { QfError } from '../../runtime/errors.js';
import type { Copy, Database, Query } from './connection.js';
import { refuseDrift } from './drift.js';
import { placeOf, type StoredRecord } from './row.js';
import { copySql, tableNamed, upsertSql } from './tables.js';

/** Rows of one statement: more are hardly faster, and hold more memory on both sides. */
const MAX_ROWS = 5000;

/** Fewer rows are not copied: what saves COPY costs as much then. */
const MIN_COPIED = 100;

/** Writes batches of rows, one after the other. */
export class RowWriter {
  /** Tables whose last batch was there already in part: the next one will be, too. */
  private readonly repeated = new Set<string>();

  /**
   * Stores rows, where a later row of a key replaces an earlier one: by COPY where they are many, and where one of their keys is there
   * already or comes twice, or a value is refused, by upserts, which say what is refused. Throws a usage error where a table is not as
   * it must be, and `bad_data` where the database refuses a value or a row; the transaction is then of no more use.
   */
  async store(query: Query, copy: Copy, rows: readonly StoredRecord[]): Promise<void> {
    for (const [table, ofTable] of byTable(rows)) {
      await refuseDrift(query, table);
      const isCopied = ofTable.length >= MIN_COPIED && !this.repeated.has(table);
      if (isCopied && (await copied(query, copy, table, ofTable))) continue;
      this.repeated.delete(table);
      for (let start = 0; start < ofTable.length; start += MAX_ROWS) {
        const isWritten = await upsert(query, table, ofTable.slice(start, start + MAX_ROWS));
        if (!isWritten) this.repeated.add(table);
      }
    }
  }
}

/** Copies rows in; `false` where they are not stored, because a key is there already or comes twice, or a value is refused. */
async function copied(query: Query, copy: Copy, table: string, rows: readonly StoredRecord[]): Promise<boolean> {
  await query('savepoint copied');
  try {
    for (let start = 0; start < rows.length; start += MAX_ROWS) {
      const lines = rows.slice(start, start + MAX_ROWS).map((row) => row.copyLine());
      await copy(copySql(table), `${lines.join('\n')}\n`);
    }
    return true;
  } catch (error) {
    if (!(error instanceof QfError) || error.code !== 'bad_data') throw error;
    await query('rollback to savepoint copied');
    return false;
  }
}

/**
 * What to tell where a batch was refused with `error`: the first row that the database refuses, found by trying the rows one by
 * one in a transaction that is taken back. Throws where the database is lost meanwhile.
 */
export async function refusalOf(database: Database, rows: readonly StoredRecord[], error: QfError): Promise<QfError> {
  const refused = await database.transaction(async (query) => ({ keep: false, value: await firstRefused(query, rows) }));
  const advice = 'nothing of its batch was stored; mend the table or its constraint, then start again';
  const [first, last] = [rows[0], rows.at(-1)].map((row) => (row === undefined ? '' : placeOf(row.origin)));
  const what =
    refused === undefined
      ? `the rows from ${first} to ${last} are refused together: ${error.message}`
      : `${placeOf(refused.row.origin)}: the table ${refused.row.table} refuses this row: ${refused.error.message}`;
  return new QfError('bad_data', `${what}; ${advice}`, { cause: error });
}

interface RefusedRow {
  readonly row: StoredRecord;
  readonly error: QfError;
}

async function firstRefused(query: Query, rows: readonly StoredRecord[]): Promise<RefusedRow | undefined> {
  // A constraint that is checked only at the commit would name no row.
  await query('set constraints all immediate');
  for (const [table, ofTable] of byTable(rows)) {
    for (const row of ofTable) {
      await query('savepoint row');
      try {
        await upsert(query, table, [row]);
      } catch (error) {
        if (error instanceof QfError && error.code === 'bad_data') return { row, error };
        throw error;
      }
      await query('release savepoint row');
    }
  }
  return undefined;
}

/** Stores the last row of each key; says whether it had to write them all, because none was there as it is. */
async function upsert(query: Query, table: string, rows: readonly StoredRecord[]): Promise<boolean> {
  const { columns, keyColumns } = tableNamed(table);
  const sent = [...lastOfKeys(rows, keyColumns).values()];
  const arrays = columns.map(({ type }, index) => {
    const isText = type === 'text' || type === 'jsonb';
    return `{${sent.map((values) => (isText ? quoted(values[index]) : values[index]) ?? 'NULL').join(',')}}`;
  });
  return (await query(upsertSql(table), arrays)).rowCount === sent.length;
}

/** Postgres refuses a statement that writes a row twice. */
function lastOfKeys(rows: readonly StoredRecord[], keyColumns: number): Map<string, readonly (string | null)[]> {
  const last = new Map<string, readonly (string | null)[]>();
  for (const row of rows) {
    const values = row.columns();
    last.set(values.slice(0, keyColumns).join('\n'), values);
  }
  return last;
}

/** A text in an array (https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO). */
function quoted(value: string | null | undefined): string | null {
  return value === null || value === undefined ? null : `"${value.replace(/["\\]/g, String.raw`\$&`)}"`;
}

function byTable(rows: readonly StoredRecord[]): Map<string, StoredRecord[]> {
  const tables = new Map<string, StoredRecord[]>();
  for (const row of rows) {
    const ofTable = tables.get(row.table);
    if (ofTable === undefined) tables.set(row.table, [row]);
    else ofTable.push(row);
  }
  return tables;
}
