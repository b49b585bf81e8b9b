import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/lib/ops/doctor/finding.js';
import { shell } from '../support/cli.js';
import { sql } from '../support/database.js';
import { TestTopics } from '../support/kafka.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';
import { barText, rowsOf, TestSchema } from '../support/test-schema.js';

const TASK = { name: 'qf/sink-pg/bars.1s/0', topicId: 'topic-1' };

/** What somebody does to the table, what is said then, and what mends it. */
const DRIFTS: readonly (readonly [alter: string, says: string, mend: string])[] = [
  ['drop column vol', 'the column vol is missing', 'add column vol numeric not null'],
  [
    'rename column c to close',
    "the column c is missing; the column close is not qf's, must not be null, and has no default",
    'rename column close to c',
  ],
  ['alter column vol type real', 'the column vol is real, not numeric', 'alter column vol type numeric'],
  ['alter column vol type numeric(12,2)', 'the column vol is numeric(12,2), not numeric', 'alter column vol type numeric'],
  ['alter column o type bigint', 'the column o is bigint, not double precision', 'alter column o type double precision'],
  [
    'alter column ts type timestamp',
    'the column ts is timestamp without time zone, not timestamp with time zone',
    'alter column ts type timestamptz',
  ],
  ['add column venue text not null', "the column venue is not qf's, must not be null, and has no default", 'drop column venue'],
  ['drop constraint bars_1s_pkey', 'its primary key is not (symbol, ts)', 'add primary key (symbol, ts)'],
];

describe.skipIf(NO_STACK !== undefined)('tables that somebody has altered', () => {
  let services: Services;
  let schema: TestSchema;

  beforeAll(async () => {
    services = await sharedServices();
    schema = await TestSchema.create('qf_test_drift');
  });
  afterEach(async () => {
    await schema.clear();
  });

  const alter = (change: string): Promise<unknown> => sql(schema.url, `alter table ${schema.name}.bars_1s ${change}`);
  const qf = (line: string) =>
    shell(line, { env: { KAFKA_BROKERS: services.brokers, DATABASE_URL: schema.url, QF_PG_SCHEMA: schema.name } });

  test.each(DRIFTS)(
    '%s: nothing is stored, the table and the column are named, and it goes on when that is mended',
    async (change, says, mend) => {
      const store = await schema.store();
      const bar = barText('A', 1, { vol: '1234567.87654321' });
      await alter(change);
      await expect(store.write(TASK, undefined, 1n, rowsOf(bar))).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining(`the table bars_1s is not as qf has made it: ${says}; mend it`) as string,
      });
      expect(await store.position(TASK)).toBeUndefined();
      expect(await sql(schema.url, `select symbol from ${schema.name}.bars_1s`)).toEqual([]);
      await alter(mend);
      expect(await store.write(TASK, undefined, 1n, rowsOf(bar))).toBe('written');
      expect(await schema.stored()).toMatchObject([{ symbol: 'A', vol: '1234567.87654321' }]);
    },
  );

  test.each(['add column note text', "add column source text not null default 'qf'", 'alter column c drop not null'])(
    '%s: does no harm',
    async (change) => {
      await alter(change);
      expect(await (await schema.store()).write(TASK, undefined, 1n, rowsOf(barText('A', 1)))).toBe('written');
    },
  );

  test('a table cannot be altered between the look at it and the end of the transaction', async () => {
    await sql(schema.url, `create table if not exists ${schema.name}.attempts (outcome text)`);
    // Runs within the statement that writes the rows.
    await sql(
      schema.url,
      `create or replace function ${schema.name}.look() returns trigger language plpgsql as $$ begin
         insert into ${schema.name}.attempts select mode from pg_locks
           where relation = '${schema.name}.bars_1s'::regclass and pid = pg_backend_pid() and mode = 'AccessShareLock';
         return null; end $$`,
    );
    await sql(
      schema.url,
      `create trigger look before insert on ${schema.name}.bars_1s for each statement execute function ${schema.name}.look()`,
    );
    await (await schema.store()).write(TASK, undefined, 1n, rowsOf(barText('A', 1)));
    expect(await sql(schema.url, `select outcome from ${schema.name}.attempts`)).toEqual([{ outcome: 'AccessShareLock' }]);
    await sql(schema.url, `drop trigger look on ${schema.name}.bars_1s`);
  });

  test('a sink and a pipe end with 2 at once, and doctor names every table', async () => {
    const topics = new TestTopics(services.kafka, 1);
    await topics.create(['bars.1s']);
    const bars = [barText('A', 1), barText('B', 1)];
    await topics.write('bars.1s', 0, bars);
    await alter('alter column vol type real');
    await sql(schema.url, `alter table ${schema.name}.qf_sink rename column topic_id to topic`);
    const sink = `qf sink pg --from kafka:${topics.name('bars.1s')} --group ${topics.group} --until-end`;
    expect(await qf(sink)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        'column \\"topic_id\\" does not exist; run qf db migrate, and where that applies nothing qf doctor',
      ) as string,
    });
    const { stdout } = await qf('qf doctor --json');
    const findings = (JSON.parse(stdout) as Finding[]).filter(({ check }) => check === 'tables');
    expect(findings.map(({ status, what }) => `${status} ${what}`)).toEqual([
      `fail bars_1s in the schema ${schema.name}: the column vol is real, not numeric`,
      expect.stringContaining(
        `fail qf_sink in the schema ${schema.name}: the column topic_id is missing; the column topic is not`,
      ),
    ]);
    await sql(schema.url, `alter table ${schema.name}.qf_sink rename column topic to topic_id`);
    const says = 'the table bars_1s is not as qf has made it: the column vol is real, not numeric';
    expect(await qf(sink)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(says) as string });
    const tick = '{"symbol":"C","event_ts":1704205800123456789,"ltp":1,"vol":1}';
    expect(await qf(`echo '${tick}' | qf bars1s --to pg`)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(says) as string,
    });
    await alter('alter column vol type numeric');
    expect(await qf(sink)).toMatchObject({ exitCode: 0 });
    expect((await schema.stored()).map(({ symbol }) => symbol)).toEqual(['A', 'B']);
  });
});
