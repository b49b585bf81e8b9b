import type { Entry, Stage } from './contest.js';
import type { Implementation } from './implementation.js';
import { measure, type Run, type Sample } from './measure.js';

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
  /** Leaves nothing behind. */
  close(): Promise<void>;
}

/** The files themselves, through pipes. */
export const pipePlace: Place = {
  stages: ['bars1s', 'baragg', 'pipeline'],
  commandOf: ({ stages }, stage) => (stage === 'pipeline' ? `${stages.bars1s} | ${stages.baragg}` : stages[stage]),
  bring: () => Promise.resolve(),
  perform: (_, run, stop) => measure(run, stop),
  close: () => Promise.resolve(),
};
