import type { ContestResult, Side } from './contest.js';
import type { Implementation } from './implementation.js';
import type { Machine } from './machine.js';

/** The most symbols of a simulated market. */
export { MAX_SYMBOLS as MAX_LOAD } from '../core/sim/universe.js';

/** A comparison as it is asked for. */
export interface Plan {
  readonly tag: string;
  readonly sides: Readonly<Record<Side, Implementation>>;
  /** Symbols of each simulated market. */
  readonly loads: readonly number[];
  /** Ticks of each market. */
  readonly ticks: number;
  /** Of two runs of each side. */
  readonly rounds: number;
  readonly seed: number;
  /** As it was typed. */
  readonly command: string;
}

/** What a comparison has found. */
export interface Report {
  readonly schema: 1;
  readonly date: string;
  readonly machine: Machine;
  readonly plan: Plan;
  /** Whether it was stopped before its end. */
  readonly isPartial: boolean;
  readonly contests: readonly ContestResult[];
}
