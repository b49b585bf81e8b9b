import { type ComparedBar } from '../core/recon.js';
import { plainNumber } from '../core/model/number.js';
import type { Database, Row } from '../transports/postgres/connection.js';
import type { Selection } from './selection.js';

/** Rows of one answer. */
const PAGE_ROWS = 5000;

/** Windows of the first answer. */
const FIRST_WINDOWS = 60;

/** Seconds since the epoch, without digits that say nothing. */
const SECONDS = 'trim_scale(extract(epoch from ts))';

/** Symbols of a table, each found by a step through the primary key. */
const symbolsSql = (table: string): string => `
  with recursive found as (
    (select symbol from ${table} order by symbol limit 1)
    union all
    select (select symbol from ${table} where symbol > found.symbol order by symbol limit 1) from found where symbol is not null
  )
  select symbol from found where symbol is not null`;

/** The first time from $2 on of any of the symbols $1. */
const nextSql = (table: string): string => `
  select ${SECONDS} as ts
  from (
    select min(first.ts) as ts from unnest($1::text[]) as wanted(symbol)
    cross join lateral (
      select ts from ${table} as stored where stored.symbol = wanted.symbol and ts >= to_timestamp($2::numeric)
      order by ts limit 1
    ) as first
  ) as next`;

/** A page of the symbols $1, behind the time $2 and symbol $3, before the time $4. */
const pageSql = (table: string): string => `
  select symbol, ${SECONDS} as ts, o, h, l, c, trim_scale(vol) as vol, n_trades from ${table}
  where symbol = any($1::text[]) and ts >= to_timestamp($2::numeric) and ts < to_timestamp($4::numeric)
    and (ts > to_timestamp($2::numeric) or symbol collate "C" > $3)
  order by ts, symbol collate "C" limit ${PAGE_ROWS}`;

/**
 * The selected bars of a table, by time and symbol, in pages that need no sorting of the whole table: the primary key begins with
 * the symbol, so each page is of a stretch of time that has about as many rows as a page.
 */
export async function* tableBars(
  database: Database,
  table: string,
  tf_s: number,
  { symbols, since_s, until_s }: Selection,
): AsyncGenerator<readonly ComparedBar[]> {
  const wanted = symbols === undefined ? await symbolsIn(database, table) : [...symbols];
  // The bar that ends at `until_s` is the last one.
  const before_s = until_s - tf_s + 1;
  const next = async (from_s: number): Promise<number> => {
    const { rows } = await database.query(nextSql(table), [wanted, from_s]);
    const ts = rows[0]?.['ts'];
    return typeof ts === 'string' ? Number(ts) : Infinity;
  };
  let at = { ts: await next(since_s), symbol: '' };
  let span_s = FIRST_WINDOWS * tf_s;
  while (at.ts < before_s) {
    const end_s = Math.min(at.ts + span_s, before_s);
    const { rows } = await database.query(pageSql(table), [wanted, at.ts, at.symbol, end_s]);
    const bars = rows.map(barOf);
    yield bars;
    const last = bars.at(-1);
    if (last !== undefined && bars.length === PAGE_ROWS) {
      span_s = Math.max(tf_s, last.ts - (bars[0]?.ts ?? 0));
      at = last;
    } else {
      span_s *= 2;
      at = { ts: last === undefined ? await next(end_s) : end_s, symbol: '' };
    }
  }
}

async function symbolsIn(database: Database, table: string): Promise<readonly unknown[]> {
  const { rows } = await database.query(symbolsSql(table));
  return rows.map((row) => row['symbol']);
}

/** A row's values as the same texts that a record on Kafka has; what no record can have stays as Postgres says it. */
function barOf(row: Row): ComparedBar {
  const prices = ['o', 'h', 'l', 'c'].map((name) => plainNumber(row[name] as number));
  return {
    symbol: row['symbol'] as string,
    ts: Number(row['ts']),
    values: [...prices, row['vol'] as string, row['n_trades'] as string],
  };
}
