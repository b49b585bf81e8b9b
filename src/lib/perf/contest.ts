import { join } from 'node:path';
import { messageOf } from '../runtime/errors.js';
import { FailedRun } from './failed-run.js';
import type { Run, Sample } from './measure.js';
import type { Observer } from './observer.js';
import { compareRecords, type Parity } from './parity.js';
import { type Brought, type Flow, type Side, SIDES, type Stage } from './sides.js';
import type { Point } from './tree-watch.js';
import { type Interval, median, medianInterval, noiseOf, type Verdict, verdictOf } from './statistics.js';

/** The order of a round's runs: what slows down or speeds up within it meets both sides. */
const ROUND = ['a', 'b', 'b', 'a'] as const;

/** Fewer pairs of runs prove nothing, whatever the interval that they give. */
const MIN_PAIRS = 5;

/** What is run: the same input for both sides, and what is right to come of it. */
export interface Entry {
  readonly stage: Stage;
  /** Symbols of the simulated market. */
  readonly load: number;
  readonly input: string;
  /** Lines of the input, or of what an ingest brings. */
  readonly records: number;
  /** What is right to come of a side; of a side that brings its own input, it is made of that. */
  readonly expectedOf: (side: Side) => Promise<string>;
  /** What is right to go from one stage to the next within it, where that is known. */
  readonly within: Readonly<Partial<Record<Flow, string>>>;
  /** What its commands find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly commands: Readonly<Record<Side, string>>;
  /** Those of the run that is not timed. */
  readonly triedCommands: Readonly<Record<Side, string>>;
}

/** What came of one side. */
export interface Outcome {
  readonly parity: Parity | undefined;
  /** Why there is none: the end of the log of a program that has failed, also when it was timed. */
  readonly failure: string | undefined;
  /** How many records of each kind went through it. */
  readonly brought?: Brought;
}

/** What is said of the timed runs. */
export interface Conclusion {
  /** Speed of b in multiples of that of a, by time or by the 99th percentile of latencies: the median of the pairs, and its 95 % interval. */
  readonly ratio: number;
  readonly interval: Interval;
  /** The largest factor by which a side differed from itself: the end of the 95 % interval for that. */
  readonly noise: number;
  readonly verdict: Verdict;
}

export interface ContestResult {
  readonly stage: Stage;
  readonly load: number;
  readonly records: number;
  readonly commands: Readonly<Record<Side, string>>;
  readonly outcomes: Readonly<Record<Side, Outcome>>;
  /** In the order of the rounds; two of each side in each round. */
  readonly samples: Readonly<Record<Side, readonly Sample[]>>;
  /** Undefined where a side is not right, or nothing was timed. */
  readonly conclusion: Conclusion | undefined;
}

/** What a contest needs besides its entry. */
export interface ContestSettings {
  readonly rounds: number;
  readonly seed: number;
  /** Runs a command once, from the entry's input to the run's output. */
  readonly perform: (entry: Entry, run: Run, stop: AbortSignal) => Promise<Sample>;
  /** The same for the run that is not timed. */
  readonly tryOut: (entry: Entry, run: Run, stop: AbortSignal) => Promise<Brought>;
  /** For outputs. */
  readonly folder: string;
  /** For what commands have to say. */
  readonly logs: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the commands of a side find besides. */
  readonly sideEnv: Readonly<Record<Side, Readonly<Record<string, string>>>>;
  readonly stop: AbortSignal;
  /** Between two looks at what a run takes. */
  readonly sample_s: number;
  readonly observer: Observer;
}

/**
 * Runs both sides once and compares what they wrote with what is right; then, where both are, in rounds of two runs each. A stop ends it
 * with what has been measured by then.
 */
export async function contest(entry: Entry, settings: ContestSettings): Promise<ContestResult> {
  const { stage, load, records, commands } = entry;
  const name = `${stage} of ${load} symbols`;
  const outcomes = {} as Record<Side, Outcome>;
  for (const side of SIDES) {
    outcomes[side] = await tryOut(entry, side, settings);
    settings.observer.said(`${name}: ${side}: ${textOf(stage, outcomes[side])}`);
  }
  const isRight = SIDES.every((side) => outcomes[side].parity?.isEqual === true);
  const raced = isRight ? await race(entry, settings, name) : NOTHING;
  if ('failed' in raced) {
    outcomes[raced.failed] = { parity: undefined, failure: raced.failure };
    settings.observer.said(`${name}: ${raced.failed}: ${textOf(stage, outcomes[raced.failed])}`);
  }
  const samples = 'failed' in raced ? NOTHING : raced;
  return { stage, load, records, commands, outcomes, samples, conclusion: concludeFrom(samples, settings.seed) };
}

type Samples = Readonly<Record<Side, readonly Sample[]>>;

const NOTHING: Samples = { a: [], b: [] };

/** A side that was right, and failed when it was timed: what was timed before says nothing. */
interface Failed {
  readonly failed: Side;
  readonly failure: string;
}

/** The run that is not timed. */
async function tryOut(entry: Entry, side: Side, settings: ContestSettings): Promise<Outcome> {
  const run = { ...runOf(entry, side, settings), command: entry.triedCommands[side] };
  try {
    const expected = await entry.expectedOf(side);
    const brought = await settings.tryOut(entry, run, settings.stop);
    return { parity: await compareRecords(expected, run.output), failure: undefined, brought };
  } catch (error) {
    if (!(error instanceof FailedRun)) throw error;
    return { parity: undefined, failure: messageOf(error) };
  }
}

/** The rounds, as far as they came before a stop. */
async function race(entry: Entry, settings: ContestSettings, name: string): Promise<Samples | Failed> {
  let samples = NOTHING;
  for (let round = 1; round <= settings.rounds; round++) {
    const own = await raceOnce(entry, round, settings);
    if (own === undefined) return samples;
    if ('failed' in own) return own;
    samples = { a: [...samples.a, ...own.a], b: [...samples.b, ...own.b] };
    settings.observer.said(`${name}: round ${round} of ${settings.rounds}`);
  }
  return samples;
}

/** One round; undefined where it was stopped: a part of one says nothing. */
async function raceOnce(entry: Entry, round: number, settings: ContestSettings): Promise<Samples | Failed | undefined> {
  const { rounds, sample_s, observer } = settings;
  const { stage, load, records } = entry;
  const sampling = { every_s: sample_s, sampled: (point: Point) => observer.sampled(point) };
  const own: Record<Side, Sample[]> = { a: [], b: [] };
  for (const side of ROUND) {
    try {
      observer.began({ stage, load, records, side, round, rounds });
      const sample = await settings.perform(entry, { ...runOf(entry, side, settings), sampling }, settings.stop);
      const { bars = 0, dropped = 0 } = sample.latency ?? {};
      if (dropped > 0)
        throw new FailedRun(`${dropped} of ${bars + dropped} ${resultsOf(stage)} did not come at the pace of the market`);
      own[side].push(sample);
      observer.ended(sample);
    } catch (error) {
      if (settings.stop.aborted) return undefined;
      if (!(error instanceof FailedRun)) throw error;
      return { failed: side, failure: error.message };
    }
  }
  return own;
}

function runOf(
  { stage, load, input, commands, env: own }: Entry,
  side: Side,
  { folder, logs, env, sideEnv }: ContestSettings,
): Run {
  const name = `${stage}-${load}-${side}`;
  return {
    command: commands[side],
    input,
    output: join(folder, `${name}.out`),
    log: join(logs, `${name}.log`),
    env: { ...env, ...own, ...sideEnv[side] },
  };
}

/** What the samples of both sides say; undefined where there are none. */
export function concludeFrom({ a, b }: Readonly<Record<Side, readonly Sample[]>>, seed: number): Conclusion | undefined {
  if (a.length === 0) return undefined;
  const times = { a: a.map(timeOf), b: b.map(timeOf) };
  const ratios = ratiosOf({ a, b });
  const own = SIDES.flatMap((side) =>
    times[side].flatMap((time, at) => (at % 2 === 0 ? [time / (times[side][at + 1] as number)] : [])),
  );
  const interval = medianInterval(ratios, seed);
  const noise = noiseOf(medianInterval(own, seed));
  return {
    ratio: median(ratios),
    interval,
    noise,
    verdict: ratios.length < MIN_PAIRS ? 'inconclusive' : verdictOf(interval, noise),
  };
}

const ALONE: ReadonlySet<Stage> = new Set(['ingest', 'bars1s', 'baragg']);

/** The comparisons that say it all: those of several stages together, or, where there are none, all. */
export function decisiveOf(contests: readonly ContestResult[]): readonly ContestResult[] {
  const together = contests.filter(({ stage }) => !ALONE.has(stage));
  return together.length > 0 ? together : contests;
}

/** Speed of b in multiples of that of a: of a round the first runs of both, and the second ones, stand beside each other. */
export function ratiosOf({ a, b }: Readonly<Record<Side, readonly Sample[]>>): number[] {
  return a.map((one, at) => timeOf(one) / timeOf(b[at] as Sample));
}

/** What a run is judged by: how long its slowest bars but one in a hundred took, at a load; else how long it took. */
export function timeOf({ wall_s, latency }: Sample): number {
  return latency?.p99_ms ?? wall_s;
}

/** What is compared of a stage. */
export function resultsOf(stage: Stage): 'ticks' | 'bars' | 'fills' {
  if (stage === 'ingest') return 'ticks';
  return stage === 'paper-flow' ? 'fills' : 'bars';
}

/** What a side has come to, in words. */
export function textOf(stage: Stage, { parity, failure }: Outcome): string {
  if (parity === undefined) return `FAILED: ${failure ?? ''}`;
  const { isEqual, expected, missing, extra, different } = parity;
  const count = `${expected.toLocaleString('en')} ${resultsOf(stage)}`;
  return isEqual ? `${count}, all right` : `WRONG: of ${count} ${missing} missing, ${different} different, ${extra} extra`;
}
