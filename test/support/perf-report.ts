import { concludeFrom, type ContestResult } from '../../src/lib/perf/contest.js';
import type { Stage } from '../../src/lib/perf/sides.js';
import type { Sample } from '../../src/lib/perf/measure.js';
import type { Report } from '../../src/lib/perf/plan.js';

const RIGHT = { isEqual: true, expected: 10, missing: 0, extra: 0, different: 0, named: [] };

function samplesOf(walls_s: readonly number[]): Sample[] {
  return walls_s.map((wall_s) => ({ wall_s, cpu_s: wall_s / 2, peak_rss_mb: 100 }));
}

/** A comparison in which `a` takes 2 s, and `b` what is given, in three rounds. */
export function contestOf(stage: Stage, load: number, b_s: number): ContestResult {
  const samples = {
    a: samplesOf([2, 2.02, 1.98, 2, 2.01, 2]),
    b: samplesOf([1, 1.01, 1, 0.99, 1.02, 1].map((wall) => wall * b_s)),
  };
  const outcome = { parity: RIGHT, failure: undefined };
  return {
    stage,
    load,
    records: 1_000_000,
    commands: { a: 'one', b: 'other' },
    outcomes: { a: outcome, b: outcome },
    samples,
    conclusion: concludeFrom(samples, 1),
  };
}

/** The same, of runs that were long enough to be looked at while they went on. */
export function longContest(stage: Stage, load: number): ContestResult {
  const contest = contestOf(stage, load, 1);
  const points = [1, 2, 3].map((at_s) => ({ at_s, cpu_cores: at_s / 10, rss_mb: 80 + at_s }));
  const looked = (samples: readonly Sample[]): Sample[] => samples.map((sample) => ({ ...sample, points }));
  return { ...contest, samples: { a: looked(contest.samples.a), b: looked(contest.samples.b) } };
}

/** The same, where `b` was not right, so that nothing was timed. */
export function wrongContest(stage: Stage, load: number): ContestResult {
  const parity = { ...RIGHT, isEqual: false, missing: 1, named: ['missing: SIM0001 1s 7'] };
  const contest = contestOf(stage, load, 1);
  const outcomes = { ...contest.outcomes, b: { parity, failure: undefined } };
  return { ...contest, outcomes, samples: { a: [], b: [] }, conclusion: undefined };
}

export function reportOf(tag: string, contests: readonly ContestResult[]): Report {
  const stages = { bars1s: 'bars', baragg: 'agg' };
  return {
    schema: 1,
    date: '2026-11-26T00:00:00.000Z',
    machine: { cpu: 'a cpu', cores: 2, memory_gb: 8, system: 'linux 6.1 x64', node: 'v20.19.0', load_before: 0.1 },
    plan: {
      tag,
      sides: { a: { name: 'slow', summary: 'the one', stages }, b: { name: 'fast', summary: 'made of <b> & "c"', stages } },
      scenario: 'pipeline',
      mode: 'capacity',
      transport: 'pipe',
      loads: [50],
      ticks: 1_000_000,
      rounds: 3,
      seed: 1,
      sample_s: 5,
      live: { stage_s: 30, warmup_s: 5, base_tps: 5, hot_tps: 1000, hot_symbol_pct: 0.2, hot_rotate_s: 15, step_ms: 100 },
      pairs: { tf: '3m', lookback: 20, count: 50, min_ready: 10 },
      knobs: { HOT_BAR1S_WORKERS: '2' },
      command: 'qf perf compare',
    },
    isPartial: false,
    contests,
  };
}
