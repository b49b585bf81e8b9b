import { beforeAll, describe, expect, it } from 'vitest';
import { shell, summariesIn } from '../support/cli.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { NO_STACK, type Services, sharedServices } from '../support/stack.js';

/** Ticks with every fault that the simulator knows. */
const FAULTS = 'qf ingest sim --symbols 24 --pace max --out-of-order 0.02 --duplicates 0.01 --malformed 0.002 --trade-ids';
const SIM = `${FAULTS} --duration 2m`;

/** In `make torture` three million ticks, and every engine by every number of workers. */
const LONG = process.env['QF_ENGINES'] === 'all';
const COUNT = LONG ? 3_000_000 : 400_000;
const RUNS = [
  '--engine reference',
  '--engine wasm',
  '--engine wasm --workers 2 --compression gzip',
  '--engine wasm --workers 3 --compression snappy --commit-interval 5ms',
  '--engine wasm --compression lz4 --batch-size 100',
  ...(LONG
    ? [
        '--engine reference --workers 2',
        '--engine reference --workers 3',
        '--engine wasm --workers 2',
        '--engine wasm --workers 3',
      ]
    : []),
];
const RUN_MS = 120_000;

/** How the slices of the ticks are written; zstd needs a newer Node. */
const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4'];

describe.skipIf(NO_STACK !== undefined)('both engines on Kafka', () => {
  let services: Services;

  beforeAll(async () => {
    services = await sharedServices();
  });

  async function qf(script: string): Promise<string> {
    const { exitCode, stderr } = await shell(script, { env: { KAFKA_BROKERS: services.brokers } });
    expect(exitCode, stderr).toBe(0);
    return stderr;
  }

  async function topicsWith(outputs: readonly string[], settings: Record<string, string> = {}): Promise<TestTopics> {
    const topics = new TestTopics(services.kafka, SHARED_PARTITIONS);
    await topics.create(['ticks'], ['dlq.bars1s']);
    await topics.create(outputs, [], settings);
    return topics;
  }

  async function run(topics: TestTopics, output: string, flags: string, group = topics.group): Promise<object> {
    const [from, to] = [topics.name('ticks'), topics.name(output)];
    const stderr = await qf(
      `qf bars1s --from kafka:${from} --to kafka:${to} --group ${group} --until-end --max-future off ${flags}`,
    );
    const { in: read, used, late, duplicate, rejected, out, adds_up } = summariesIn(stderr)[0] ?? {};
    return { read, used, late, duplicate, rejected, out, adds_up };
  }

  /** The bars of each partition as the pipe makes them of its ticks. */
  async function expected(topics: TestTopics): Promise<string[][]> {
    const ticks = await topics.values('ticks');
    return Promise.all(
      ticks.map(async (lines) => {
        const { stdout } = await shell('qf bars1s --max-future off', { input: lines.map((line) => `${line}\n`).join('') });
        return stdout.split('\n').slice(0, -1);
      }),
    );
  }

  it(
    'give the same bars, rejects and counts, by any number of workers and with any compression',
    { timeout: RUNS.length * RUN_MS },
    async () => {
      const topics = await topicsWith(RUNS.map((_, at) => `bars${at}`));
      for (const [at, compression] of COMPRESSIONS.entries())
        await qf(
          `${FAULTS} --count ${COUNT / COMPRESSIONS.length} --seed ${at} --start 2025-01-0${at + 1}T00:00:00Z --compression ${compression} --to kafka:${topics.name('ticks')}`,
        );
      // What was never committed is read by nobody, and leaves gaps in the offsets.
      await topics.write('ticks', 1, ['{"symbol":"A","event_ts":1735999999000000000,"ltp":1,"vol":1}'], 'abort');
      await topics.write('ticks', 1, ['null', '{"symbol":"A","event_ts":1735999999000000000,"ltp":2,"vol":1}']);

      const bars = await expected(topics);
      const counts: object[] = [];
      for (const [at, flags] of RUNS.entries()) {
        counts.push(await run(topics, `bars${at}`, flags, `${topics.group}-${at}`));
        expect(await topics.values(`bars${at}`), flags).toEqual(bars);
      }
      expect(counts[0]).toMatchObject({ adds_up: true, out: bars.flat().length });
      for (const others of counts.slice(1)) expect(others).toEqual(counts[0]);
      const all = (await new TestTopics(services.kafka, SHARED_PARTITIONS, 'dlq').values('bars1s')).flat();
      const own = all.filter((reject) => reject.includes(`"${topics.name('ticks')}"`));
      const { late, rejected } = counts[0] as { late: number; rejected: number };
      expect(Math.min(late, rejected)).toBeGreaterThan(10);
      expect(own).toHaveLength((late + rejected) * RUNS.length);
      expect(new Set(own).size).toBe(late + rejected);
    },
  );

  it('go on where the other one has stopped', async () => {
    const topics = await topicsWith(['bars']);
    for (const [at, engine] of ['reference', 'wasm', 'reference', 'wasm'].entries()) {
      await qf(`${SIM} --seed ${at} --start 2025-01-01T00:0${at * 2}:00Z --to kafka:${topics.name('ticks')}`);
      await run(topics, 'bars', `--engine ${engine} --keep-open`);
    }
    await run(topics, 'bars', '--engine reference');
    expect(await topics.values('bars')).toEqual(await expected(topics));
  });

  it('build the same coarser bars in the topic of each timeframe, also where they take turns', async () => {
    const runs = [['reference'], ['wasm'], ['reference', 'wasm'], ['wasm', 'reference']] as const;
    const tfs = ['5s', '1m'];
    const topics = await topicsWith(['bars.1s', ...runs.flatMap((_, at) => tfs.map((tf) => `run${at}.bars.${tf}`))]);
    await topics.create([], ['dlq.agg']);
    const summaries: object[] = [];
    for (const slice of [0, 1]) {
      const start = `2025-01-01T00:0${slice * 2}:00Z`;
      await qf(`${SIM} --seed ${slice} --start ${start} --to kafka:${topics.name('ticks')}`);
      await run(topics, 'bars.1s', '--engine wasm --keep-open');
      for (const [at, engines] of runs.entries()) {
        const engine = engines[slice] ?? engines[0];
        const stderr = await qf(
          `qf agg --tf ${tfs.join(',')} --engine ${engine} --from kafka:${topics.name('bars.1s')} ` +
            `--to kafka:${topics.name(`run${at}`)}.{} --group ${topics.group}-${at} --until-end ${slice === 0 ? '--keep-open' : ''}`,
        );
        const { in: read, used, out, adds_up } = summariesIn(stderr)[0] ?? {};
        if (slice === 1) summaries.push({ read, used, out, adds_up });
      }
    }
    const bars = await topics.values('bars.1s');
    for (const tf of tfs) {
      const inPipe = await Promise.all(
        bars.map(async (lines) => {
          const input = lines.map((line) => `${line}\n`).join('');
          return (await shell(`qf agg --tf ${tf}`, { input })).stdout.split('\n').slice(0, -1);
        }),
      );
      expect(inPipe.flat().length).toBeGreaterThan(20);
      for (const at of runs.keys()) expect(await topics.values(`run${at}.bars.${tf}`), `${tf} of run ${at}`).toEqual(inPipe);
    }
    for (const summary of summaries) expect(summary).toEqual(summaries[0]);
  });

  it('send no more at once than a topic takes, and name a record that is larger', async () => {
    const topics = await topicsWith(['bars'], { 'max.message.bytes': '2000' });
    await qf(`${SIM} --seed 5 --to kafka:${topics.name('ticks')}`);
    await run(topics, 'bars', '--engine wasm');
    expect(await topics.values('bars')).toEqual(await expected(topics));
    const small = await topicsWith(['bars'], { 'max.message.bytes': '150' });
    await qf(`${SIM} --seed 5 --to kafka:${small.name('ticks')}`);
    const [from, to] = [small.name('ticks'), small.name('bars')];
    const refused = await shell(
      `qf bars1s --engine wasm --from kafka:${from} --to kafka:${to} --group ${small.group} --until-end --max-future off`,
      { env: { KAFKA_BROKERS: services.brokers } },
    );
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toContain(`${to} takes at most 150 bytes at once (max.message.bytes), and a record has`);
  });
});
