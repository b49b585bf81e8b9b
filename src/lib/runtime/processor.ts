import type { Counts } from './counts.js';
import type { GaugeValues } from './metrics.js';

/** Records ready to be written: `bytes` is whole lines. */
export interface Output {
  readonly bytes: Buffer;
  readonly records: number;
  /** Gives the memory of `bytes` back, which may then be used again; who does not call it keeps them. */
  readonly release?: () => void;
}

/** What a processor has produced since it was last asked. */
export interface Produced {
  readonly output: Output;
  readonly rejects: Output;
}

/**
 * A stage at work, as an engine builds it: batches in, finished bytes out, synchronously. What a batch is, its source and its
 * processor agree on; the loop never looks inside.
 *
 * Every method may throw a `QfError`; what was produced before that can still be taken.
 */
export interface Processor<B> {
  readonly counts: Counts;
  /** The end of the last time that is final, s since the epoch: nothing can change what lies before it. Undefined where there is none. */
  watermark_s?(): number | undefined;
  /** The values now of the gauges that its stage has. */
  gauges?(): GaugeValues;
  /** Handles one batch, which was read at `arrival_ms`. */
  push(batch: B, arrival_ms: number): void;
  /** When `onTime` wants to be called if no batch comes before, ms since the epoch; undefined for never. */
  wakeAt_ms?(): number | undefined;
  /** The time that `wakeAt_ms` named has come. */
  onTime?(now_ms: number): void;
  /** Of inputs that were merged before it: everything up to `through_s` has come, of all of them. */
  passThrough?(through_s: number): void;
  /** Nobody keeps what is refused: from now on it need only be counted. */
  forgetRejects?(): void;
  /** The input was left before its end, where a record may have begun that is not whole, and so none. `end` follows. */
  cut?(): void;
  /** The input has ended. */
  end(): void;
  /** Hands over what was produced since the last call. */
  take(): Produced;
}
