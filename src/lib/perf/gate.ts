import { type Stage, SIDES } from './contest.js';
import type { Report } from './plan.js';

/** What keeps a run from passing: a side that is wrong, or a speed of B that is not shown to be at least `minRatio` times that of A. */
export function obstaclesOf({ contests, isPartial }: Report, stage: Stage, minRatio: number): string[] {
  const judged = contests.filter((one) => one.stage === stage);
  const wrong = contests.flatMap((one) =>
    SIDES.filter((side) => one.outcomes[side].parity?.isEqual !== true).map(
      (side) => `${one.stage} of ${one.load} symbols: ${side.toUpperCase()} is not right`,
    ),
  );
  const slow = judged.flatMap(({ load, conclusion }) => {
    const place = `${stage} of ${load} symbols`;
    if (conclusion === undefined) return [`${place}: nothing was timed`];
    const { interval, ratio } = conclusion;
    return interval.low >= minRatio
      ? []
      : [`${place}: ${ratio.toFixed(2)} times, but perhaps only ${interval.low.toFixed(2)}; required ${minRatio}`];
  });
  return [
    ...(isPartial ? ['the run was stopped before its end'] : []),
    ...(judged.length === 0 ? [`there is no ${stage} in the run`] : []),
    ...wrong,
    ...slow,
  ];
}
