import { QfError } from '../../runtime/errors.js';

/** A row for a table, as text: each column's value as Postgres reads it, in the order of the table's columns. */
export interface StoredRecord {
  /** One of `TABLE_NAMES`. */
  readonly table: string;
  readonly columns: readonly (string | null)[];
  /** Where the record came from, for messages, such as `bars.1s/3@1234`. */
  readonly place: string;
}

interface Column {
  readonly name: string;
  /** Type in which its text is sent, and which the column has. */
  readonly type: 'text' | 'integer' | 'bigint' | 'numeric' | 'double precision' | 'jsonb';
  /** Where the column has another type: which, and how its value comes from the sent one, in SQL and as text. */
  readonly stored?: { readonly type: string; readonly value: string; readonly textOf: (sent: string) => string };
}

/** What qf has to know of a table that it writes. */
export interface Table {
  readonly columns: readonly Column[];
  /** So many of the first columns are the primary key. */
  readonly keyColumns: number;
}

/** Sent as whole seconds since the epoch, which a double holds exactly. */
const TS: Column = {
  name: 'ts',
  type: 'bigint',
  stored: {
    type: 'timestamp with time zone',
    value: 'to_timestamp(ts)',
    textOf: (sent) => new Date(Number(sent) * 1000).toISOString(),
  },
};

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

/** SQL that inserts rows, sent as one array for each column, and replaces all of a row whose key is there already. */
export function upsertSql(name: string): string {
  const { columns, keyColumns } = tableNamed(name);
  const names = columns.map((column) => `"${column.name}"`);
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`);
  const stored = columns.map((column, index) => column.stored?.value ?? names[index]);
  const replaced = names.slice(keyColumns).map((column) => `${column} = excluded.${column}`);
  return (
    `insert into ${name} (${names.join(', ')}) select ${stored.join(', ')} ` +
    `from unnest(${arrays.join(', ')}) as sent (${names.join(', ')}) ` +
    `on conflict (${names.slice(0, keyColumns).join(', ')}) do update set ${replaced.join(', ')}`
  );
}

/** SQL that takes rows as `copyLine` writes them; it fails where a key is there already. */
export function copySql(name: string): string {
  return `copy ${name} (${tableNamed(name)
    .columns.map((column) => `"${column.name}"`)
    .join(', ')}) from stdin`;
}

/** A row in the text format of COPY (https://www.postgresql.org/docs/current/sql-copy.html). */
export function copyLine({ table, columns }: StoredRecord): string {
  const texts = tableNamed(table).columns.map(({ stored }, index) => {
    const sent = columns[index] ?? null;
    return sent === null ? '\\N' : escaped(stored?.textOf(sent) ?? sent);
  });
  return `${texts.join('\t')}\n`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
