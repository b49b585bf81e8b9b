// Rows of bars on stdin, in COPY's text format, into Postgres. Usage: copy.mjs SCHEMA
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from } from 'pg-copy-streams';

const [schema] = process.argv.slice(2);
const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
await pipeline(process.stdin, client.query(from(`copy ${schema}.bars_1s (symbol, ts, o, h, l, c, vol, n_trades) from stdin`)));
await client.end();
