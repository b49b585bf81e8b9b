import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/lib/core/sim/random.js';
import { kafkaOf } from '../../src/lib/transports/kafka/kafkajs.js';
import { shell, summariesIn } from '../support/cli.js';
import { sql } from '../support/database.js';
import { TestTopics } from '../support/kafka.js';
import { marketBars, PAPER_STAGES, PaperFlow, type PaperStage, partitionOf } from '../support/paper-flow.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';
import { TestSchema } from '../support/test-schema.js';
import { Kills, Lane } from '../support/torture/lane.js';
import { soloFaults } from '../support/torture/plan.js';

/** Of each stage. The whole flow has 60, or 500 in `make torture`: see exactly-once.test.ts. */
const KILLS = Math.ceil(Number(process.env['QF_TORTURE_KILLS'] ?? 60) / 20);

/** Set to repeat a run. */
const SEED = Number(process.env['QF_SEED'] ?? Math.floor(Math.random() * 2 ** 32));

const PARTITIONS = 4;

/** Longer than any run lasts, a minute for each turn. */
const MARKET = `${Math.ceil(KILLS / 3) * 20}h`;
const TURN_MS = 150;

/** Limits for a machine that is busy. */
const START_MS = 300_000;
const KILL_MS = 60_000;

describe.skipIf(NO_STACK !== undefined)('the paper flow', () => {
  let services: Services;
  let schema: TestSchema;

  beforeAll(async () => {
    services = await sharedServices();
    schema = await TestSchema.create('qf_test_paper_torture');
  }, START_MS);

  test(
    `decides everything once through ${KILLS} kills of each stage, and a stopped owner`,
    { timeout: START_MS + KILLS * KILL_MS * PAPER_STAGES.length },
    async () => {
      console.log(`QF_SEED=${SEED}`);
      const env = { KAFKA_BROKERS: services.brokers, DATABASE_URL: schema.url, QF_PG_SCHEMA: schema.name };
      const topics = new TestTopics(services.kafka, PARTITIONS);
      const flow = new PaperFlow(topics);
      await flow.create();
      const market = await marketBars(SEED, MARKET);
      const over = new AbortController();
      const feeding = feed(topics, market, over.signal);
      const kills = await torture(flow, env, over).finally(() => over.abort());
      const bars = await feeding;

      const summaries: object[] = [];
      for (const stage of PAPER_STAGES) {
        const { exitCode, stderr } = await shell(`${flow.onKafka(stage)} --to pg --until-end`, { env });
        expect(exitCode, stderr).toBe(0);
        summaries.push(summariesIn(stderr)[0] ?? {});
      }
      const expected = await flow.pipe(bars);
      expect(await flow.committed()).toEqual(expected);
      for (const summary of summaries) expect(summary).toMatchObject({ adds_up: true });
      expect(await rows('fills')).toBe(expected['fills']?.length);
      expect(await rows("orders where status = 'FILLED'")).toBe(expected['fills']?.length);
      expect(kills.places.length).toBeGreaterThanOrEqual(KILLS * PAPER_STAGES.length);
      const sizes = Object.fromEntries(Object.entries(expected).map(([topic, lines]) => [topic, lines.length]));
      console.log(JSON.stringify({ seed: SEED, kills: kills.places.length, bars: bars.length, ...sizes }));
    },
  );

  async function rows(from: string): Promise<number> {
    const [row] = await sql(schema.url, `select count(*)::int as n from ${schema.name}.${from}`);
    return Number(row?.['n']);
  }
});

/** Lets each stage be killed and stopped while bars come. */
async function torture(flow: PaperFlow, env: Readonly<Record<string, string>>, over: AbortController): Promise<Kills> {
  const kills = new Kills();
  setMaxListeners(0, over.signal);
  let left = PAPER_STAGES.length;
  const suffer = async (stage: PaperStage, at: number): Promise<void> => {
    const args = (): string[] => `${flow.onKafka(stage)} --to pg --commit-interval 5ms`.split(' ').slice(1);
    const lane = new Lane({ name: stage, args, env, endsFenced: true }, kills, over.signal);
    await lane.suffer(soloFaults(new Random(SEED, at), KILLS));
    left--;
    if (left === 0) over.abort();
    await lane.carryOn();
  };
  const lanes = PAPER_STAGES.map(suffer);
  // The first failure ends the others, and is what has to be said.
  const failed = Promise.all(lanes).catch((error: unknown) => {
    over.abort();
    return error;
  });
  await Promise.allSettled(lanes);
  const failure = await failed;
  if (failure instanceof Error) throw failure;
  return kills;
}

/** Brings bars minute by minute, with a mark behind each, until `stop`; gives back those that have come. */
async function feed(topics: TestTopics, market: readonly string[], stop: AbortSignal): Promise<string[]> {
  const producer = kafkaOf(topics.address).producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const fed: string[] = [];
  try {
    for (const [end_s, bars] of byEnd(market)) {
      if (stop.aborted) return fed;
      for (const tf of ['1m', '3m']) {
        const own = bars.filter((line) => line.includes(`"tf":"${tf}"`));
        const messages = own.map((value) => ({ value, partition: partitionOf(value, PARTITIONS) }));
        const marks = Array.from({ length: PARTITIONS }, (_, partition) => ({ value: `{"mark":${end_s}}`, partition }));
        await producer.send({ topic: topics.name(`bars.${tf}`), acks: -1, messages: [...messages, ...marks] });
      }
      fed.push(...bars);
      await setTimeout(TURN_MS);
    }
    throw new Error('the market has ended before the stages have suffered everything');
  } finally {
    await producer.disconnect();
  }
}

/** Bars by the time at which they end, in order. */
function byEnd(market: readonly string[]): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const line of market) {
    const { tf, ts } = JSON.parse(line) as { tf: string; ts: number };
    const end_s = ts + (tf === '3m' ? 180 : 60);
    groups.set(end_s, [...(groups.get(end_s) ?? []), line]);
  }
  return groups;
}
