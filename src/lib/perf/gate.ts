import { type ContestResult, decisiveOf } from './contest.js';
import { type Stage, SIDES } from './sides.js';
import type { Report } from './plan.js';
import { median } from './statistics.js';

/** What B must reach. */
export interface Requirements {
  /** Its speed, in multiples of that of A. */
  readonly minRatio: number;
  /** Of its latencies, in load mode. */
  readonly maxP99_ms?: number | undefined;
}

/**
 * What keeps a run from passing: a side that is wrong, or a speed of B that is not shown to be at least `minRatio` times that of A,
 * or latencies whose 99th percentile, the median of the runs, is above `maxP99_ms`.
 * `stage`: of which; undefined: of what says it all.
 */
export function obstaclesOf(
  { contests, isPartial }: Report,
  stage: Stage | undefined,
  { minRatio, maxP99_ms }: Requirements,
): string[] {
  const judged = stage === undefined ? decisiveOf(contests) : contests.filter((one) => one.stage === stage);
  const wrong = contests.flatMap((one) =>
    SIDES.filter((side) => one.outcomes[side].parity?.isEqual !== true).map(
      (side) => `${placeOf(one)}: ${side.toUpperCase()} is not right`,
    ),
  );
  const slow = judged.flatMap((one) => {
    if (one.conclusion === undefined) return [`${placeOf(one)}: nothing was timed`];
    const { interval, ratio } = one.conclusion;
    const measured = `${ratio.toFixed(2)} times, but perhaps only ${interval.low.toFixed(2)}`;
    return interval.low >= minRatio ? [] : [`${placeOf(one)}: ${measured}; required ${minRatio}`];
  });
  return [
    ...(isPartial ? ['the run was stopped before its end'] : []),
    ...(judged.length === 0 ? [`there is no ${stage ?? 'comparison'} in the run`] : []),
    ...wrong,
    ...slow,
    ...(maxP99_ms === undefined ? [] : judged.flatMap((one) => latencyObstacle(one, maxP99_ms))),
  ];
}

function latencyObstacle(one: ContestResult, maxP99_ms: number): string[] {
  const all = one.samples.b.flatMap(({ latency }) => (latency === undefined ? [] : [latency.p99_ms]));
  if (all.length === 0) return [`${placeOf(one)}: no latencies of B were measured: --mode load does`];
  const p99_ms = median(all);
  return p99_ms <= maxP99_ms ? [] : [`${placeOf(one)}: p99 ${p99_ms.toFixed(1)} ms; allowed ${maxP99_ms}`];
}

function placeOf({ stage, load }: ContestResult): string {
  return `${stage} of ${load} symbols`;
}
