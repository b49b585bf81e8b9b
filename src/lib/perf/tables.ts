import { type ContestResult, decisiveOf, textOf } from './contest.js';
import { type Side, SIDES } from './sides.js';
import type { Latency } from './latency.js';
import type { Sample } from './measure.js';
import type { Plan, Report } from './plan.js';
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
  const isLoad = plan.mode === 'load';
  return [
    {
      title: 'Are they right',
      head: ['stage', 'symbols', `A, ${a.name}`, `B, ${b.name}`],
      rows: contests.map((one) => [...placeOf(one), ...SIDES.map((side) => textOf(one.stage, one.outcomes[side]))]),
    },
    {
      title: 'Which is faster',
      head: ['stage', 'symbols', isLoad ? 'p99 of A, × B' : 'speed of B, × A', '95 % interval', 'noise', 'B is'],
      rows: contests.map((one) => [...placeOf(one), ...speedOf(one)]),
    },
    {
      title: 'What it took',
      head: [
        ...['stage', 'symbols', 'side', ...(isLoad ? LATENCY_HEAD : ['records/s'])],
        ...['CPU s per million', 'memory, MB', 'runs'],
      ],
      rows: contests.flatMap((one) =>
        SIDES.map((side) => [
          ...[...placeOf(one), side.toUpperCase()],
          ...(isLoad ? latencyCells(one.samples[side]) : rateCells(one, side)),
          ...costCells(one, side),
        ]),
      ),
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
    const what = plan.mode === 'load' ? 'times as quick by the 99th percentile' : 'times its speed';
    const figures = `${ratio.toFixed(2)} ${what} (95 % interval ${interval.low.toFixed(2)}–${interval.high.toFixed(2)})`;
    return [`With ${load} symbols ${stage} of ${b.name} is ${is} that of ${a.name}: ${figures}.`];
  });
  return lines.length === 0 ? ['Nothing was timed.'] : lines;
}

/** The command of a run, with the variables that it has looked at. */
export function typedOf({ knobs, command }: Plan): string {
  return [...Object.entries(knobs).map(([name, value]) => `${name}=${value}`), command].join(' ');
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

const LATENCY_HEAD = ['ticks/s', 'p50, ms', 'p95, ms', 'p99, ms', 'longest, ms', 'measured', 'dropped', 'sent late, ms'];

/** Medians of the runs; of what may not be, the most. */
function latencyCells(samples: readonly Sample[]): string[] {
  const own = samples.flatMap(({ latency }) => (latency === undefined ? [] : [latency]));
  if (own.length === 0) return LATENCY_HEAD.map(() => '–');
  const middle = (of: (one: Latency) => number): number => median(own.map(of));
  const most = (of: (one: Latency) => number): string => Math.max(...own.map(of)).toFixed(0);
  return [
    Math.round(middle((one) => one.offered_per_s)).toLocaleString('en'),
    ...[middle((one) => one.p50_ms), middle((one) => one.p95_ms), middle((one) => one.p99_ms)].map((ms) => ms.toFixed(1)),
    most((one) => one.max_ms),
    Math.round(middle((one) => one.bars)).toLocaleString('en'),
    ...[most((one) => one.dropped), most((one) => one.sent_late_ms)],
  ];
}

function rateCells({ records, samples }: ContestResult, side: Side): string[] {
  const own = samples[side];
  return [own.length === 0 ? '–' : Math.round(records / median(own.map(({ wall_s }) => wall_s))).toLocaleString('en')];
}

function costCells({ records, samples }: ContestResult, side: Side): string[] {
  const own = samples[side];
  if (own.length === 0) return ['–', '–', '0'];
  const cpu_s = median(own.map((sample) => sample.cpu_s));
  const peaks = own.flatMap(({ peak_rss_mb }) => (peak_rss_mb === undefined ? [] : [peak_rss_mb]));
  return [((cpu_s / records) * 1e6).toFixed(2), peaks.length === 0 ? '–' : median(peaks).toFixed(0), String(own.length)];
}
