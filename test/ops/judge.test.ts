import { describe, expect, test } from 'vitest';
import {
  judgeBroker,
  judgeClock,
  judgeCopartitions,
  judgeDisk,
  judgeLags,
  judgeNode,
  judgePort,
  judgeStages,
  judgeTopics,
} from '../../src/lib/ops/doctor/judge.js';

const plan = { name: 'ticks', partitions: 4, copartitionedWith: undefined, settings: { 'cleanup.policy': 'delete' } };
const bars = { ...plan, name: 'bars.1s', copartitionedWith: 'ticks' };
const topic = (partitions: number, policy = 'delete') => ({
  partitions,
  settings: new Map([['cleanup.policy', policy]]),
  ownSettings: new Map<string, string>(),
});

describe('doctor judges', () => {
  test.each([
    ['20.19.4', 'ok'],
    ['20.20.0', 'ok'],
    ['24.0.0', 'ok'],
    ['20.19.3', 'fail'],
    ['20.18.9', 'fail'],
    ['18.99.99', 'fail'],
  ])('Node %s: %s', (version, status) => {
    expect(judgeNode(version).status).toBe(status);
  });

  test.each([
    [true, false, 'ok', 'is free'],
    [false, true, 'ok', 'has its port'],
    [false, false, 'fail', 'is taken by a program'],
    [true, true, 'fail', 'does not listen'],
  ])('a port that is free: %s, while its service runs: %s: %s', (isFree, isRunning, status, what) => {
    expect(judgePort('kafka', 9092, isFree, isRunning)).toMatchObject({ status, what: expect.stringContaining(what) as string });
  });

  test.each([
    [27, 'ok', 'Kafka 4.1'],
    [25, 'ok', 'Kafka 4.0'],
    [99, 'ok', 'later than 4.1'],
    [24, 'fail', 'older than Kafka 4.0'],
    [undefined, 'fail', 'older than Kafka 4.0'],
  ])('a broker of metadata level %s: %s', (level, status, what) => {
    expect(judgeBroker('b:1', level)).toMatchObject({ status, what: expect.stringContaining(what) as string });
  });

  test('topics: one line where all is right, else a line for each fault', () => {
    expect(
      judgeTopics(
        [plan, bars],
        new Map([
          ['ticks', topic(4)],
          ['bars.1s', topic(4)],
        ]),
      ),
    ).toMatchObject([{ status: 'ok' }]);
    expect(judgeTopics([plan, bars], new Map([['ticks', topic(4, 'compact')]]))).toMatchObject([
      { status: 'fail', what: 'ticks: cleanup.policy is compact, not delete', mend: 'qf topics create' },
      { status: 'fail', what: 'bars.1s is missing', mend: 'qf topics create' },
    ]);
    expect(judgeTopics([plan], new Map([['ticks', topic(3)]]))).toMatchObject([{ what: 'ticks has 3 partitions, not 4' }]);
  });

  test('co-partitioning: what is on the broker counts, not what is configured', () => {
    expect(
      judgeCopartitions(
        [plan, bars],
        new Map([
          ['ticks', topic(3)],
          ['bars.1s', topic(3)],
        ]),
      ),
    ).toMatchObject([{ status: 'ok' }]);
    expect(
      judgeCopartitions(
        [plan, bars],
        new Map([
          ['ticks', topic(4)],
          ['bars.1s', topic(3)],
        ]),
      ),
    ).toMatchObject([{ status: 'fail', what: 'bars.1s has 3 partitions, ticks has 4' }]);
  });

  test('stages', () => {
    expect(judgeStages([], false, [])).toMatchObject([{ status: 'ok' }]);
    expect(judgeStages(['a'], false, [])).toMatchObject([{ status: 'fail', mend: 'qf up --only apps' }]);
    const states = (['running', 'ended', 'waiting', 'gave_up', 'stopped'] as const).map((state) => ({
      name: state,
      state,
      restarts: 1,
    }));
    const names = [...states.map(({ name }) => name), 'unknown'];
    expect(judgeStages(names, true, states).map(({ status }) => status)).toEqual(['ok', 'ok', 'warn', 'fail', 'fail', 'fail']);
  });

  test('the lag of groups', () => {
    const lag = (records: number) => ({ group: 'qf.agg.bars.1m', topic: 'bars.1m', records });
    expect(judgeLags([])).toMatchObject([{ status: 'ok' }]);
    expect(judgeLags([lag(100_000), lag(100_001)])).toMatchObject([
      { status: 'ok' },
      { status: 'warn', mend: expect.stringMatching('^qf logs agg; ') as string },
    ]);
  });

  test.each([
    [100, 'fail'],
    [1023, 'fail'],
    [1024, 'warn'],
    [2047, 'warn'],
    [2048, 'ok'],
  ])('%s MB free where 1024 are needed: %s', (free_mb, status) => {
    expect(judgeDisk('/data', free_mb, 1024).status).toBe(status);
  });

  test.each([
    [0, 'ok'],
    [-1000, 'ok'],
    [1001, 'fail'],
    [-5000, 'fail'],
  ])('clocks that differ by %s ms: %s', (difference_ms, status) => {
    expect(judgeClock(difference_ms).status).toBe(status);
  });
});
