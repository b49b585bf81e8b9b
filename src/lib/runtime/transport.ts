/** The reason of a stop after which nobody takes what is still read; any other leaves time for what is on its way. */
export const QUIT = 'quit';

/** Where batches come from. */
export interface Source<B> {
  /** Batches in order, until the input ends or soon after `stop` is aborted. Throws `QfError` where reading fails. */
  batches(stop: AbortSignal): AsyncIterable<B>;
}

/** Where finished bytes go. */
export interface Sink {
  /** For messages: `stdout`, a path. */
  readonly name: string;
  /** Resolves when the system has taken all of `bytes`. Throws `ClosedPipeError` or a `QfError`. */
  write(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}
