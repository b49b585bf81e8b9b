import type { ContestResult, Side } from './contest.js';
import type { Implementation } from './implementation.js';
import type { Machine } from './machine.js';

/** The most symbols of a simulated market. */
export { MAX_SYMBOLS as MAX_LOAD } from '../core/sim/universe.js';

/** How records come to a stage and leave it. */
export const TRANSPORTS = ['pipe', 'kafka'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A comparison as it is asked for. */
export interface Plan {
  readonly tag: string;
  readonly sides: Readonly<Record<Side, Implementation>>;
  readonly transport: Transport;
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
