import { QfError } from '../../runtime/errors.js';
import type { Copy, Database, Query } from './connection.js';
import { refuseDrift } from './drift.js';
import { copyLine, copySql, type StoredRecord, tableNamed, upsertSql } from './tables.js';

/** Rows of one statement: more are hardly faster, and hold more memory on both sides. */
const MAX_ROWS = 5000;

/** Fewer rows are not copied: what saves COPY costs as much then. */
const MIN_COPIED = 100;

/**
 * Stores rows, where a later row of a key replaces an earlier one: by COPY where they are many, and where one of their keys is there
 * already, or a value is refused, by upserts, which say what is refused. Throws a usage error where a table is not as it must be, and
 * `bad_data` where the database refuses a value or a row; the transaction is then of no more use.
 */
export async function storeRows(query: Query, copy: Copy, rows: readonly StoredRecord[]): Promise<void> {
  for (const [table, ofTable] of byTable(rows)) {
    await refuseDrift(query, table);
    if (ofTable.length >= MIN_COPIED && (await copied(query, copy, table, ofTable))) continue;
    for (let start = 0; start < ofTable.length; start += MAX_ROWS) {
      await upsert(query, table, ofTable.slice(start, start + MAX_ROWS));
    }
  }
}

/** Copies rows in; `false` where they are not stored, because a key is there already or a value is refused. */
async function copied(query: Query, copy: Copy, table: string, rows: readonly StoredRecord[]): Promise<boolean> {
  await query('savepoint copied');
  try {
    for (let start = 0; start < rows.length; start += MAX_ROWS)
      await copy(
        copySql(table),
        rows
          .slice(start, start + MAX_ROWS)
          .map(copyLine)
          .join(''),
      );
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
  const first = rows[0]?.place ?? '';
  const last = rows.at(-1)?.place ?? '';
  const what =
    refused === undefined
      ? `the rows from ${first} to ${last} are refused together: ${error.message}`
      : `${refused.row.place}: the table ${refused.row.table} refuses this row: ${refused.error.message}`;
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

async function upsert(query: Query, table: string, rows: readonly StoredRecord[]): Promise<void> {
  const arrays = tableNamed(table).columns.map((_, index) => rows.map(({ columns }) => columns[index]));
  await query(upsertSql(table), arrays);
}

/** The rows of each table, only the last of a key: Postgres refuses a statement that writes a row twice. */
function byTable(rows: readonly StoredRecord[]): Map<string, StoredRecord[]> {
  const tables = new Map<string, Map<string, StoredRecord>>();
  for (const row of rows) {
    let ofTable = tables.get(row.table);
    if (ofTable === undefined) tables.set(row.table, (ofTable = new Map<string, StoredRecord>()));
    ofTable.set(row.columns.slice(0, tableNamed(row.table).keyColumns).join('\n'), row);
  }
  return new Map([...tables].map(([table, ofTable]) => [table, [...ofTable.values()]]));
}
