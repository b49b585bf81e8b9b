import { beforeAll, describe, expect, it } from 'vitest';
import { listTopics } from '../../src/lib/ops/kafka/topics.js';
import { GroupWatch } from '../../src/lib/perf/group-watch.js';
import { systemClock } from '../../src/lib/runtime/clock.js';
import { builtGo, NO_GO } from '../support/foreign.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { PAPER_STAGES } from '../support/paper-flow.js';
import { PerfFolder, SHORT } from '../support/perf-run.js';
import { NO_STACK, sharedServices } from '../support/stack.js';

const { folder, compare } = new PerfFolder();

describe.skipIf(NO_STACK !== undefined)('qf perf compare --transport kafka', () => {
  beforeAll(async () => {
    const { kafka } = await sharedServices();
    const [first = '', ...others] = PAPER_STAGES.map((stage) => `dlq.${stage.replace(' ', '-')}`);
    await new TestTopics(kafka, SHARED_PARTITIONS).create([], ['dlq.bars1s', 'dlq.agg', first]);
    await new TestTopics(kafka, 1).create([], others);
  });

  it('finds both engines right, times them, and leaves no topic', async () => {
    const { brokers, kafka } = await sharedServices();
    const run = await compare('kafka', `${SHORT} --transport kafka`, { KAFKA_BROKERS: brokers });
    const { exitCode, stdout, stderr, report } = run;
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('**With 5 symbols bars1s of hot is not shown to differ from that of baseline');
    expect(report?.contests.map(({ stage }) => stage)).toEqual(['ingest', 'bars1s', 'baragg']);
    for (const { samples, outcomes, conclusion } of report?.contests ?? []) {
      expect([samples.a.length, samples.b.length]).toEqual([2, 2]);
      expect(outcomes.b.parity?.expected).toBeGreaterThan(10);
      expect(conclusion?.ratio).toBeGreaterThan(0);
    }
    expect(stderr).not.toContain('could be deleted');
    expect((await listTopics(kafka)).filter((name) => name.includes('perf-'))).toEqual([]);
  });

  it('measures how long committed bars take, and leaves no topic behind', async () => {
    const { brokers, kafka } = await sharedServices();
    const load = '--mode load --loads 5 --stage-sec 1 --warmup-sec 0 --rounds 1 --sim-hot-symbol-pct 0';
    const { exitCode, stdout, stderr, report } = await compare('kafka-load', `${load} --transport kafka`, {
      KAFKA_BROKERS: brokers,
    });
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('from when the tick was due that makes it final until it could be read as committed');
    const [contest] = report?.contests ?? [];
    const samples = [...(contest?.samples.a ?? []), ...(contest?.samples.b ?? [])];
    expect(samples).toHaveLength(4);
    for (const { latency, cpu_s, lag_peak_records } of samples) {
      expect(latency).toMatchObject({ bars: 10, dropped: 0 });
      expect(latency?.p50_ms).toBeGreaterThan(0);
      // Its start takes longer than that.
      expect(cpu_s).toBeGreaterThan(0.05);
      expect(lag_peak_records).toBeGreaterThanOrEqual(0);
    }
    expect(stderr).not.toContain('could be deleted');
    expect((await listTopics(kafka)).filter((name) => name.includes('perf-'))).toEqual([]);
  });

  it('finds everything from ticks to fills right on topics, and measures how long committed fills take', async () => {
    const { brokers, kafka } = await sharedServices();
    const market = '--loads 12 --stage-sec 2 --warmup-sec 0 --sim-base-tps 200 --sim-hot-symbol-pct 0';
    const pairs = '--pair-lookback 8 --pair-min-ready 5';
    const flags = `--scenario paper-flow --mode load --transport kafka --rounds 1 ${market} ${pairs}`;
    const { exitCode, stderr, report } = await compare('kafka-paper-load', flags, { KAFKA_BROKERS: brokers });
    expect(exitCode, stderr).toBe(0);
    const [contest] = report?.contests ?? [];
    const { a, b } = { a: contest?.outcomes.a.brought, b: contest?.outcomes.b.brought };
    expect(b).toEqual(a);
    expect(Object.keys(a ?? {})).toEqual(['bars', 'coarser', 'signals', 'orders', 'approved', 'fills']);
    expect(Math.min(...Object.values(a ?? {}))).toBeGreaterThan(3);
    for (const { latency, cpu_s } of [...(contest?.samples.a ?? []), ...(contest?.samples.b ?? [])]) {
      expect(latency?.dropped).toBe(0);
      expect(latency?.within?.bars?.bars).toBeGreaterThan(4000);
      expect(latency?.within?.coarser?.bars).toBeGreaterThan(1000);
      expect(latency?.bars).toBeGreaterThan(0);
      expect(latency?.p50_ms).toBeGreaterThan(latency?.within?.bars?.p50_ms ?? Infinity);
      // Seven programs were started, and all that they took counts.
      expect(cpu_s).toBeGreaterThan(1);
    }
    expect((await listTopics(kafka)).filter((name) => name.includes('perf-'))).toEqual([]);
  });

  it('says of a program that gets no partitions that it never becomes ready', async () => {
    const { kafka } = await sharedServices();
    const cluster = { address: kafka, clock: systemClock };
    const waiting = GroupWatch.ready(cluster, 'perf-nobody', 2, { hasEnded: false, end: () => Promise.resolve() }, 500);
    await expect(waiting).rejects.toThrow(
      'it is not ready after 0.5 s: of 2 groups that begin with $PERF_GROUP 0 have shared their partitions out',
    );
  });

  it.skipIf(NO_GO !== undefined)('finds a stage in Go right, and leaves none of its topics', async () => {
    const { brokers, kafka } = await sharedServices();
    const env = { KAFKA_BROKERS: brokers, BARS1S_CMD: builtGo(folder) };
    const { exitCode, stderr, report } = await compare('go', `${SHORT} --transport kafka`, env);
    expect(exitCode, stderr).toBe(0);
    const bars = report?.contests.find(({ stage }) => stage === 'bars1s');
    expect(bars?.outcomes.b.parity).toMatchObject({ isEqual: true });
    expect(bars?.samples.b).toHaveLength(2);
    expect(stderr).not.toContain('could be deleted');
    expect((await listTopics(kafka)).filter((name) => name.includes('perf-'))).toEqual([]);
  });

  it('names the tick that a foreign ingest drops, and finds out that a program writes nothing', async () => {
    const { brokers } = await sharedServices();
    const env = {
      KAFKA_BROKERS: brokers,
      // The ticks of the market are on standard input.
      INGEST_CMD: `sed '7d' | qf ingest file - --to "kafka:\${PERF_OUTPUT}ticks" --group $PERF_GROUP`,
      BARS1S_CMD: 'test -n "$PERF_INPUT" && test -n "$PERF_OUTPUT" && test -n "$PERF_GROUP"',
      HOT_PRODUCE_QUEUE: '9',
    };
    const { exitCode, stderr, report } = await compare('wrong', `${SHORT} --transport kafka`, env);
    expect(exitCode).toBe(65);
    expect(stderr).toContain('HOT_PRODUCE_QUEUE is set, and no command names it');
    const [ingest, bars, coarser] = report?.contests ?? [];
    expect(ingest?.outcomes.a.parity).toMatchObject({ isEqual: true, expected: 4000 });
    expect(ingest?.outcomes.b.parity).toMatchObject({ missing: 1, extra: 0, different: 0 });
    const parity = bars?.outcomes.b.parity;
    expect(parity?.missing).toBe(parity?.expected);
    expect(coarser?.outcomes.b.parity?.isEqual).toBe(true);
  });
});
