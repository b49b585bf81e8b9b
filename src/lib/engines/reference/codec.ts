import type { Refusal } from '../../core/model/model.js';

/** Reads records of one kind from JSON lines. */
export interface Decoder<R> {
  /** The record of the last call of `decode` that did not refuse. */
  readonly record: R;
  /** Reads the line [start, end) of `bytes`, which is not blank and within the limit of a line. */
  decode(bytes: Buffer, start: number, end: number): Refusal | undefined;
}
