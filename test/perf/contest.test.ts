import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { concludeFrom, contest, type ContestResult } from '../../src/lib/perf/contest.js';
import { FailedRun } from '../../src/lib/perf/failed-run.js';
import type { Run, Sample } from '../../src/lib/perf/measure.js';
import { observedBy } from '../../src/lib/perf/observer.js';
import { temporaryFolder } from '../support/files.js';

/** Times of a side in the rounds A B B A, s. */
function samplesOf(...walls: number[]): Sample[] {
  return walls.map((wall_s) => ({ wall_s, cpu_s: wall_s, peak_rss_mb: 1 }));
}

describe('of recorded runs', () => {
  const a = samplesOf(1.0, 1.02, 0.99, 1.01, 1.0, 1.0);

  it('a side that takes 20 % longer each time is slower by that much', () => {
    const b = a.map(({ wall_s, ...rest }) => ({ ...rest, wall_s: wall_s * 1.2 }));
    const conclusion = concludeFrom({ a, b }, 1);
    expect(conclusion?.verdict).toBe('slower');
    expect(conclusion?.ratio).toBeCloseTo(1 / 1.2, 12);
    expect(conclusion?.interval.low).toBeLessThanOrEqual(1 / 1.2);
  });

  it('the same side again is inconclusive', () => {
    expect(concludeFrom({ a, b: samplesOf(1.01, 0.99, 1.0, 1.02, 1.0, 0.99) }, 1)?.verdict).toBe('inconclusive');
  });

  it('a difference that is smaller than what a side differs from itself is inconclusive', () => {
    const restless = samplesOf(1.0, 1.3, 1.0, 1.3, 1.0, 1.3);
    const b = restless.map(({ wall_s, ...rest }) => ({ ...rest, wall_s: wall_s / 1.05 }));
    const conclusion = concludeFrom({ a: restless, b }, 1);
    expect(conclusion?.noise).toBeCloseTo(1.3, 9);
    expect(conclusion).toMatchObject({ verdict: 'inconclusive' });
    expect(conclusion?.ratio).toBeCloseTo(1.05, 9);
  });

  it('a machine that slows down in the middle of each round does not make a winner', () => {
    // A B B A, each run slower than the one before: A has the first and the last place.
    const rounds = [0, 1, 2];
    const side = (places: readonly number[]): Sample[] =>
      samplesOf(...rounds.flatMap(() => places.map((place) => 1 + place * 0.1)));
    expect(concludeFrom({ a: side([0, 3]), b: side([1, 2]) }, 1)?.verdict).toBe('inconclusive');
  });

  it('fewer than five pairs are inconclusive, however far they are apart', () => {
    expect(concludeFrom({ a: samplesOf(2, 2, 2, 2), b: samplesOf(1, 1, 1, 1) }, 1)).toMatchObject({
      ratio: 2,
      verdict: 'inconclusive',
    });
  });

  it('without runs there is nothing to say', () => {
    expect(concludeFrom({ a: [], b: [] }, 1)).toBeUndefined();
  });
});

describe('a contest', () => {
  const folder = temporaryFolder();
  const expected = join(folder, 'expected');
  writeFileSync(expected, '{"symbol":"A","tf":"1s","ts":1,"o":1,"h":1,"l":1,"c":1,"vol":1,"n_trades":1}\n');
  const SAMPLE: Sample = { wall_s: 1, cpu_s: 1, peak_rss_mb: undefined };
  const LATENCY = { p50_ms: 1, p95_ms: 1, p99_ms: 1, max_ms: 1, bars: 9, offered_per_s: 1, sent_late_ms: 0 };

  /** Three rounds of two sides that are right; `timed` is asked for each timed run, by its number from 1. */
  function raced(timed: (run: Run, number: number) => Sample, stop = new AbortController().signal): Promise<ContestResult> {
    let number = 0;
    return contest(
      {
        ...{ stage: 'bars1s', load: 1, input: '/dev/null', records: 1, env: {} },
        ...{ expectedOf: () => Promise.resolve(expected), within: {}, commands: { a: 'one', b: 'other' } },
        triedCommands: { a: 'one', b: 'other' },
      },
      {
        ...{
          rounds: 3,
          seed: 1,
          sample_s: 5,
          folder,
          logs: folder,
          env: {},
          sideEnv: { a: {}, b: {} },
          stop,
          observer: observedBy([]),
        },
        tryOut: (_, run) => {
          copyFileSync(expected, run.output);
          return Promise.resolve({});
        },
        perform: (_, run) => Promise.resolve().then(() => timed(run, ++number)),
      },
    );
  }

  it('times each side twice in each round', async () => {
    const order: string[] = [];
    const { samples, conclusion } = await raced(({ command }) => (order.push(command), SAMPLE));
    expect(order.slice(0, 4)).toEqual(['one', 'other', 'other', 'one']);
    expect([samples.a.length, samples.b.length, conclusion?.ratio]).toEqual([6, 6, 1]);
  });

  it('has no winner where a side fails when it is timed, and says which and why', async () => {
    const { outcomes, samples, conclusion } = await raced((_, number) => {
      if (number === 6) throw new FailedRun('it never became ready');
      return SAMPLE;
    });
    expect(outcomes.a.parity?.isEqual).toBe(true);
    expect(outcomes.b).toEqual({ parity: undefined, failure: 'it never became ready' });
    expect([samples.a, samples.b, conclusion]).toEqual([[], [], undefined]);
  });

  it('nor where bars do not come at the pace of the market', async () => {
    const { outcomes, conclusion } = await raced((_, number) => ({
      ...SAMPLE,
      latency: { ...LATENCY, dropped: number === 8 ? 1 : 0 },
    }));
    expect(outcomes.a.failure).toBe('1 of 10 bars did not come at the pace of the market');
    expect(conclusion).toBeUndefined();
  });

  it('keeps the rounds that were finished where it is stopped', async () => {
    const stop = new AbortController();
    const { outcomes, samples } = await raced((_, number) => {
      if (number === 6) {
        stop.abort('SIGINT');
        throw new FailedRun('killed');
      }
      return SAMPLE;
    }, stop.signal);
    expect([samples.a.length, samples.b.length]).toEqual([2, 2]);
    expect(outcomes.b.failure).toBeUndefined();
  });
});
