import { type ContestResult, decisiveOf, type Side, SIDES, textOf } from './contest.js';
import type { Report } from './plan.js';
import { median } from './statistics.js';

/** A part of a report, as texts. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Are they right, which is faster, and what did it take. */
export function tablesOf({ plan, contests }: Report): readonly [right: Table, speed: Table, cost: Table] {
  const { a, b } = plan.sides;
  return [
    {
      title: 'Are they right',
      head: ['stage', 'symbols', `A, ${a.name}`, `B, ${b.name}`],
      rows: contests.map((one) => [...placeOf(one), ...SIDES.map((side) => textOf(one.stage, one.outcomes[side]))]),
    },
    {
      title: 'Which is faster',
      head: ['stage', 'symbols', 'speed of B, × A', '95 % interval', 'noise', 'B is'],
      rows: contests.map((one) => [...placeOf(one), ...speedOf(one)]),
    },
    {
      title: 'What it took',
      head: ['stage', 'symbols', 'side', 'records/s', 'CPU s per million', 'memory, MB', 'runs'],
      rows: contests.flatMap((one) => SIDES.map((side) => [...placeOf(one), side.toUpperCase(), ...costOf(one, side)])),
    },
  ];
}

/** What is to be known if nothing else is read, as sentences. */
export function summaryOf({ contests, plan }: Report): string[] {
  const { a, b } = plan.sides;
  const wrong = contests.filter(({ outcomes }) => SIDES.some((side) => outcomes[side].parity?.isEqual !== true));
  if (wrong.length > 0) return [`No winner: outputs are wrong in ${wrong.length} of ${contests.length} comparisons.`];
  const lines = decisiveOf(contests).flatMap(({ stage, load, conclusion }) => {
    if (conclusion === undefined) return [];
    const { ratio, interval, verdict } = conclusion;
    const is = verdict === 'inconclusive' ? 'not shown to differ from' : `${verdict} than`;
    const figures = `${ratio.toFixed(2)} times its speed (95 % interval ${interval.low.toFixed(2)}–${interval.high.toFixed(2)})`;
    return [`With ${load} symbols ${stage} of ${b.name} is ${is} that of ${a.name}: ${figures}.`];
  });
  return lines.length === 0 ? ['Nothing was timed.'] : lines;
}

/** The bars that are wrong. */
export function wrongBarsOf({ contests }: Report): string[] {
  return contests.flatMap(({ stage, load, outcomes }) =>
    SIDES.flatMap((side) =>
      (outcomes[side].parity?.named ?? []).map((bar) => `${stage} of ${load} symbols, ${side.toUpperCase()}: ${bar}`),
    ),
  );
}

function placeOf({ stage, load }: ContestResult): string[] {
  return [stage, String(load)];
}

function speedOf({ conclusion }: ContestResult): string[] {
  if (conclusion === undefined) return ['–', '–', '–', 'not judged'];
  const { ratio, interval, noise, verdict } = conclusion;
  return [
    ratio.toFixed(2),
    `${interval.low.toFixed(2)}–${interval.high.toFixed(2)}`,
    `± ${((noise - 1) * 100).toFixed(0)} %`,
    verdict,
  ];
}

function costOf({ records, samples }: ContestResult, side: Side): string[] {
  const own = samples[side];
  if (own.length === 0) return ['–', '–', '–', '0'];
  const wall_s = median(own.map((sample) => sample.wall_s));
  const cpu_s = median(own.map((sample) => sample.cpu_s));
  const peaks = own.flatMap(({ peak_rss_mb }) => (peak_rss_mb === undefined ? [] : [peak_rss_mb]));
  return [
    Math.round(records / wall_s).toLocaleString('en'),
    ((cpu_s / records) * 1e6).toFixed(2),
    peaks.length === 0 ? '–' : median(peaks).toFixed(0),
    String(own.length),
  ];
}
