import { setMaxListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/runtime/clock.js';
import { PartitionReader } from '../../src/lib/transports/kafka/partition-reader.js';
import { shell, summariesIn } from '../support/cli.js';
import { TestTopics } from '../support/kafka.js';
import { NO_STACK } from '../support/stack.js';
import { Flow, SLICE_TICKS } from '../support/torture/flow.js';
import { Kills, Lane } from '../support/torture/lane.js';
import { LANES, type LaneName, type Plan, planOf, type ServiceFault } from '../support/torture/plan.js';
import { TortureServices } from '../support/torture/services.js';
import { Tables } from '../support/torture/tables.js';
import { committedOf, expectTables, expectTopics } from '../support/torture/verify.js';

/** 500 in `make torture`. */
const KILLS = Number(process.env['QF_TORTURE_KILLS'] ?? 60);

/** At least; 600,000 in `make torture`. */
const TICKS = Number(process.env['QF_TORTURE_MIN_TICKS'] ?? 30_000);
const RUNS = Number(process.env['QF_TORTURE_RUNS'] ?? 1);

/** Set to repeat a run. */
const SEED = process.env['QF_SEED'];
const SEEDS = SEED === undefined ? Array.from({ length: RUNS }, () => Math.floor(Math.random() * 2 ** 32)) : [Number(SEED)];

/** So that an ingest is not done before it can be killed. */
const PAUSE_MS = 700;

const DELAY_MS = 150;

/** Limits for a machine that is busy. */
const START_MS = 300_000;
const KILL_MS = 15_000;

describe.skipIf(NO_STACK !== undefined)('ticks on their way to bars in Kafka and Postgres', () => {
  let services: TortureServices;

  beforeAll(async () => {
    services = await TortureServices.start();
  }, START_MS);
  afterAll(() => services.stop());

  test('are read on where a connection is reset between two requests', async () => {
    const { kafka } = services.addresses;
    const topics = new TestTopics(kafka, 1);
    await topics.create(['reset']);
    await topics.write('reset', 0, ['a']);
    const reader = await PartitionReader.open({ address: kafka, clock: systemClock }, topics.name('reset'), 0, 'start');
    await reader.log.end();
    services.broker.cut();
    expect((await reader.fetch()).records).toHaveLength(1);
    await reader.close();
  });

  test.each(SEEDS)(
    `each count once through ${KILLS} kills, stops, restarts and bad connections (run %#)`,
    { timeout: START_MS + KILLS * KILL_MS },
    async (seed) => {
      const plan = planOf(seed, KILLS);
      const { addresses } = services;
      const flow = new Flow(addresses, seed);
      const { group } = flow.topics;
      const begun_ms = performance.now();
      console.log(`QF_SEED=${seed}`);
      await flow.create();
      const tables = await Tables.create(services.directUrl, group);
      const env = { KAFKA_BROKERS: addresses.brokers, DATABASE_URL: addresses.databaseUrl, QF_PG_SCHEMA: group };
      const kills = await torture(plan, services, flow, env);

      // What an ingest had begun is ended in any case.
      do {
        await end(flow, 'ingest', env, '');
        flow.done++;
      } while (flow.done * SLICE_TICKS < TICKS);
      const summary = await end(flow, 'bars1s', env, '--until-end');
      for (const lane of ['agg', 'sink', 'rejects'] as const) await end(flow, lane, env, '--until-end');

      const committed = await committedOf(flow);
      const { in: count, ...outcomes } = await expectTopics(flow, committed);
      expect(summary).toMatchObject({ in: count, ...outcomes, adds_up: true });
      await expectTables(flow, committed, tables);
      expect(await tables.writtenAgain()).toEqual([]);
      await replay(flow, env);
      await expectTables(flow, committed, tables);

      expect(kills.places.length).toBeGreaterThanOrEqual(KILLS);
      const elapsed_s = Math.round((performance.now() - begun_ms) / 1000);
      const said = { seed, kills: kills.places.length, in: count, ...outcomes, elapsed_s };
      console.log(JSON.stringify(said));
    },
  );
});

/** Lets everything happen that the plan says, while ticks come and go all the way. */
async function torture(plan: Plan, services: TortureServices, flow: Flow, env: Readonly<Record<string, string>>): Promise<Kills> {
  const kills = new Kills();
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  let left = LANES.length + 1;
  const suffered = (): void => {
    if (--left === 0) over.abort();
  };
  const works = [
    disturb(plan, services, kills, over.signal).then(suffered),
    ...LANES.map(async (name) => {
      const ingest = { env: { ...env, QF_PAUSE_MS: String(PAUSE_MS) }, endsFenced: true, onDone: () => flow.done++ };
      const program = { name, args: () => flow.args(name), env, ...(name === 'ingest' && ingest) };
      const lane = new Lane(program, kills, over.signal);
      await lane.suffer(plan.lanes[name]);
      suffered();
      await lane.carryOn();
    }),
  ];
  // The first failure ends the others, and is what has to be said.
  const failed = Promise.all(works).catch((error: unknown) => {
    over.abort();
    console.log(`failed behind ${kills.places.length} kills`);
    return error;
  });
  await Promise.allSettled(works);
  const failure = await failed;
  if (failure instanceof Error) throw failure;
  return kills;
}

/** What happens to the services; one thing after the other. */
async function disturb({ services: faults }: Plan, services: TortureServices, kills: Kills, stop: AbortSignal): Promise<void> {
  for (const { kills: count, fault, length_ms } of faults) {
    await kills.reached(count, stop);
    if (stop.aborted) return;
    await disturbWith(fault, length_ms, services);
  }
}

async function disturbWith(fault: ServiceFault, length_ms: number, services: TortureServices): Promise<void> {
  const { broker, database } = services;
  const both = (change: Parameters<typeof broker.disturb>[0]) =>
    Promise.all([broker.disturb(change, length_ms), database.disturb(change, length_ms)]);
  const faults: Record<ServiceFault, () => Promise<unknown>> = {
    cut: () => both({}),
    delay: () => both({ delay_ms: DELAY_MS }),
    'drop-requests': () => both({ dropsRequests: true }),
    'drop-answers': () => both({ dropsAnswers: true }),
    'restart-database': () => services.restartDatabase(),
    'restart-broker': () => services.restartBroker('SIGTERM'),
    'kill-both': () => Promise.all([services.restartBroker('SIGKILL'), services.restartDatabase()]),
  };
  await faults[fault]();
}

/** Runs a stage to its end, without faults; gives its summary. */
async function end(flow: Flow, lane: LaneName, env: Readonly<Record<string, string>>, more: string): Promise<object> {
  const { exitCode, stderr } = await shell(`qf ${flow.args(lane).join(' ')} ${more}`, { env });
  expect(exitCode, stderr).toBe(0);
  return summariesIn(stderr)[0] ?? {};
}

/** Stores all bars again, for another group: full rows replace full rows. */
async function replay(flow: Flow, env: Readonly<Record<string, string>>): Promise<void> {
  const { group } = flow.topics;
  for (const topic of ['bars.1s', 'bars.1m', 'bars.3m']) {
    const { exitCode, stderr } = await shell(`qf sink pg --from kafka:${group}.${topic} --group ${group}-again --until-end`, {
      env,
    });
    expect(exitCode, stderr).toBe(0);
  }
}
