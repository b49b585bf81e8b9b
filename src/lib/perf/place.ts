import type { Entry } from './contest.js';
import { SIDES, type Stage } from './sides.js';
import type { Implementation } from './implementation.js';
import { measure, type Run, type Sample } from './measure.js';
import type { Plan } from './plan.js';

/** Where implementations are run: what brings records to their commands, and takes what these write. */
export interface Place {
  /** What is compared there. */
  readonly stages: readonly Stage[];
  /** The command of a stage. Throws a usage error where the implementation has none. */
  commandOf(implementation: Implementation, stage: Stage): string;
  /** Brings the market of so many symbols to where commands read it. */
  bring(load: number): Promise<void>;
  /** Runs a command once, and leaves the bars that it has made in the run's output. */
  perform(entry: Entry, run: Run, stop: AbortSignal): Promise<Sample>;
  /** The same as fast as it goes, where that is something else: the run that is not timed. */
  tryOut?(entry: Entry, run: Run, stop: AbortSignal): Promise<Sample>;
  /** Leaves nothing behind. */
  close(): Promise<void>;
}

/** What an implementation runs where it says nothing else. */
export const USUAL = {
  ingest: 'qf ingest sim --symbols $PERF_SYMBOLS --count $PERF_TICKS --seed $PERF_SEED --pace max',
  paper: 'qf pairs watch --config "$PERF_PAIRS" | qf pairs exec | qf risk size | qf risk guard | qf paper match',
} as const;

/** The stages from bars of minutes to fills, one behind the other to the end of what there is, on topics of a run. */
export const USUAL_PAPER_ON_KAFKA = [
  'pairs watch --config "$PERF_PAIRS" --from "kafka:${PERF_OUTPUT}bars.3m,${PERF_OUTPUT}bars.5m,${PERF_OUTPUT}bars.15m"',
  'pairs exec --from "kafka:${PERF_OUTPUT}pairs.signals"',
  'risk size --from "kafka:${PERF_OUTPUT}orders"',
  'risk guard --from "kafka:${PERF_OUTPUT}orders.sized"',
  'paper match --from "kafka:${PERF_OUTPUT}orders.allowed"',
]
  .map((stage) => `qf ${stage} --to "kafka:\${PERF_OUTPUT}{}" --group "$PERF_GROUP" --until-end`)
  .join(' && ');

/** The files themselves, through pipes. */
export function pipePlace({ scenario, sides }: Plan): Place {
  const hasIngest = SIDES.some((side) => sides[side].stages.ingest !== undefined);
  const bars: readonly Stage[] = ['bars1s', 'baragg', 'pipeline', ...(hasIngest ? (['flow'] as const) : [])];
  return {
    stages: scenario === 'pipeline' ? bars : ['paper-flow'],
    commandOf: commandIn,
    bring: () => Promise.resolve(),
    perform: (_, run, stop) => measure(run, stop),
    close: () => Promise.resolve(),
  };
}

/** The command of a stage in a pipe. */
export function commandIn({ stages }: Implementation, stage: Stage): string {
  const { ingest, bars1s, baragg, paper } = { ...USUAL, ...stages };
  const pipeline = `${bars1s} | ${baragg}`;
  return { bars1s, baragg, pipeline, flow: `${ingest} | ${pipeline}`, 'paper-flow': `${pipeline} | ${paper}` }[stage];
}
