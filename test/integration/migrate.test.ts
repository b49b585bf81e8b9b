import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeMigrations } from '../../src/lib/ops/doctor/judge.js';
import { migrate, type MigrationState, migrationStates, readMigrations } from '../../src/lib/ops/postgres/migrate.js';
import { shell, type ShellResult } from '../support/cli.js';
import { sql } from '../support/database.js';
import { NO_STACK, ownStackFolder, sharedServices, writeStackConfig } from '../support/stack.js';

const NAMES = readMigrations().map(({ name }) => name);

describe('migration files', () => {
  test('are numbered one after the other', () => {
    expect(readMigrations().map(({ version }) => version)).toEqual(NAMES.map((_, index) => index + 1));
  });
});

describe('doctor judges migrations', () => {
  const state = (status: MigrationState['status']): MigrationState => ({
    version: 1,
    name: '0001_bars',
    status,
    applied_at: undefined,
  });

  test.each([
    ['applied', 'ok', 'the schema public has all 1 migrations', undefined],
    ['pending', 'fail', '0001_bars is not applied to the schema public', 'qf db migrate'],
    ['changed', 'fail', '0001_bars in the schema public: its file has changed', 'restore the file'],
    ['newer', 'fail', '0001_bars in the schema public: this qf does not have it', 'use that newer qf'],
  ] as const)('%s: %s', (status, judged, what, mend) => {
    const [finding] = judgeMigrations('public', [state(status)]);
    expect(finding?.status).toBe(judged);
    expect(finding?.what).toContain(what);
    if (mend === undefined) expect(finding?.mend).toBeUndefined();
    else expect(finding?.mend).toContain(mend);
  });
});

describe.skipIf(NO_STACK !== undefined)('migrations', () => {
  let url: string;
  let env: Record<string, string>;
  let dir: string;
  const qf = (args: string): Promise<ShellResult> => shell(`qf ${args}`, { env });

  beforeAll(async () => {
    const { brokers, databaseUrl } = await sharedServices();
    url = databaseUrl;
    env = { KAFKA_BROKERS: brokers, DATABASE_URL: url };
    dir = mkdtempSync(join(tmpdir(), 'qf-migrate-'));
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  const statuses = async (schema: string): Promise<string[]> =>
    (await migrationStates({ url, schema, limit_ms: 10_000 })).map(({ status }) => status);

  test('a new schema is pending, is migrated once, and then kept', async () => {
    const pending = await qf('db status --pg-schema fresh');
    expect([pending.exitCode, pending.stdout]).toEqual([0, NAMES.map((name) => `pending\t${name}\n`).join('')]);
    expect(await sql(url, `select from pg_namespace where nspname = 'fresh'`)).toHaveLength(0);

    const first = await qf('db migrate --pg-schema fresh');
    expect([first.exitCode, first.stdout, first.stderr]).toEqual([0, NAMES.map((name) => `applied\t${name}\n`).join(''), '']);
    const second = await qf('db migrate --pg-schema fresh');
    expect(second.stdout).toBe(NAMES.map((name) => `kept\t${name}\n`).join(''));

    const status = await qf('db status --pg-schema fresh --json');
    const states = JSON.parse(status.stdout) as MigrationState[];
    expect(states.map(({ name, status: how }) => [name, how])).toEqual(NAMES.map((name) => [name, 'applied']));
    expect(states[0]?.applied_at).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  test('the tables are in the schema and nowhere else', async () => {
    await migrate({ url, schema: 'placed' });
    const tables = await sql(url, `select table_name from information_schema.tables where table_schema = 'placed' order by 1`);
    expect(tables.map((row) => row['table_name'])).toEqual([
      'bars_15m',
      'bars_1m',
      'bars_1s',
      'bars_3m',
      'bars_5m',
      'budget_ledger',
      'fills',
      'order_events',
      'orders',
      'pairs_signals',
      'qf_migrations',
      'qf_sink',
      'rejects',
    ]);
    const keys = await sql(
      url,
      `select count(*)::int as n from information_schema.table_constraints where table_schema = 'placed' and constraint_type = 'PRIMARY KEY'`,
    );
    // All but the view.
    expect(keys).toEqual([{ n: tables.length - 1 }]);
  });

  test('QF_PG_SCHEMA names the schema, the flag wins, and a name that is none is refused', async () => {
    const run = await shell(
      'QF_PG_SCHEMA=by_variable qf db migrate && QF_PG_SCHEMA=no-name qf db status --pg-schema by_variable',
      {
        env,
      },
    );
    expect(run.exitCode, run.stderr).toBe(0);
    expect(run.stdout.match(/applied\t/g)).toHaveLength(2 * NAMES.length);
    for (const name of ['"x"', 'Upper', 'pg_own', '1a', 'a'.repeat(64)]) {
      const refused = await qf(`db migrate --pg-schema '${name}'`);
      expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
      expect(refused.stderr).toContain('--pg-schema');
    }
    expect((await shell('QF_PG_SCHEMA=no-name qf up --dry-run', { env })).exitCode).toBe(2);
  });

  test('two at once: each migration is applied once', async () => {
    for (const round of [1, 2, 3]) {
      const schema = `both_${round}`;
      const outcomes = await Promise.all([migrate({ url, schema }), migrate({ url, schema })]);
      const applied = outcomes.flat().filter(({ outcome }) => outcome === 'applied');
      expect(applied.map(({ name }) => name).sort()).toEqual(NAMES);
    }
  });

  test('a file that has changed since is named, and nothing is applied', async () => {
    await migrate({ url, schema: 'changed' }, readMigrations().slice(0, 1));
    await sql(url, `update changed.qf_migrations set sha256 = 'another'`);
    const run = await qf('db migrate --pg-schema changed');
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('the migration 0001_bars in the schema changed: its file has changed since it was applied');
    const status = await qf('db status --pg-schema changed');
    expect(status.exitCode).toBe(2);
    expect(status.stdout).toMatch(/^changed\t0001_bars\t\d{4}-.*Z\npending\t/);
  });

  test('a database that a newer qf has migrated is left alone', async () => {
    await migrate({ url, schema: 'newer' });
    await sql(url, `insert into newer.qf_migrations values (9999, '9999_later', 'x', now())`);
    const run = await qf('db migrate --pg-schema newer');
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('the migration 9999_later in the schema newer: this qf does not have it');
    expect((await statuses('newer')).at(-1)).toBe('newer');
    const { stdout } = await shell('QF_PG_SCHEMA=newer qf doctor', { env });
    expect(stdout).toMatch(/^fail +migrations +9999_later .*\n +-> use that newer qf/m);
  });

  test('one that fails leaves nothing of itself, and what was applied before stays', async () => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, '0001_good.sql'), 'create table good (a int);');
    writeFileSync(join(dir, '0002_bad.sql'), 'create table half (a int); create table good (b int);');
    const migrations = readMigrations(dir);
    await expect(migrate({ url, schema: 'halfway' }, migrations)).rejects.toMatchObject({
      code: 'usage',
      message: 'the migration 0002_bad cannot be applied, and nothing of it was: relation "good" already exists',
    });
    const states = await migrationStates({ url, schema: 'halfway', limit_ms: 10_000 }, migrations);
    expect(states.map(({ status }) => status)).toEqual(['applied', 'pending']);
    expect(await sql(url, `select to_regclass('halfway.half') is null as gone`)).toEqual([{ gone: true }]);
  });

  test('a database that does not answer is unavailable, within the limit', async () => {
    const address = { url: 'postgres://qf:secret@127.0.0.1:1/qf', schema: 'public' };
    const error: unknown = await migrationStates({ ...address, limit_ms: 2000 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(String(error)).not.toContain('secret');
  });

  test('up has migrated the schema public, and doctor names what is missing elsewhere', async () => {
    expect(new Set(await statuses('public'))).toEqual(new Set(['applied']));
    const { stdout } = await shell('QF_PG_SCHEMA=empty qf doctor', { env });
    expect(stdout).toMatch(/^fail +migrations +0001_bars is not applied to the schema empty\n +-> qf db migrate/m);
    // With a folder of its own: in that of the checkout it would leave word that its services are somebody else's.
    const config = await writeStackConfig(ownStackFolder('migrate'));
    const up = await shell('QF_PG_SCHEMA=by_up qf up --only infra', { env: { ...env, QF_STACK_CONFIG: config } });
    expect(up.exitCode, up.stderr).toBe(0);
    expect(await statuses('by_up')).not.toContain('pending');
  });
});
