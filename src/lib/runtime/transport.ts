import type { Metric } from './metrics.js';

/** The reason of a stop after which nobody takes what is still read; any other leaves time for what is on its way. */
export const QUIT = 'quit';

/** Where batches come from. */
export interface Source<B> {
  /** Batches in order, until the input ends or soon after `stop` is aborted. Throws `QfError` where reading fails. */
  batches(stop: AbortSignal): AsyncIterable<B>;
  /** What the closing summary says of it, where there is more to say than the counts. */
  account?(): Account;
  /** What can be watched of it while it runs, besides the counts and queues that every stage has. */
  metrics?(): Metrics;
}

/** Queues and other figures of a source. */
export interface Metrics {
  readonly queues: Readonly<Record<string, { readonly depth: number; readonly capacity: number }>>;
  readonly others: readonly Metric[];
}

/** A part of the closing summary: as fields under a name, and in words. */
export interface Account {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Where finished bytes go. */
export interface Sink {
  /** For messages: `stdout`, a path. */
  readonly name: string;
  /** Resolves when the system has taken all of `bytes`, which may change from then on. Throws `ClosedPipeError` or a `QfError`. */
  write(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}
