import { beforeAll, describe, expect, test } from 'vitest';
import { shell, summariesIn } from '../support/cli.js';
import { type Bars, barsIn, barsOf, DATA, namesIn } from '../support/data.js';
import { sql } from '../support/database.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';
import { TestSchema } from '../support/test-schema.js';

const TIMEFRAMES = ['1s', '1m', '3m', '5m', '15m'];

/** In `make torture` all files, else those that are soon done. */
const FILES =
  process.env['QF_REAL_DATA'] === 'all' ? namesIn('ticks') : namesIn('ticks').filter((name) => !/^nse|nzdusd/.test(name));

/** In `make torture` every engine by every number of workers. */
const RUNS =
  process.env['QF_REAL_DATA'] === 'all'
    ? ['reference', 'wasm'].flatMap((engine) => [1, 2, 3].map((workers) => ({ engine, workers })))
    : [{ engine: 'reference', workers: 3 }];

describe.skipIf(DATA === undefined || NO_STACK !== undefined)('real market data on Kafka and in Postgres', () => {
  const data = String(DATA);
  let services: Services;
  let schema: TestSchema;
  let topics: TestTopics;

  beforeAll(async () => {
    services = await sharedServices();
    schema = await TestSchema.create('qf_test_real');
    topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    await topics.create(['ticks', ...TIMEFRAMES.map((tf) => `bars.${tf}`)], ['dlq.bars1s', 'dlq.agg']);
  });

  async function qf(args: string, group = topics.group): Promise<Record<string, unknown>> {
    const env = { KAFKA_BROKERS: services.brokers, DATABASE_URL: schema.url, QF_PG_SCHEMA: schema.name };
    const { exitCode, stderr } = await shell(`qf ${args} --group ${group}`, { env });
    expect(exitCode, stderr).toBe(0);
    return summariesIn(stderr)[0] ?? {};
  }

  /** The bars of all files, which have no symbol and time in common. */
  function expectedBars(tf: string): Bars {
    return new Map(FILES.flatMap((name) => [...barsOf(`${data}/expected/${name}.${tf}.csv.gz`)]));
  }

  async function storedBars(tf: string): Promise<Bars> {
    const columns = 'symbol, extract(epoch from ts)::bigint as ts, o, h, l, c, vol::text, n_trades';
    const rows = await sql(schema.url, `select ${columns} from ${schema.name}.bars_${tf}`);
    return new Map(
      rows.map((row) => [
        `${String(row['symbol'])} ${String(row['ts'])}`,
        ['o', 'h', 'l', 'c', 'vol', 'n_trades'].map((name) => String(row[name])).join(','),
      ]),
    );
  }

  /** Prices as JavaScript writes numbers, as they come from the database. */
  function asStored(bars: Bars): Bars {
    return new Map(
      [...bars].map(([key, text]) => {
        const fields = text.split(',');
        return [key, [...fields.slice(0, 4).map((price) => String(Number(price))), ...fields.slice(4)].join(',')];
      }),
    );
  }

  test('every bar of every file equals the expected one, and all of it again changes nothing', { timeout: 900_000 }, async () => {
    const { group } = topics;
    const to = `--to kafka:${group}.{} --to pg --until-end`;
    let ticks = 0;
    for (let run = 0; run < 2; run++) {
      await qf(`ingest file ${FILES.map((name) => `${data}/ticks/${name}.csv.gz`).join(' ')} --to kafka:${group}.ticks`);
      ticks = await topics.size('ticks');
      const bars1s = await qf(`bars1s --grace 600s --from kafka:${group}.ticks ${to}`);
      expect(bars1s).toMatchObject({ in: ticks, late: 0, rejected: 0, adds_up: true });
      await qf(`agg --tf 1m --from kafka:${group}.bars.1s ${to}`);
      await qf(`agg --tf 3m,5m,15m --from kafka:${group}.bars.1m ${to}`);
      for (const tf of TIMEFRAMES) {
        const expected = expectedBars(tf);
        expect(expected.size).toBeGreaterThan(100);
        const lines = (await topics.values(`bars.${tf}`)).flat();
        expect(lines).toHaveLength(expected.size);
        expect(barsIn(lines.join('\n'), tf)).toEqual(expected);
        expect(await storedBars(tf)).toEqual(asStored(expected));
      }
    }
    const bars = await topics.values('bars.1s');
    for (const [partition, lines] of (await topics.values('ticks')).entries()) {
      const { stdout } = await shell('qf bars1s --grace 600s', { input: lines.map((line) => `${line}\n`).join('') });
      expect(bars[partition]?.map((line) => `${line}\n`).join('')).toBe(stdout);
    }
  });

  test.each(RUNS)('$engine by $workers workers gives the same bytes', { timeout: 900_000 }, async ({ engine, workers }) => {
    const group = `${topics.group}-${engine}-${workers}`;
    const own = new TestTopics(services.kafka, SHARED_PARTITIONS, group);
    await own.create(TIMEFRAMES.map((tf) => `bars.${tf}`));
    const flags = `--to kafka:${group}.{} --until-end --engine ${engine} --workers ${workers}`;
    await qf(`bars1s --grace 600s --from kafka:${topics.name('ticks')} ${flags}`, group);
    await qf(`agg --tf 1m --from kafka:${group}.bars.1s ${flags}`, group);
    await qf(`agg --tf 3m,5m,15m --from kafka:${group}.bars.1m ${flags}`, group);
    for (const tf of TIMEFRAMES) expect(await own.values(`bars.${tf}`), tf).toEqual(await topics.values(`bars.${tf}`));
  });
});
