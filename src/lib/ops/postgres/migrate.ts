import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { sqlStateOf } from '../../runtime/database-error.js';
import { checkPgSchema } from '../../runtime/database-schema.js';
import { messageOf, QfError } from '../../runtime/errors.js';
import { PACKAGE_FOLDER } from '../stack.js';
import { withClient } from './database.js';

/** Time for all migrations together, with the wait for another process that applies them. */
const MIGRATE_MS = 60_000;

/** Longest wait for a lock of somebody else; less than the whole, so that the error says what was waited for. */
const LOCK_S = 30;

/** A numbered step of the database's tables: a file NNNN_name.sql. */
export interface Migration {
  readonly version: number;
  /** Name of the file without its ending. */
  readonly name: string;
  readonly sql: string;
  /** Of the file, in hex. */
  readonly sha256: string;
}

/**
 * A migration in a schema. `changed`: its file is another one than was applied. `newer`: it was applied, and this qf does not
 * have it.
 */
export interface MigrationState {
  readonly version: number;
  readonly name: string;
  readonly status: 'applied' | 'pending' | keyof typeof WRONG_MIGRATIONS;
  /** ISO 8601; undefined where it is pending. */
  readonly applied_at: string | undefined;
}

/** Where a schema with its tables is. */
export interface SchemaAddress {
  readonly url: string;
  readonly schema: string;
}

/** What is wrong in a schema to which nothing may be applied, and what to do. */
export const WRONG_MIGRATIONS = {
  changed: {
    what: 'its file has changed since it was applied',
    mend: 'restore the file and write a new migration instead, or use another schema (--pg-schema)',
  },
  newer: {
    what: 'this qf does not have it: a newer one was here',
    mend: 'use that newer qf, or another schema (--pg-schema)',
  },
} as const;

/** The migrations in a folder, by default those of qf, in order. */
export function readMigrations(folder = join(PACKAGE_FOLDER, 'migrations')): Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}_\w+\.sql$/.test(file))
    .sort()
    .map((file) => {
      const sql = readFileSync(join(folder, file), 'utf8');
      const sha256 = createHash('sha256').update(sql).digest('hex');
      return { version: Number.parseInt(file, 10), name: file.slice(0, -'.sql'.length), sql, sha256 };
    });
}

/**
 * How far a schema has come. Changes nothing. Throws a usage error where its name is none, `unavailable` where the database does
 * not answer within `limit_ms`.
 */
export async function migrationStates(
  { url, schema, limit_ms }: SchemaAddress & { readonly limit_ms: number },
  migrations = readMigrations(),
): Promise<MigrationState[]> {
  checkPgSchema(schema);
  return withClient(url, limit_ms, async (client) => {
    await enter(client, schema);
    const { rows } = await client.query<{ exists: boolean }>(`select to_regclass('qf_migrations') is not null as exists`);
    return rows[0]?.exists === true ? readStates(client, migrations) : statesOf(migrations, []);
  });
}

/**
 * Brings a schema up to date, and creates it where it is missing: one transaction for each migration, so that one that fails
 * leaves nothing of itself. Two at once wait for each other. Throws a usage error where the schema's name is none, where a
 * migration was changed after it was applied, where the schema is newer than this qf, and where a migration does not fit what is
 * there.
 */
export async function migrate(
  { url, schema }: SchemaAddress,
  migrations = readMigrations(),
): Promise<{ name: string; outcome: 'applied' | 'kept' }[]> {
  checkPgSchema(schema);
  return withClient(url, MIGRATE_MS, async (client) => {
    await enter(client, schema);
    await client.query(`set lock_timeout = '${LOCK_S}s'`);
    const applied: string[] = [];
    for (let name = await applyNext(client, schema, migrations); name !== undefined;) {
      applied.push(name);
      name = await applyNext(client, schema, migrations);
    }
    return migrations.map(({ name }) => ({ name, outcome: applied.includes(name) ? 'applied' : 'kept' }));
  });
}

/** Says what is wrong with a schema to which nothing may be applied. Throws a usage error where something is. */
export function refuseWrong(schema: string, states: readonly MigrationState[]): void {
  for (const { name, status } of states) {
    if (status === 'applied' || status === 'pending') continue;
    const { what, mend } = WRONG_MIGRATIONS[status];
    throw new QfError('usage', `the migration ${name} in the schema ${schema}: ${what}; ${mend}`);
  }
}

async function enter(client: Client, schema: string): Promise<void> {
  await client.query(`set search_path to "${schema}"`);
}

/** Applies the first migration that is pending, and gives its name. A failure ends the connection, and with it the transaction. */
async function applyNext(client: Client, schema: string, migrations: readonly Migration[]): Promise<string | undefined> {
  await client.query('begin');
  // Whoever waits here reads below what the other one has applied.
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`qf_migrations ${schema}`]);
  await ensureTable(client, schema);
  const states = await readStates(client, migrations);
  refuseWrong(schema, states);
  const next = migrations.find(({ version }) => states.some((state) => state.version === version && state.status === 'pending'));
  if (next !== undefined) {
    await runSql(client, next);
    const values = [next.version, next.name, next.sha256];
    await client.query('insert into qf_migrations (version, name, sha256, applied_at) values ($1, $2, $3, now())', values);
  }
  await client.query('commit');
  return next?.name;
}

async function ensureTable(client: Client, schema: string): Promise<void> {
  // Not `if not exists`: that needs the right to create schemas also where there is nothing to create.
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [schema]);
  if (rowCount === 0) await client.query(`create schema "${schema}"`);
  await client.query(
    'create table if not exists qf_migrations (version int primary key, name text not null, sha256 text not null, applied_at timestamptz not null)',
  );
}

async function runSql(client: Client, { name, sql }: Migration): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    // Class 42: what is there already is not what the migration expects.
    if (sqlStateOf(error)?.startsWith('42') !== true) throw error;
    throw new QfError('usage', `the migration ${name} cannot be applied, and nothing of it was: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

interface AppliedRow {
  readonly version: number;
  readonly name: string;
  readonly sha256: string;
  readonly applied_at: Date;
}

async function readStates(client: Client, migrations: readonly Migration[]): Promise<MigrationState[]> {
  const { rows } = await client.query<AppliedRow>('select version, name, sha256, applied_at from qf_migrations order by version');
  return statesOf(migrations, rows);
}

function statesOf(migrations: readonly Migration[], rows: readonly AppliedRow[]): MigrationState[] {
  const known = migrations.map(({ version, name, sha256 }): MigrationState => {
    const row = rows.find((applied) => applied.version === version);
    if (row === undefined) return { version, name, status: 'pending', applied_at: undefined };
    return { version, name, status: row.sha256 === sha256 ? 'applied' : 'changed', applied_at: row.applied_at.toISOString() };
  });
  const newer = rows
    .filter((row) => migrations.every(({ version }) => version !== row.version))
    .map(({ version, name, applied_at }): MigrationState => {
      return { version, name, status: 'newer', applied_at: applied_at.toISOString() };
    });
  return [...known, ...newer];
}
