import { QfError } from '../../runtime/errors.js';

interface Column {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'bigint' | 'numeric' | 'double precision' | 'jsonb' | 'timestamp with time zone';
}

/** What qf has to know of a table that it writes. */
export interface Table {
  readonly columns: readonly Column[];
  /** So many of the first columns are the primary key. */
  readonly keyColumns: number;
}

const TS: Column = { name: 'ts', type: 'timestamp with time zone' };

const BAR_COLUMNS: readonly Column[] = [
  { name: 'symbol', type: 'text' },
  TS,
  { name: 'o', type: 'double precision' },
  { name: 'h', type: 'double precision' },
  { name: 'l', type: 'double precision' },
  { name: 'c', type: 'double precision' },
  { name: 'vol', type: 'numeric' },
  { name: 'n_trades', type: 'bigint' },
];

const REJECT_COLUMNS: readonly Column[] = [
  { name: 'topic', type: 'text' },
  { name: 'partition', type: 'integer' },
  { name: 'offset', type: 'bigint' },
  { name: 'stage', type: 'text' },
  { name: 'reason', type: 'text' },
  { name: 'detail', type: 'text' },
  { name: 'source_topic', type: 'text' },
  { name: 'source_partition', type: 'integer' },
  { name: 'source_offset', type: 'bigint' },
  { name: 'line', type: 'bigint' },
  { name: 'file', type: 'text' },
  { name: 'size', type: 'integer' },
  { name: 'raw', type: 'text' },
  { name: 'raw_b64', type: 'text' },
];

const text = (name: string): Column => ({ name, type: 'text' });
const numeric = (name: string): Column => ({ name, type: 'numeric' });
const double = (name: string): Column => ({ name, type: 'double precision' });

const SIGNAL_COLUMNS: readonly Column[] = [
  text('pair_id'),
  TS,
  ...['a_symbol', 'b_symbol'].map(text),
  { name: 'tf_min', type: 'integer' },
  ...['beta', 'z'].map(double),
  ...['action', 'sideA', 'sideB'].map(text),
  ...['pxA', 'pxB'].map(double),
  text('risk_bucket'),
  numeric('risk_per_trade'),
  text('reason'),
];

const ORDER_COLUMNS: readonly Column[] = [
  ...['client_order_id', 'status', 'symbol', 'side'].map(text),
  { name: 'qty', type: 'bigint' },
  text('order_type'),
  double('limit_price'),
  ...['strategy', 'risk_bucket'].map(text),
  TS,
  text('reason'),
  { name: 'extra', type: 'jsonb' },
];

const FILL_COLUMNS: readonly Column[] = [
  ...['fill_id', 'client_order_id', 'symbol', 'side'].map(text),
  { name: 'qty', type: 'bigint' },
  numeric('price'),
  TS,
  text('venue'),
  ...['brokerage', 'stt', 'exchange', 'sebi', 'stamp', 'gst', 'total'].map(numeric),
  { name: 'extra', type: 'jsonb' },
];

const LEDGER_COLUMNS: readonly Column[] = [...['id', 'bucket'].map(text), ...['delta', 'used'].map(numeric), TS];

const POSITION_COLUMNS: readonly Column[] = [
  { name: 'task', type: 'text' },
  { name: 'topic_id', type: 'text' },
  { name: 'next_offset', type: 'bigint' },
];

/** The timeframes that have a table. */
const STORED_TIMEFRAMES = ['1s', '1m', '3m', '5m', '15m'];

export const REJECTS_TABLE = 'rejects';

const TABLES: ReadonlyMap<string, Table> = new Map([
  ...STORED_TIMEFRAMES.map((tf): [string, Table] => [`bars_${tf}`, { columns: BAR_COLUMNS, keyColumns: 2 }]),
  [REJECTS_TABLE, { columns: REJECT_COLUMNS, keyColumns: 3 }],
  ['pairs_signals', { columns: SIGNAL_COLUMNS, keyColumns: 2 }],
  ['order_events', { columns: ORDER_COLUMNS, keyColumns: 2 }],
  ['fills', { columns: FILL_COLUMNS, keyColumns: 1 }],
  ['budget_ledger', { columns: LEDGER_COLUMNS, keyColumns: 1 }],
  ['qf_sink', { columns: POSITION_COLUMNS, keyColumns: 1 }],
]);

export const TABLE_NAMES: readonly string[] = [...TABLES.keys()];

/** The table of a name in `TABLE_NAMES`. */
export function tableNamed(name: string): Table {
  const table = TABLES.get(name);
  if (table === undefined) throw new RangeError(`there is no table ${name}`);
  return table;
}

/** The table for bars of a timeframe, such as `1m`. Throws a usage error, which names those that there are, where there is none. */
export function barsTable(tf: string): string {
  if (STORED_TIMEFRAMES.includes(tf)) return `bars_${tf}`;
  throw new QfError('usage', `bars of ${tf} have no table in Postgres, only those of ${STORED_TIMEFRAMES.join(', ')}`);
}

/** The timeframe of a table of bars. Throws a usage error, which names those that there are, where there is none. */
export function timeframeOf(table: string): string {
  const tf = STORED_TIMEFRAMES.find((name) => table === `bars_${name}`);
  if (tf !== undefined) return tf;
  const tables = STORED_TIMEFRAMES.map((name) => `bars_${name}`);
  throw new QfError('usage', `there is no table of bars ${table}, only ${tables.join(', ')}`);
}

/**
 * SQL that inserts rows, sent as one array for each column, and replaces all of a row whose key is there already; what is there as it
 * was sent is not written again. The condition is no join, so that Postgres looks each key up, and never reads a whole table.
 */
export function upsertSql(name: string): string {
  const { columns, keyColumns } = tableNamed(name);
  const names = columns.map((column) => `"${column.name}"`);
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`);
  const [keys, others] = [names.slice(0, keyColumns), names.slice(keyColumns)];
  const of = (row: string, list: readonly string[]): string => list.map((column) => `${row}.${column}`).join(', ');
  return (
    `insert into ${name} (${names.join(', ')}) select * from unnest(${arrays.join(', ')}) as sent (${names.join(', ')}) ` +
    `where (select (${of('there', others)}) is not distinct from (${of('sent', others)}) from ${name} as there ` +
    `where (${of('there', keys)}) = (${of('sent', keys)})) is not true on conflict (${keys.join(', ')}) ` +
    `do update set ${others.map((column) => `${column} = excluded.${column}`).join(', ')}`
  );
}

/** SQL that takes rows in COPY's text format; it fails where a key is there already. */
export function copySql(name: string): string {
  return `copy ${name} (${tableNamed(name)
    .columns.map((column) => `"${column.name}"`)
    .join(', ')}) from stdin`;
}
