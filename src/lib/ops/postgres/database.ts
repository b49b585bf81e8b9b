import type { Client } from 'pg';
import { databaseError } from '../../runtime/database-error.js';
import { withTimeout } from '../process/timeout.js';

/** Runs `work` with a connection that is closed behind it. Everything together takes at most `limit_ms`. Throws `QfError`. */
export async function withClient<T>(url: string, limit_ms: number, work: (client: Client) => Promise<T>): Promise<T> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: limit_ms, query_timeout: limit_ms });
  // A server that goes away later is an error of the query, not of the process.
  client.on('error', () => undefined);
  try {
    return await withTimeout(
      'Postgres',
      limit_ms,
      client.connect().then(() => work(client)),
    );
  } catch (error) {
    throw databaseError(error);
  } finally {
    client.end().catch(() => undefined);
  }
}

/** The server's version, such as 18.4. */
export async function postgresVersion(url: string, limit_ms: number): Promise<string> {
  return withClient(url, limit_ms, async (client) => {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version.split(' ', 1)[0] ?? 'unknown';
  });
}

/** How far the server's clock is ahead of this machine's, ms: at least so far, whatever the answer took on its way. */
export async function clockDifference_ms(url: string, limit_ms: number): Promise<number> {
  return withClient(url, limit_ms, async (client) => {
    const before_ms = Date.now();
    const { rows } = await client.query<{ now_ms: string }>('select extract(epoch from clock_timestamp()) * 1000 as now_ms');
    const now_ms = Number(rows[0]?.now_ms);
    const after_ms = Date.now();
    return now_ms < before_ms ? now_ms - before_ms : Math.max(0, now_ms - after_ms);
  });
}

const CREATE_MS = 30_000;

/** Creates the database where it is not there; `url` names another one of the same server. */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  await withClient(url, CREATE_MS, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database "${name}"`);
  });
}
