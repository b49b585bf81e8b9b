import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseTimeframe } from '../core/model/time.js';
import { FailedRun } from './failed-run.js';
import type { Flow } from './sides.js';
import { quantile } from './statistics.js';
import type { Result, Schedule } from './schedule.js';

/** When bytes of an output had come: those before `bytes`, at `at_ms` by `performance.now()`. */
export interface Arrival {
  readonly bytes: number;
  readonly at_ms: number;
}

/** From when the tick was due that makes a bar final until the bar came. */
export interface Measured {
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
  /** Bars that were measured, and bars that did not come. */
  readonly bars: number;
  readonly dropped: number;
  /** The same of those bars in the course of the run. */
  readonly points?: readonly LatencyPoint[];
}

/** That of a run. */
export interface Latency extends Measured {
  /** Ticks per second that were sent, over the whole run. */
  readonly offered_per_s: number;
  /** By how much the sender itself was late at most. */
  readonly sent_late_ms: number;
  /** And of what went from one of its stages to the next. */
  readonly within?: Readonly<Partial<Record<Flow, Measured>>>;
}

/** Latencies of the bars that became final in a part of a run. */
export interface LatencyPoint {
  /** Its end, behind the first tick. */
  readonly at_s: number;
  readonly bars: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
}

const MS_PER_S = 1000;

/** Parts of a run; those of a longer one are longer. */
const MAX_PARTS = 1000;

/** When the first tick was due, from when bars are measured behind it, and over how long at a time they are summed up. */
export interface LatencyTimes {
  /** By `performance.now()`. */
  readonly first_ms: number;
  readonly warmup_s: number;
  readonly part_s: number;
}

/** Those of a comparison at a load. */
export function timesOf(
  {
    live: { warmup_s, stage_s },
    sample_s,
  }: {
    readonly live: { readonly warmup_s: number; readonly stage_s: number };
    readonly sample_s: number;
  },
  first_ms: number,
): LatencyTimes {
  return { first_ms, warmup_s, part_s: Math.max(sample_s, Math.ceil((warmup_s + stage_s) / MAX_PARTS)) };
}

/** A bar, of those that can be measured: it is final before the input ends, and the warm-up is over by then. */
interface Known {
  readonly end: number;
  readonly closing_ms: number;
}

/**
 * Latencies of the bars in `output`, whose bytes came as `arrivals` say, counted from when ticks were due and not from when they were
 * sent: a sender that has to wait makes them longer, not fewer (coordinated omission). Exact quantiles of all of them.
 * Throws `FailedRun` where there are none.
 */
export async function latencyOf(
  output: string,
  arrivals: readonly Arrival[],
  expected: string,
  schedule: Schedule,
  { first_ms, warmup_s, part_s }: LatencyTimes,
): Promise<Measured> {
  const warmup_ms = warmup_s * MS_PER_S;
  const latencies_ms: number[] = [];
  const parts = new Map<number, number[]>();
  let index = 0;
  for await (const { end, closing_ms } of knownIn(output, schedule, warmup_ms)) {
    while (index < arrivals.length - 1 && (arrivals[index] as Arrival).bytes < end) index++;
    const latency_ms = (arrivals[index]?.at_ms ?? NaN) - first_ms - closing_ms;
    latencies_ms.push(latency_ms);
    const part = Math.floor(closing_ms / (part_s * MS_PER_S));
    const inPart = parts.get(part);
    if (inPart === undefined) parts.set(part, [latency_ms]);
    else inPart.push(latency_ms);
  }
  const wanted = await countOf(knownIn(expected, schedule, warmup_ms));
  const bars = latencies_ms.length;
  if (bars === 0) throw new FailedRun(`none of ${wanted} bars came that became final behind the warm-up`);
  const at = (share: number): number => quantile(latencies_ms, share);
  const points = [...parts].map(([part, own]) => ({
    at_s: (part + 1) * part_s,
    bars: own.length,
    p50_ms: quantile(own, 0.5),
    p99_ms: quantile(own, 0.99),
  }));
  points.sort((a, b) => a.at_s - b.at_s);
  return {
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    max_ms: at(1),
    bars,
    dropped: Math.max(0, wanted - bars),
    points,
  };
}

/** Latencies of what went from one stage to the next; nothing where nothing did. */
export async function latenciesWithin(
  came: readonly { readonly flow: Flow; readonly path: string; readonly arrivals: readonly Arrival[] }[],
  expected: Readonly<Partial<Record<Flow, string>>>,
  schedule: Schedule,
  times: LatencyTimes,
): Promise<Pick<Latency, 'within'>> {
  const within: Partial<Record<Flow, Measured>> = {};
  for (const { flow, path, arrivals } of came)
    within[flow] = await latencyOf(path, arrivals, expected[flow] ?? path, schedule, times);
  return came.length === 0 ? {} : { within };
}

async function countOf(all: AsyncIterable<unknown>): Promise<number> {
  const iterator = all[Symbol.asyncIterator]();
  let count = 0;
  while ((await iterator.next()).done !== true) count++;
  return count;
}

async function* knownIn(path: string, schedule: Schedule, warmup_ms: number): AsyncGenerator<Known> {
  let end = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    end += Buffer.byteLength(line) + 1;
    const result = resultIn(line);
    if (result === undefined) continue;
    const closing_ms = schedule.closing_ms(result);
    if (closing_ms !== undefined && closing_ms >= warmup_ms) yield { end, closing_ms };
  }
}

/** What a line tells of: a bar, or a fill by the bars that it was decided on; undefined for what is neither. */
function resultIn(line: string): Result | undefined {
  const ts = Number(/"ts"\s*:\s*(\d+)/.exec(line)?.[1]);
  const tf = /"tf"\s*:\s*"(\w+)"/.exec(line)?.[1];
  if (tf === undefined) {
    const end_s = ts + Number(/"tf_s"\s*:\s*(\d+)/.exec(line)?.[1]);
    return Number.isNaN(end_s) ? undefined : { end_s, kind: 'decision' };
  }
  const tf_s = parseTimeframe(tf);
  return tf_s === undefined ? undefined : { end_s: ts + tf_s, kind: tf_s === 1 ? 'second' : 'coarser' };
}
