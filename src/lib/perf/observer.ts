import type { Side, Stage } from './sides.js';
import type { Sample } from './measure.js';
import type { Point } from './tree-watch.js';

/** A timed run, as it begins. */
export interface RunStart {
  readonly stage: Stage;
  /** Symbols of the market. */
  readonly load: number;
  /** Lines of its input. */
  readonly records: number;
  readonly side: Side;
  /** From 1. */
  readonly round: number;
  readonly rounds: number;
}

/** Is told how a comparison gets on. */
export interface Observer {
  /** How many comparisons there are, and rounds of each. */
  planned(contests: number, rounds: number): void;
  /** Something that was done, for people. */
  said(text: string): void;
  began(run: RunStart): void;
  /** What the run that goes on takes now. */
  sampled(point: Point): void;
  ended(sample: Sample): void;
}

/** Tells all of them. */
export function observedBy(all: readonly Observer[]): Observer {
  return {
    planned: (contests, rounds) => all.forEach((one) => one.planned(contests, rounds)),
    said: (text) => all.forEach((one) => one.said(text)),
    began: (run) => all.forEach((one) => one.began(run)),
    sampled: (point) => all.forEach((one) => one.sampled(point)),
    ended: (sample) => all.forEach((one) => one.ended(sample)),
  };
}
