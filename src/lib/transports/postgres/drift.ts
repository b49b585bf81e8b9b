import { QfError } from '../../runtime/errors.js';
import type { Row } from './connection.js';
import { tableNamed } from './tables.js';

/** What mends a table that somebody has altered. */
export const MEND_DRIFT =
  'mend it with qf db psql (migrations/ says how it was), or store in another schema: qf db migrate --pg-schema NAME';

/** Carries out one statement. */
type Ask = (text: string) => Promise<{ readonly rows: readonly Row[] }>;

/** A column as it is. */
interface ActualColumn {
  readonly name: string;
  readonly type: string;
  /** Whether a row needs a value for it. */
  readonly is_required: boolean;
  /** Its place in the primary key; null where it has none. */
  readonly key_place: number | null;
}

/**
 * How a table differs, in words, from what qf has made, where that matters for what is written. Postgres would turn a value into
 * whatever type a column has: a volume into a `real`, without a word. From here to the end of the transaction the table stays as
 * it is, because the query names it and so takes a lock. Throws a usage error where there is no such table.
 */
export async function driftOf(ask: Ask, table: string): Promise<string[]> {
  const { rows } = await ask(
    `select attname as name, format_type(atttypid, atttypmod) as type, attnotnull and not atthasdef as is_required,
       array_position(indkey::int2[], attnum) as key_place
     from pg_attribute left join pg_index on indrelid = attrelid and indisprimary
     where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped and not exists (select from ${table} limit 0)
     order by attnum`,
  );
  const actual = rows as unknown as ActualColumn[];
  const { columns, keyColumns } = tableNamed(table);
  const key = columns.slice(0, keyColumns).map(({ name }) => name);
  const actualKey = actual
    .filter(({ key_place }) => key_place !== null)
    .sort((a, b) => Number(a.key_place) - Number(b.key_place))
    .map(({ name }) => name);
  return [
    ...columns.flatMap(({ name, type }) => {
      const column = actual.find((each) => each.name === name);
      if (column === undefined) return [`the column ${name} is missing`];
      return column.type === type ? [] : [`the column ${name} is ${column.type}, not ${type}`];
    }),
    ...actual
      .filter(({ name, is_required }) => is_required && columns.every((column) => column.name !== name))
      .map(({ name }) => `the column ${name} is not qf's, must not be null, and has no default`),
    ...(actualKey.join() === key.join() ? [] : [`its primary key is not (${key.join(', ')})`]),
  ];
}

/** Throws a usage error where a table is not as it must be. */
export async function refuseDrift(ask: Ask, table: string): Promise<void> {
  const drift = await driftOf(ask, table);
  if (drift.length > 0)
    throw new QfError('usage', `Postgres: the table ${table} is not as qf has made it: ${drift.join('; ')}; ${MEND_DRIFT}`);
}
