import { type ContestResult, decisiveOf, type Stage, SIDES } from './contest.js';
import type { Report } from './plan.js';

/**
 * What keeps a run from passing: a side that is wrong, or a speed of B that is not shown to be at least `minRatio` times that of A.
 * `stage`: of which; undefined: of what says it all.
 */
export function obstaclesOf({ contests, isPartial }: Report, stage: Stage | undefined, minRatio: number): string[] {
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
  ];
}

function placeOf({ stage, load }: ContestResult): string {
  return `${stage} of ${load} symbols`;
}
