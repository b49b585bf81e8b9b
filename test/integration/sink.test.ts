import { execa } from 'execa';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NODE, ROOT, shell, summariesIn } from '../support/cli.js';
import { sql } from '../support/database.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';
import { TestSchema } from '../support/test-schema.js';

const SIM =
  'qf ingest sim --seed 8 --symbols 24 --duration 2m --pace max --out-of-order 0.02 --duplicates 0.01 --malformed 0.001 --trade-ids';

describe.skipIf(NO_STACK !== undefined)('Postgres that follows topics', () => {
  let services: Services;
  let schema: TestSchema;
  let env: Record<string, string>;

  beforeAll(async () => {
    services = await sharedServices();
    schema = await TestSchema.create('qf_test_follow');
    env = { KAFKA_BROKERS: services.brokers, DATABASE_URL: schema.url, QF_PG_SCHEMA: schema.name };
    // Each time that a row is written, whatever replaces whatever.
    await sql(schema.url, `create table ${schema.name}.written (symbol text, ts timestamptz)`);
    await sql(
      schema.url,
      `create function ${schema.name}.note() returns trigger language plpgsql as
       $$ begin insert into ${schema.name}.written values (new.symbol, new.ts); return new; end $$`,
    );
    await sql(
      schema.url,
      `create trigger note after insert or update on ${schema.name}.bars_1s for each row execute function ${schema.name}.note()`,
    );
  });
  afterEach(async () => {
    await sql(schema.url, `truncate ${schema.name}.written`);
    await schema.clear();
  });

  async function qf(script: string): Promise<string> {
    const { exitCode, stderr } = await shell(script, { env });
    expect(exitCode, stderr).toBe(0);
    return stderr;
  }

  async function prepare(): Promise<TestTopics> {
    const topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    const { group } = topics;
    const states = [`qf.state.${group}.bars1s.${group}.ticks`, `qf.state.${group}.agg.${group}.bars.1s`];
    await topics.create(['ticks', 'bars.1s', 'bars.1m'], [...states, 'dlq.bars1s', 'dlq.agg']);
    await qf(`${SIM} --to kafka:${topics.name('ticks')}`);
    return topics;
  }

  function bars1sOf({ group }: TestTopics): string {
    return `qf bars1s --from kafka:${group}.ticks --to kafka:${group}.{} --group ${group} --max-future off`;
  }

  /** Holds a table against what is committed on a topic. */
  async function expectStored(topics: TestTopics, topic: string, table: string): Promise<void> {
    const bars = (await topics.values(topic)).flat().map((line) => JSON.parse(line) as { symbol: string; ts: number });
    expect(bars.length).toBeGreaterThan(40);
    const columns = 'symbol, extract(epoch from ts)::int as ts, o, h, l, c, vol::text, n_trades::int';
    const rows = await sql(schema.url, `select ${columns} from ${schema.name}.${table}`);
    const keys = (of: Record<string, unknown>): string =>
      JSON.stringify([of['symbol'], of['ts'], of['o'], of['h'], of['l'], of['c'], String(of['vol']), of['n_trades']]);
    expect(rows.map(keys).sort()).toEqual(bars.map(keys).sort());
  }

  /** Holds that each row was written once, and not again in the same way. */
  async function expectWrittenOnce(): Promise<void> {
    const again = await sql(schema.url, `select symbol, ts from ${schema.name}.written group by 1, 2 having count(*) > 1`);
    expect(again).toEqual([]);
  }

  it('holds the bars of each timeframe when the stages end, and a second run writes nothing', async () => {
    const topics = await prepare();
    const { group } = topics;
    for (let run = 0; run < 2; run++) {
      await qf(`${bars1sOf(topics)} --to pg --until-end`);
      const agg = `qf agg --tf 1m --from kafka:${group}.bars.1s --to kafka:${group}.{} --to pg --group ${group} --until-end`;
      await qf(agg);
      await expectStored(topics, 'bars.1s', 'bars_1s');
      await expectStored(topics, 'bars.1m', 'bars_1m');
      await expectWrittenOnce();
    }
  });

  it('follows while the stage runs, also when its connections are cut, and so does a sink alone', async () => {
    const topics = await prepare();
    const { group } = topics;
    const args = [...bars1sOf(topics).split(' ').slice(1), '--to', 'pg', '--workers', '2', '--log-level', 'warn'];
    const stage = execa(NODE, [`${ROOT}bin/qf`, ...args], { env, reject: false });
    for (let cut = 0; cut < 3; cut++) {
      await expect.poll(() => schema.stored(), { timeout: 60_000 }).not.toHaveLength(0);
      await schema.terminate();
    }
    const [[{ n: before } = {}]] = [await sql(schema.url, `select count(*)::int as n from ${schema.name}.bars_1s`)];
    expect(Number(before)).toBeGreaterThan(0);
    stage.kill('SIGTERM');
    const { exitCode, stderr } = await stage;
    expect(exitCode, stderr).toBe(143);
    await qf(`${bars1sOf(topics)} --until-end`);
    const log = await qf(`qf sink pg --from kafka:${group}.bars.1s --group ${group} --until-end`);
    expect(summariesIn(log)[0]).toMatchObject({ ended: 'end', adds_up: true });
    await expectStored(topics, 'bars.1s', 'bars_1s');
    await expectWrittenOnce();
  });

  it('writes each row once where sinks are killed at any time', async () => {
    const topics = await prepare();
    const { group } = topics;
    await qf(`${bars1sOf(topics)} --until-end`);
    const sink = ['sink', 'pg', '--from', `kafka:${group}.bars.1s`, '--group', group, '--commit-interval', '1ms'];
    for (let round = 0; round < 3; round++) {
      const before = (await schema.stored()).length;
      const pair = [0, 1].map(() => execa(NODE, [`${ROOT}bin/qf`, ...sink], { env, reject: false, stdio: 'ignore' }));
      await expect.poll(async () => (await schema.stored()).length, { timeout: 60_000, interval: 3 }).toBeGreaterThan(before);
      for (const child of pair) child.kill('SIGKILL');
      await Promise.all(pair);
      if ((await schema.stored()).length === (await topics.values('bars.1s')).flat().length) break;
    }
    await qf(`qf ${sink.join(' ')} --until-end`);
    await expectStored(topics, 'bars.1s', 'bars_1s');
    await expectWrittenOnce();
  });

  it('stores refused records, and says what it cannot store', async () => {
    const topics = await prepare();
    const { group } = topics;
    const [, ...flags] = `x --group ${group} --until-end`.split(' ');
    await qf(`${bars1sOf(topics)} --until-end`);
    await qf(`qf sink pg --from kafka:dlq.bars1s ${flags.join(' ')}`);
    const [row] = await sql(
      schema.url,
      `select count(*)::int as n, count(distinct reason)::int as reasons from ${schema.name}.rejects where source_topic = '${group}.ticks'`,
    );
    expect(Number(row?.['n'])).toBeGreaterThan(10);
    expect(Number(row?.['reasons'])).toBeGreaterThan(1);

    const ticks = await shell(`qf sink pg --from kafka:${group}.ticks ${flags.join(' ')}`, { env });
    expect(ticks).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('ticks are not stored in Postgres') as string });

    await schema.constrain('check (n_trades < 0)');
    const refused = await shell(`qf sink pg --from kafka:${group}.bars.1s ${flags.join(' ')}`, { env });
    expect(refused.exitCode).toBe(65);
    expect(refused.stderr).toMatch(new RegExp(`${group}.bars.1s/\\d@0: the table bars_1s refuses this row`));
    expect(await schema.stored()).toEqual([]);
    await schema.relax();
    await qf(`qf sink pg --from kafka:${group}.bars.1s ${flags.join(' ')}`);
    await expectStored(topics, 'bars.1s', 'bars_1s');

    await topics.remake('bars.1s');
    const remade = await shell(`qf sink pg --from kafka:${group}.bars.1s ${flags.join(' ')}`, { env });
    expect(remade).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('input_reset') as string });
  });
});
