import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { shell, summariesIn } from '../support/cli.js';
import { sql } from '../support/database.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { marketBars, PAPER_STAGES, PaperFlow, type PaperStage, writeBars } from '../support/paper-flow.js';
import { linesIn, RunningQf } from '../support/running.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';
import { TestSchema } from '../support/test-schema.js';

const SEED = 11;

/** Longest wait for what a stage does; it is a limit, not a measure. */
const PATIENCE = { timeout: 60_000, interval: 100 };

interface Ledger {
  readonly bucket: string;
  readonly used: number;
}

describe.skipIf(NO_STACK !== undefined)('the paper flow on Kafka', () => {
  let services: Services;
  let schema: TestSchema;
  let env: Record<string, string>;
  let bars: string[];

  beforeAll(async () => {
    services = await sharedServices();
    schema = await TestSchema.create('qf_test_paper');
    env = { KAFKA_BROKERS: services.brokers, DATABASE_URL: schema.url, QF_PG_SCHEMA: schema.name };
    bars = await marketBars(SEED, '3h');
  });

  async function qf(script: string): Promise<Record<string, unknown>> {
    const { exitCode, stderr } = await shell(script, { env });
    expect(exitCode, stderr).toBe(0);
    return summariesIn(stderr)[0] ?? {};
  }

  async function prepare(partitions: number): Promise<{ topics: TestTopics; flow: PaperFlow }> {
    const topics = new TestTopics(services.kafka, partitions);
    const flow = new PaperFlow(topics);
    await flow.create();
    return { topics, flow };
  }

  it.each([1, SHARED_PARTITIONS])(
    'gives the bytes of the pipe with %i partitions, also where a day is cut, and nothing more where it runs again',
    async (partitions) => {
      const { topics, flow } = await prepare(partitions);
      const expected = await flow.pipe(bars);
      // What goes to the market is always filled: the match refuses none.
      const { 'orders.rejected/2': unfilled, ...all } = expected;
      expect(unfilled).toEqual([]);
      for (const [topic, records] of Object.entries(all)) expect(records.length, topic).toBeGreaterThan(0);
      const cut = Math.floor(bars.length * 0.55);
      await writeBars(topics, bars.slice(0, cut), partitions);
      for (const stage of PAPER_STAGES) await qf(`${flow.onKafka(stage)} --until-end --keep-open`);
      await writeBars(topics, bars.slice(cut), partitions);
      const summaries = [];
      for (const stage of PAPER_STAGES) summaries.push(await qf(`${flow.onKafka(stage)} --to pg --until-end`));
      expect(await flow.committed()).toEqual(expected);
      expect(summaries[0]).toMatchObject({ in: bars.length, adds_up: true });
      expect(summaries[2]).toMatchObject({ in: expected['orders']?.length, adds_up: true });

      for (const stage of PAPER_STAGES) await qf(`${flow.onKafka(stage)} --to pg --until-end`);
      expect(await flow.committed()).toEqual(expected);
      await expectTables(expected);
      await schema.clear();
    },
  );

  /** The gauges that a stage has besides those of all stages, read from one that goes on where others have ended. */
  async function gaugesOf(flow: PaperFlow, stage: PaperStage, names: readonly string[]): Promise<Record<string, number>> {
    const running = new RunningQf([...flow.onKafka(stage).split(' ').slice(1), '--metrics-port', '0'], { env });
    const [, url = ''] = await running.log(/"url":"([^"]+)"/);
    const prefix = `qf_${stage.replace(' ', '_')}_`;
    const read = async (): Promise<Record<string, number>> => {
      const lines = (await (await fetch(url)).text()).split('\n').map((line) => line.split(' '));
      const own = lines.filter(([name = '']) => names.some((one) => name.replace(/\{.*/, '') === prefix + one));
      return Object.fromEntries(own.map(([name = '', value]) => [name.slice(prefix.length), Number(value)]));
    };
    // They have no values before the state is read.
    await expect.poll(async () => Object.keys(await read()).length, PATIENCE).toBeGreaterThanOrEqual(names.length);
    const values = await read();
    running.signal('SIGTERM');
    await running.ended;
    return values;
  }

  it('exports what cash is in use and what the fills have come to, also after a restart', async () => {
    const { topics, flow } = await prepare(1);
    await writeBars(topics, bars.slice(0, Math.floor(bars.length * 0.55)), 1);
    for (const stage of PAPER_STAGES) await qf(`${flow.onKafka(stage)} --until-end --keep-open`);
    const { fills = [], 'orders.allowed': allowed = [] } = await flow.committed();

    const ledger = allowed.map((line) => (JSON.parse(line) as { extra: { budget: Ledger } }).extra.budget);
    const used = Object.fromEntries(ledger.map((row) => [`reserved_cash{bucket="${row.bucket}"}`, row.used]));
    const guard = await gaugesOf(flow, 'risk guard', ['reserved_cash', 'cap_cash', 'open_pairs']);
    expect(Object.values(used).some((cash) => cash > 0)).toBe(true);
    // 400,000 · (1 − 0.1) · the split of each.
    expect(guard).toMatchObject({
      ...used,
      'cap_cash{bucket="LOW"}': 72_000,
      'cap_cash{bucket="MED"}': 180_000,
      'cap_cash{bucket="HIGH"}': 108_000,
    });

    writeFileSync(join(flow.folder, 'fills.ndjson'), fills.map((line) => `${line}\n`).join(''));
    const { stdout } = await shell(`qf paper pnl --as ndjson --from file:${flow.folder}/fills.ndjson`);
    const rows = linesIn(stdout) as Record<'position' | 'cost' | 'realised' | 'fees', number>[];
    const sum = (of: (row: (typeof rows)[number]) => number): unknown =>
      expect.closeTo(
        rows.reduce((total, row) => total + of(row), 0),
        6,
      );
    const match = await gaugesOf(flow, 'paper match', ['exposure_cash', 'open_positions', 'realised_cash', 'fees_cash']);
    expect(rows.some(({ position }) => position > 0) && rows.some(({ position }) => position < 0)).toBe(true);
    expect(match).toEqual({
      'exposure_cash{side="long"}': sum(({ cost }) => Math.max(0, cost)),
      'exposure_cash{side="short"}': sum(({ cost }) => Math.max(0, -cost)),
      open_positions: rows.filter(({ position }) => position !== 0).length,
      realised_cash: sum(({ realised }) => realised),
      fees_cash: sum(({ fees }) => fees),
    });
  });

  /** Holds the tables against what is on the topics. */
  async function expectTables(expected: Record<string, string[]>): Promise<void> {
    const count = async (from: string): Promise<number> =>
      Number((await sql(schema.url, `select count(*)::int as n from ${from.replaceAll('{}', schema.name)}`))[0]?.['n']);
    const size = (topic: string): number => expected[topic]?.length ?? 0;
    expect(await count('{}.pairs_signals')).toBe(size('pairs.signals'));
    expect(await count('{}.fills')).toBe(size('fills'));
    expect(await count('{}.orders')).toBe(size('orders'));
    expect(await count("{}.orders where status = 'FILLED' and filled = qty")).toBe(size('fills'));
    const refused = size('orders.rejected/0') + size('orders.rejected/1');
    expect(await count("{}.orders where status = 'REJECTED' and refusal is not null")).toBe(refused);
    expect(await count('{}.budget_ledger')).toBe(size('orders.allowed') / 2);
    const sums = await sql(schema.url, `select bucket, sum(delta)::float8 as used from ${schema.name}.budget_ledger group by 1`);
    const used = new Map(
      (expected['orders.allowed'] ?? []).map((line) => {
        const { budget } = (JSON.parse(line) as { extra: { budget: { bucket: string; used: number } } }).extra;
        return [budget.bucket, budget.used];
      }),
    );
    expect(new Map(sums.map((row) => [row['bucket'], row['used']]))).toEqual(used);
  }

  it('is one task for each stage: another process shuts the first one out, which ends with 75', async () => {
    const { topics, flow } = await prepare(SHARED_PARTITIONS);
    await writeBars(topics, bars.slice(0, 600), SHARED_PARTITIONS);
    const command = flow.onKafka('pairs watch');
    const first = new RunningQf(command.split(' ').slice(1), { env });
    await topics.of(1).firstRecords('pairs.signals');
    await qf(`${command} --until-end --keep-open`);
    // It hears of it when it commits something next.
    await writeBars(topics, bars.slice(600, 900), SHARED_PARTITIONS);
    const { exitCode, stderr } = await first.ended;
    expect(exitCode, stderr).toBe(75);
    expect(stderr).toContain('another process runs pairs-watch in the group');
  });

  it('refuses to go on with another configuration', async () => {
    const { topics, flow } = await prepare(SHARED_PARTITIONS);
    await writeBars(topics, bars.slice(0, 300), SHARED_PARTITIONS);
    await qf(`${flow.onKafka('pairs watch')} --until-end --keep-open`);
    await shell(`sed -i 's/"lookback":15/"lookback":16/' ${flow.folder}/pairs.json`);
    const { exitCode, stderr } = await shell(`${flow.onKafka('pairs watch')} --until-end`, { env });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/it was made with .*sha256:.* begin anew with another --group/);
  });

  it('says which topics have too few partitions, or too many', async () => {
    const topics = new TestTopics(services.kafka, 1);
    await topics.create(['orders', 'orders.sized', 'orders.rejected']);
    await topics.of(2).create(['pairs.signals']);
    const { group } = topics;
    const run = async (stage: string, input: string): Promise<string> => {
      const { exitCode, stderr } = await shell(
        `qf ${stage} --from kafka:${group}.${input} --to kafka:${group}.{} --group ${group}`,
        {
          env,
        },
      );
      expect(exitCode).toBe(2);
      return stderr;
    };
    const [refused, several] = await Promise.all([run('risk size', 'orders'), run('pairs exec', 'pairs.signals')]);
    expect(refused).toContain(`topic ${group}.orders.rejected has 1 partitions and risk-size writes to 3: it must have them`);
    expect(several).toContain(`topic ${group}.pairs.signals has 2 partitions and must have one`);
  });

  it('halts entries from the place of the command on, in the state, and resumes', async () => {
    const { topics, flow } = await prepare(1);
    const orders = (await flow.pipe(bars))['orders'] ?? [];
    const half = Math.floor(orders.length / 2);
    const refusedBy = async (): Promise<string[]> =>
      ((await flow.committed())['orders.rejected/0'] ?? []).filter((line) => line.includes('"halted"'));
    const to = `kafka:${topics.name('orders')}`;
    await qf(`qf risk halt --to ${to}`);
    await topics.of(1).write('orders', 0, orders.slice(0, half));
    await qf(`${flow.onKafka('risk size')} --until-end --keep-open`);
    const entries = orders.slice(0, half).filter((line) => line.includes('"kind":"ENTER"'));
    expect(await refusedBy()).toHaveLength(entries.length);
    await qf(`qf risk resume --to ${to}`);
    await topics.of(1).write('orders', 0, orders.slice(half));
    await qf(`${flow.onKafka('risk size')} --until-end`);
    expect(await refusedBy()).toHaveLength(entries.length);
    expect((await flow.committed())['orders.sized']?.length).toBeGreaterThan(0);
  });

  it('adds fills up from a topic and from Postgres as from a file', async () => {
    const { topics, flow } = await prepare(1);
    const fills = (await flow.pipe(bars))['fills'] ?? [];
    await topics.of(1).write('fills', 0, fills);
    await qf(`qf sink pg --from kafka:${topics.name('fills')} --group ${topics.group} --until-end`);
    const [file, topic, table] = await Promise.all([
      shell('qf paper pnl --as ndjson', { env, input: fills.map((line) => `${line}\n`).join('') }),
      shell(`qf paper pnl --as ndjson --from kafka:${topics.name('fills')}`, { env }),
      shell('qf paper pnl --as ndjson --from pg', { env }),
    ]);
    expect(file.stdout).not.toBe('');
    expect(topic.stdout).toBe(file.stdout);
    expect(table.stdout).toBe(file.stdout);
  });
});
