import { type ContestResult, decisiveOf, textOf } from './contest.js';
import { type Brought, type Flow, FLOWS, type Side, SIDES } from './sides.js';
import type { Measured } from './latency.js';
import type { Sample } from './measure.js';
import type { Plan, Report } from './plan.js';
import { median } from './statistics.js';

/** A part of a report, as texts. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What people call what goes from stage to stage. */
const NAMES: Readonly<Record<Flow, string>> = {
  ticks: 'ticks',
  bars: 'bars',
  coarser: 'aggregated bars',
  signals: 'signals',
  orders: 'orders',
  approved: 'approved',
  fills: 'fills',
};

/** Are they right, which is faster, what did it take, and what went through it. */
export function tablesOf({ plan, contests }: Report): Readonly<Record<'right' | 'speed' | 'cost' | 'brought' | 'stages', Table>> {
  const { a, b } = plan.sides;
  const isLoad = plan.mode === 'load';
  return {
    right: {
      title: 'Are they right',
      head: ['stage', 'symbols', `A, ${a.name}`, `B, ${b.name}`],
      rows: contests.map((one) => [...placeOf(one), ...SIDES.map((side) => textOf(one.stage, one.outcomes[side]))]),
    },
    speed: {
      title: 'Which is faster',
      head: ['stage', 'symbols', isLoad ? 'p99 of A, × B' : 'speed of B, × A', '95 % interval', 'noise', 'B is'],
      rows: contests.map((one) => [...placeOf(one), ...speedOf(one)]),
    },
    cost: {
      title: 'What it took',
      head: [
        ...['stage', 'symbols', 'side', ...(isLoad ? LATENCY_HEAD : ['records/s'])],
        ...['CPU s per million', 'memory, MB', 'fullest queue, %', ...(isLoad ? ['lag, records'] : []), 'runs'],
      ],
      rows: contests.flatMap((one) =>
        SIDES.map((side) => [
          ...[...placeOf(one), side.toUpperCase()],
          ...(isLoad ? latencyCells(one.samples[side]) : rateCells(one, side)),
          ...costCells(one, side, isLoad),
        ]),
      ),
    },
    brought: {
      title: 'What went through it, records/s',
      head: ['stage', 'symbols', 'side', ...FLOWS.map((flow) => NAMES[flow])],
      rows: contests.flatMap((one) => SIDES.map((side) => [...placeOf(one), side.toUpperCase(), ...broughtCells(one, side)])),
    },
    stages: {
      title: 'Latencies by stage',
      head: ['stage', 'symbols', 'side', 'of', ...QUANTILES_HEAD, 'measured'],
      rows: contests.flatMap((one) => SIDES.flatMap((side) => withinRows(one, side))),
    },
  };
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

const QUANTILES_HEAD = ['p50, ms', 'p95, ms', 'p99, ms', 'longest, ms'];
const LATENCY_HEAD = ['ticks/s', ...QUANTILES_HEAD, 'measured', 'dropped', 'sent late, ms'];

/** Medians of the runs; of what may not be, the most. */
function latencyCells(samples: readonly Sample[]): string[] {
  const own = samples.flatMap(({ latency }) => (latency === undefined ? [] : [latency]));
  if (own.length === 0) return LATENCY_HEAD.map(() => '–');
  return [
    wholeOf(median(own.map((one) => one.offered_per_s))),
    ...quantileCells(own),
    wholeOf(median(own.map((one) => one.bars))),
    ...[most(own, (one) => one.dropped), most(own, (one) => one.sent_late_ms)],
  ];
}

function quantileCells(own: readonly Measured[]): string[] {
  const middles = (['p50_ms', 'p95_ms', 'p99_ms'] as const).map((name) => median(own.map((one) => one[name])).toFixed(1));
  return [...middles, most(own, (one) => one.max_ms)];
}

function most<T>(own: readonly T[], of: (one: T) => number): string {
  return Math.max(...own.map(of)).toFixed(0);
}

function wholeOf(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** What came out of the stages before the last one, in the order of the stages. */
function withinRows(one: ContestResult, side: Side): string[][] {
  return FLOWS.flatMap((flow) => {
    const own = one.samples[side].flatMap(({ latency }) => latency?.within?.[flow] ?? []);
    if (own.length === 0) return [];
    const bars = wholeOf(median(own.map(({ bars: measured }) => measured)));
    return [[...placeOf(one), side.toUpperCase(), NAMES[flow], ...quantileCells(own), bars]];
  });
}

/** Of the run that was not timed the counts, at the pace of those that were. */
function broughtCells({ stage, records, outcomes, samples }: ContestResult, side: Side): string[] {
  const brought: Brought = { ...(stage === 'baragg' ? {} : { ticks: records }), ...outcomes[side].brought };
  const perRecord = pacesOf(records, samples[side]).map((pace) => pace / records);
  return FLOWS.map((flow) => {
    const count = brought[flow];
    if (count === undefined || perRecord.length === 0) return '–';
    const rate = count * median(perRecord);
    return rate < 10 ? rate.toFixed(2) : wholeOf(rate);
  });
}

/** Records of the input per second of each run. */
function pacesOf(records: number, samples: readonly Sample[]): number[] {
  return samples.map(({ wall_s, latency }) => latency?.offered_per_s ?? records / wall_s);
}

function rateCells({ records, samples }: ContestResult, side: Side): string[] {
  const paces = pacesOf(records, samples[side]);
  return [paces.length === 0 ? '–' : wholeOf(median(paces))];
}

function costCells({ records, samples }: ContestResult, side: Side, isLoad: boolean): string[] {
  const own = samples[side];
  if (own.length === 0) return ['–', '–', '–', ...(isLoad ? ['–'] : []), '0'];
  const cpu_s = median(own.map((sample) => sample.cpu_s));
  const mostOf = (of: (sample: Sample) => number | undefined): string => {
    const known = own.flatMap((sample) => of(sample) ?? []);
    return known.length === 0 ? '–' : most(known, (value) => value);
  };
  const peaks = own.flatMap(({ peak_rss_mb }) => peak_rss_mb ?? []);
  return [
    ((cpu_s / records) * 1e6).toFixed(2),
    peaks.length === 0 ? '–' : median(peaks).toFixed(0),
    mostOf(({ queue_peak_pct }) => queue_peak_pct),
    ...(isLoad ? [mostOf(({ lag_peak_records }) => lag_peak_records)] : []),
    String(own.length),
  ];
}
