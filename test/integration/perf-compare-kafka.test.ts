import { beforeAll, describe, expect, it } from 'vitest';
import { listTopics } from '../../src/lib/ops/kafka/topics.js';
import { builtGo, NO_GO } from '../support/foreign.js';
import { SHARED_PARTITIONS, TestTopics } from '../support/kafka.js';
import { PAPER_STAGES } from '../support/paper-flow.js';
import { PerfFolder, SHORT } from '../support/perf-run.js';
import { NO_STACK, sharedServices } from '../support/stack.js';

const { folder, compare } = new PerfFolder();

describe.skipIf(NO_STACK !== undefined)('qf perf compare --transport kafka', () => {
  beforeAll(async () => {
    const { kafka } = await sharedServices();
    await new TestTopics(kafka, SHARED_PARTITIONS).create([], ['dlq.bars1s', 'dlq.agg']);
  });

  it('finds both engines right, times them, and leaves no topic', async () => {
    const { brokers, kafka } = await sharedServices();
    const run = await compare('kafka', `${SHORT} --transport kafka`, { KAFKA_BROKERS: brokers });
    const { exitCode, stdout, stderr, report } = run;
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('**With 5 symbols bars1s of hot is not shown to differ from that of baseline');
    expect(report?.contests.map(({ stage }) => stage)).toEqual(['bars1s', 'baragg']);
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
    for (const { latency, cpu_s } of samples) {
      expect(latency).toMatchObject({ bars: 10, dropped: 0 });
      expect(latency?.p50_ms).toBeGreaterThan(0);
      expect(cpu_s).toBeGreaterThan(0);
    }
    expect(stderr).not.toContain('could be deleted');
    expect((await listTopics(kafka)).filter((name) => name.includes('perf-'))).toEqual([]);
  });

  it('compares everything from ticks to fills on topics, and leaves none', async () => {
    const { brokers, kafka } = await sharedServices();
    const all = PAPER_STAGES.map((stage) => `dlq.${stage.replace(' ', '-')}`);
    await new TestTopics(kafka, 1).create([], all.slice(1));
    await new TestTopics(kafka, SHARED_PARTITIONS).create([], all.slice(0, 1));
    const flags = '--scenario paper-flow --transport kafka --loads 20 --ticks 60000 --rounds 1';
    const { exitCode, stderr, report } = await compare('kafka-paper', flags, { KAFKA_BROKERS: brokers });
    expect(exitCode, stderr).toBe(0);
    expect(report?.contests.map(({ stage }) => stage)).toEqual(['paper-flow']);
    expect(report?.contests[0]?.outcomes.b.parity?.expected).toBeGreaterThan(3);
    expect(report?.contests[0]?.samples.b).toHaveLength(2);
    expect(stderr).not.toContain('could be deleted');
    expect((await listTopics(kafka)).filter((name) => name.includes('perf-'))).toEqual([]);
    const live = await compare('live', '--scenario paper-flow --transport kafka --mode load', { KAFKA_BROKERS: brokers });
    expect([live.exitCode, live.report]).toEqual([2, undefined]);
    expect(live.stderr).toContain('at a load in pipes only');
  });

  it.skipIf(NO_GO !== undefined)('finds a stage in Go right, and leaves none of its topics', async () => {
    const { brokers, kafka } = await sharedServices();
    const env = { KAFKA_BROKERS: brokers, BARS1S_CMD: builtGo(folder) };
    const { exitCode, stderr, report } = await compare('go', `${SHORT} --transport kafka`, env);
    expect(exitCode, stderr).toBe(0);
    const [bars] = report?.contests ?? [];
    expect(bars?.outcomes.b.parity).toMatchObject({ isEqual: true });
    expect(bars?.samples.b).toHaveLength(2);
    expect(stderr).not.toContain('could be deleted');
    expect((await listTopics(kafka)).filter((name) => name.includes('perf-'))).toEqual([]);
  });

  it('finds out that a foreign program writes nothing', async () => {
    const { brokers } = await sharedServices();
    const env = {
      KAFKA_BROKERS: brokers,
      BARS1S_CMD: 'test -n "$PERF_INPUT" && test -n "$PERF_OUTPUT" && test -n "$PERF_GROUP"',
    };
    const { exitCode, report } = await compare('nothing', `${SHORT} --transport kafka`, env);
    expect(exitCode).toBe(65);
    const parity = report?.contests[0]?.outcomes.b.parity;
    expect(parity?.missing).toBe(parity?.expected);
    expect(report?.contests[1]?.outcomes.b.parity?.isEqual).toBe(true);
  });
});
