import { beforeAll, describe, expect, it } from 'vitest';
import { shell, type ShellResult } from '../support/cli.js';
import { sql } from '../support/database.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';
import { TestSchema } from '../support/test-schema.js';

const SCHEMA = 'qf_test_recon';
/** A time at which a bar of 15 minutes begins. */
const START_S = 1_704_167_100;

/** Of each partition. */
const SYMBOLS = [['A', 'C'], ['B'], [], []];

/** A bar of a minute, with values that follow from its place. */
function minute(symbol: string, number: number, changes: Record<string, string> = {}): string {
  const { tf = '1m', c = `${number % 97}.25`, vol = `${number}.00000001` } = changes;
  const ts = START_S + number * 60;
  return `{"symbol":"${symbol}","tf":"${tf}","ts":${ts},"o":1.5,"h":100,"l":0.1,"c":${c},"vol":${vol},"n_trades":${number + 1}}`;
}

/** Minutes of a partition by time and symbol: more than a page of rows, with a pause of a month after the first ones. */
const NUMBERS = Array.from({ length: 2500 }, (_, at) => (at < 10 ? at : at + 43_200));
const PARTITIONS = SYMBOLS.map((symbols) => NUMBERS.flatMap((number) => symbols.map((symbol) => minute(symbol, number))));

/** Time of a minute, as `date` writes it. */
function timeOf(number: number): string {
  return new Date((START_S + number * 60) * 1000).toISOString();
}

describe.skipIf(NO_STACK !== undefined)('qf recon bars', () => {
  let services: Services;
  let schema: TestSchema;
  let env: Record<string, string>;

  beforeAll(async () => {
    services = await sharedServices();
    schema = await TestSchema.create(SCHEMA);
    env = { KAFKA_BROKERS: services.brokers, DATABASE_URL: services.databaseUrl, QF_PG_SCHEMA: SCHEMA };
  });

  /** A topic and a table with the same bars, and marks in the topic. */
  async function prepare(): Promise<TestTopics> {
    const topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    await topics.create(['bars.1m']);
    await sql(services.databaseUrl, `truncate ${SCHEMA}.bars_1m`);
    const pipe = await schema.pipe();
    for (const [partition, bars] of PARTITIONS.entries()) {
      await topics.write('bars.1m', partition, [...bars.slice(0, 20), `{"mark":${START_S + 1200}}`, ...bars.slice(20)]);
      await pipe.write(Buffer.from(bars.map((line) => `${line}\n`).join('')));
    }
    await topics.write('bars.1m', 0, [minute('A', 1, { c: '9' })], 'abort');
    return topics;
  }

  const against = (topics: TestTopics): string => `qf recon bars --topic ${topics.name('bars.1m')} --table bars_1m`;

  function findingsIn({ stdout }: ShellResult): string[] {
    const findings = stdout.split('\n').slice(0, -1);
    return findings.map((line) => {
      const { reason, symbol, ts, detail } = JSON.parse(line) as Partial<Record<string, string>>;
      return symbol === undefined ? `${reason} ${detail}` : `${reason} ${symbol} ${(Number(ts) - START_S) / 60}`;
    });
  }

  it('says that a topic and its table are equal, with 0', async () => {
    const topics = await prepare();
    const equal = await shell(against(topics), { env });
    expect(equal).toMatchObject({ exitCode: 0 });
    expect(equal.stderr).toContain(`"compared":${PARTITIONS.flat().length},"missing":0,"extra":0,"different":0`);
    expect(await shell(`${against(topics)} --json`, { env })).toMatchObject({ exitCode: 0, stdout: '' });
  });

  it('names every bar that is missing, extra, different or there twice, and what is no bar, with 65', async () => {
    const topics = await prepare();
    const table = `${SCHEMA}.bars_1m`;
    const at = (number: number): string => `ts = to_timestamp(${START_S} + 60 * ${number})`;
    await sql(services.databaseUrl, `delete from ${table} where symbol = 'C' and ${at(43_300)}`);
    await sql(services.databaseUrl, `update ${table} set vol = vol + 0.00000001 where symbol = 'B' and ${at(3)}`);
    await sql(services.databaseUrl, `update ${table} set c = c + 1e-12 where symbol = 'A' and ${at(45_000)}`);
    await sql(
      services.databaseUrl,
      `insert into ${table} select 'D', ts, o, h, l, c, vol, n_trades from ${table} where symbol = 'A' and ${at(5)}`,
    );
    // Twice, and once in the wrong partition; a bar out of its place is no fault of the table.
    await topics.write('bars.1m', 0, [minute('A', 2), 'no bar', minute('A', 6, { tf: '3m' }), minute('A', 20)]);
    await topics.write('bars.1m', 0, [minute('B', 8, { c: '7' })]);
    await sql(
      services.databaseUrl,
      `insert into ${table} select symbol, to_timestamp(${START_S} + 1200), ` +
        `1.5, 100, 0.1, 20.25, 20.00000001, 21 from ${table} where symbol = 'A' and ${at(1)}`,
    );
    const found = await shell(`${against(topics)} --json`, { env });
    expect(found.exitCode).toBe(65);
    // Those of one reason come by time and symbol.
    const byReason = (one: string, other: string): number => one.replace(/ .*/, '').localeCompare(other.replace(/ .*/, ''));
    expect(findingsIn(found).sort(byReason)).toEqual([
      'different B 3',
      'different B 8',
      'different A 45000',
      'duplicate A 2',
      'duplicate B 8',
      'extra D 5',
      'missing C 43300',
      'unreadable invalid_json',
      'unreadable its timeframe is 3m',
    ]);
    expect(found.stdout).toContain('"vol":3.00000001,"n_trades":4},"found":{"o":1.5,"h":100,"l":0.1,"c":3.25,"vol":3.00000002');
    const shown = await shell(`${against(topics)} --show 1`, { env });
    expect(shown.exitCode).toBe(65);
    expect(shown.stdout).toMatch(/missing +│ +1 │/);
    expect(shown.stdout).toContain('different, the first 1 of 3:');
    expect(shown.stdout).toContain('vol=3.00000001 │ vol=3.00000002');
  });

  it('compares only what is selected', async () => {
    const topics = await prepare();
    await sql(services.databaseUrl, `delete from ${SCHEMA}.bars_1m where symbol <> 'B'`);
    const findings = async (options: string): Promise<string[]> =>
      findingsIn(await shell(`${against(topics)} --json ${options}`, { env }));
    expect(await findings('--symbol B')).toEqual([]);
    const between = `--since ${timeOf(2)} --until ${timeOf(4)}`;
    expect(await findings(between)).toEqual(['missing A 2', 'missing C 2', 'missing A 3', 'missing C 3']);
    expect(await findings(`--symbol C --symbol B ${between}`)).toEqual(['missing C 2', 'missing C 3']);
    const first = await shell(`${against(topics)} --json | head -1`, { env });
    expect(first).toMatchObject({ exitCode: 0 });
    expect(findingsIn(first)).toEqual(['missing A 0']);
  });

  it('recomputes a coarser timeframe, where windows that are open may be missing', async () => {
    const topics = await prepare();
    const { group } = topics;
    await topics.create(['bars.15m'], [`qf.state.${group}.agg.${group}.bars.1m`, 'dlq.agg']);
    const agg = `qf agg --tf 15m --from kafka:${group}.bars.1m --to kafka:${group}.bars.15m --group ${group} --until-end`;
    const recon = `qf recon bars --recompute-from ${group}.bars.1m --topic ${group}.bars.15m --json`;
    expect(findingsIn(await shell(recon, { env })).length).toBeGreaterThan(100);
    expect(await shell(`${agg} --keep-open`, { env })).toMatchObject({ exitCode: 0 });
    expect(await shell(recon, { env })).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await shell(agg, { env })).toMatchObject({ exitCode: 0 });
    expect(await shell(recon, { env })).toMatchObject({ exitCode: 0, stdout: '' });
    await topics.write('bars.15m', 0, [minute('X', 15 * 3000, { tf: '15m' })]);
    const extra = await shell(recon, { env });
    expect(extra.exitCode).toBe(65);
    expect(findingsIn(extra)).toEqual(['extra X 45000']);
  });

  it('says what cannot be compared', async () => {
    const topics = await prepare();
    const finer = await shell(`qf recon bars --topic ${topics.name('bars.1m')} --table bars_1s`, { env });
    expect(finer).toMatchObject({ exitCode: 2 });
    expect(finer.stderr).toContain('has bars of 1m, bars_1s those of 1s');
    const same = await shell(`qf recon bars --recompute-from ${topics.name('bars.1m')} --table bars_1m`, { env });
    expect(same).toMatchObject({ exitCode: 2 });
    expect(same.stderr).toContain('bars of 1m cannot be recomputed from');
  });
});
