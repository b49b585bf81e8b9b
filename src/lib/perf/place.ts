import type { Entry } from './contest.js';
import type { Implementation } from './implementation.js';
import { linesIn } from './lines.js';
import { measure, type Run, type Sample } from './measure.js';
import type { Plan } from './plan.js';
import { type Brought, type Flow, SIDES, type Stage } from './sides.js';

/** Where implementations are run: what brings records to their commands, and takes what these write. */
export interface Place {
  /** What is compared there. */
  readonly stages: readonly Stage[];
  /** The command of a stage that is timed. Throws a usage error where the implementation has none. */
  commandOf(implementation: Implementation, stage: Stage): string;
  /** That of the run that is not timed. */
  triedCommandOf(implementation: Implementation, stage: Stage): string;
  /** Brings the market of so many symbols to where commands read it. */
  bring(load: number): Promise<void>;
  /** Runs a command once, and leaves the records that it has made in the run's output. */
  perform(entry: Entry, run: Run, stop: AbortSignal): Promise<Sample>;
  /** The same as fast as it goes, and untimed; tells what went through it. */
  tryOut(entry: Entry, run: Run, stop: AbortSignal): Promise<Brought>;
  /** Leaves nothing behind. */
  close(): Promise<void>;
}

/** One of the commands of a pipe, and what comes out of it. */
interface Part {
  readonly command: string;
  readonly brings: Flow;
}

/** The stages from bars of minutes to fills, where an implementation does not have its own. */
const USUAL_PAPER: readonly Part[] = [
  { command: 'qf pairs watch --config "$PERF_PAIRS"', brings: 'signals' },
  { command: 'qf pairs exec', brings: 'orders' },
  { command: 'qf risk size | qf risk guard', brings: 'approved' },
  { command: 'qf paper match', brings: 'fills' },
];

/** What an implementation runs where it says nothing else. */
export const USUAL = {
  ingest: 'qf ingest sim --symbols $PERF_SYMBOLS --count $PERF_TICKS --seed $PERF_SEED --pace max',
  paper: USUAL_PAPER.map(({ command }) => command).join(' | '),
} as const;

/** The files themselves, through pipes. */
export function pipePlace({ scenario, sides }: Plan): Place {
  const hasIngest = SIDES.some((side) => sides[side].stages.ingest !== undefined);
  const bars: readonly Stage[] = ['bars1s', 'baragg', 'pipeline', ...(hasIngest ? (['flow'] as const) : [])];
  return {
    stages: scenario === 'pipeline' ? bars : ['paper-flow'],
    commandOf: (implementation, stage) =>
      partsIn(implementation, stage)
        .map(({ command }) => command)
        .join(' | '),
    triedCommandOf: tappedIn,
    bring: () => Promise.resolve(),
    perform: (_, run, stop) => measure(run, stop),
    tryOut: tryOutInPipe,
    close: () => Promise.resolve(),
  };
}

/** The command of a stage in a pipe, with a copy of what goes from one of its parts to the next in the file that a variable names. */
export function tappedIn(implementation: Implementation, stage: Stage): string {
  const parts = partsIn(implementation, stage);
  return parts
    .flatMap(({ command, brings }, index) => (index < parts.length - 1 ? [command, `tee "$${tapOf(brings)}"`] : [command]))
    .join(' | ');
}

/** The variable that names where a copy of such records goes. */
export function tapOf(flow: Flow): string {
  return `PERF_TAP_${flow.toUpperCase()}`;
}

/** What goes between the parts of a stage, and what comes out of it at the end. */
export const BETWEEN: Readonly<Record<Stage, { readonly inner: readonly Flow[]; readonly last: Flow }>> = {
  ingest: { inner: [], last: 'ticks' },
  bars1s: { inner: [], last: 'bars' },
  baragg: { inner: [], last: 'coarser' },
  pipeline: { inner: ['bars'], last: 'coarser' },
  flow: { inner: ['bars'], last: 'coarser' },
  'paper-flow': { inner: ['bars', 'coarser', 'signals', 'orders', 'approved'], last: 'fills' },
};

/** Runs a command with its taps in files, and counts what is in them. */
export async function tryOutInPipe({ stage }: Entry, run: Run, stop: AbortSignal): Promise<Brought> {
  const { inner, last } = BETWEEN[stage];
  const files = inner.map((flow) => [flow, `${run.output}.${flow}`] as const);
  const taps = Object.fromEntries(files.map(([flow, path]) => [tapOf(flow), path]));
  await measure({ ...run, env: { ...run.env, ...taps } }, stop);
  return countIn([...files, [last, run.output]]);
}

/** How many records are in files. Where none are, nothing is said: they may have gone another way. */
export async function countIn(files: readonly (readonly [flow: Flow, path: string])[]): Promise<Brought> {
  const counts: [Flow, number][] = [];
  for (const [flow, path] of files) {
    const count = await linesIn(path);
    if (count > 0) counts.push([flow, count]);
  }
  return Object.fromEntries(counts);
}

function partsIn({ stages }: Implementation, stage: Stage): readonly Part[] {
  const bars1s: Part = { command: stages.bars1s, brings: 'bars' };
  const baragg: Part = { command: stages.baragg, brings: 'coarser' };
  const ingest = stages.ingest ?? USUAL.ingest;
  const paper: readonly Part[] = stages.paper === undefined ? USUAL_PAPER : [{ command: stages.paper, brings: 'fills' }];
  return {
    ingest: [{ command: ingest, brings: 'ticks' } as const],
    bars1s: [bars1s],
    baragg: [baragg],
    pipeline: [bars1s, baragg],
    flow: [{ command: `${ingest} | ${bars1s.command}`, brings: 'bars' } as const, baragg],
    'paper-flow': [bars1s, baragg, ...paper],
  }[stage];
}
