// Bars on stdin into Postgres as fast as one connection takes them. Usage: unnest.mjs SCHEMA
import { createInterface } from 'node:readline';
import pg from 'pg';

const ROWS = 5000;
const COLUMNS = ['symbol', 'ts', 'o', 'h', 'l', 'c', 'vol', 'n_trades'];

const [schema] = process.argv.slice(2);
const SQL = `insert into ${schema}.bars_1s (${COLUMNS.join(', ')})
  select symbol, to_timestamp(ts), o, h, l, c, vol, n_trades
  from unnest($1::text[], $2::bigint[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::numeric[], $8::bigint[])
    as sent (${COLUMNS.join(', ')})
  on conflict (symbol, ts) do update set o = excluded.o, h = excluded.h, l = excluded.l, c = excluded.c, vol = excluded.vol,
    n_trades = excluded.n_trades`;

const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
let columns = COLUMNS.map(() => []);
for await (const line of createInterface({ input: process.stdin })) {
  const bar = JSON.parse(line);
  for (const [i, name] of COLUMNS.entries()) columns[i].push(bar[name]);
  if (columns[0].length === ROWS) await store();
}
if (columns[0].length > 0) await store();
await client.end();

async function store() {
  await client.query(SQL, columns);
  columns = COLUMNS.map(() => []);
}
