import type { ContestResult } from './contest.js';
import type { Side } from './sides.js';
import type { Implementation } from './implementation.js';
import type { Machine } from './machine.js';

/** The most symbols of a simulated market. */
export { MAX_SYMBOLS as MAX_LOAD } from '../core/sim/universe.js';

/** How records come to a stage and leave it. */
export const TRANSPORTS = ['pipe', 'kafka'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** What is compared: the stages that make bars, or all of them from ticks to fills. */
export const SCENARIOS = ['pipeline', 'paper-flow'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** capacity: as fast as it goes, which throughput; load: ticks at the pace of a market, which latency. */
export const MODES = ['capacity', 'load'] as const;
export type Mode = (typeof MODES)[number];

/** The market that is offered at its own pace. */
export interface LoadPlan {
  /** Seconds of it that are measured, behind those that are not. */
  readonly stage_s: number;
  readonly warmup_s: number;
  /** Ticks per second of a symbol, and of a hot one. */
  readonly base_tps: number;
  readonly hot_tps: number;
  /** Share of the symbols that are hot at a time, %. */
  readonly hot_symbol_pct: number;
  readonly hot_rotate_s: number;
  /** Length of a step of the simulation. */
  readonly step_ms: number;
}

/** How the pairs of the paper flow are traded; lengths are bars of `tf`. */
export interface PairPlan {
  readonly tf: string;
  readonly lookback: number;
  /** Pairs that are watched, at most; a market of n symbols has n / 4. */
  readonly count: number;
  readonly min_ready: number;
}

/** A comparison as it is asked for. */
export interface Plan {
  readonly tag: string;
  readonly sides: Readonly<Record<Side, Implementation>>;
  readonly scenario: Scenario;
  readonly mode: Mode;
  readonly transport: Transport;
  /** Symbols of each simulated market. */
  readonly loads: readonly number[];
  /** Ticks of each market in capacity mode. */
  readonly ticks: number;
  /** Of two runs of each side. */
  readonly rounds: number;
  readonly seed: number;
  /** Between two looks at what a run takes. */
  readonly sample_s: number;
  readonly pairs: PairPlan;
  readonly live: LoadPlan;
  /** Variables that the shipped commands look at: workers, batch and flush of a stage. */
  readonly knobs: Readonly<Record<string, string>>;
  /** As it was typed. */
  readonly command: string;
}

/** Event time of a market whose pairs are traded: pairs need bars of minutes, and many of them. */
export const TRADED_S = 6 * 3600;

/** By how much event time goes faster than the clock where ticks are offered at a load: the hours of the paper flow in the time of a run. */
export function speedOf({ scenario, live }: Plan): number {
  return scenario === 'paper-flow' ? TRADED_S / (live.warmup_s + live.stage_s) : 1;
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
