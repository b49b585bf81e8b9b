import type { PairSignal, Side } from '../model/paper.js';
import { oppositeOf } from '../model/paper.js';
import { cents, exact, roundedTo } from '../money.js';
import type { PairSettings } from './settings.js';
import { lastZ, slopeOf } from './statistics.js';

/** Decimals of beta and z in a signal. */
const PLACES = 6;

/** An open position of the strategy, by its own signals. */
interface Position {
  readonly entry_ts: number;
  readonly sideA: Side;
}

/** What a pair remembers, oldest first. */
interface Memory {
  /** ln close of leg A and leg B, at most `beta_lookback` of them. */
  readonly xs: number[];
  readonly ys: number[];
  /** At most `lookback`. */
  readonly spreads: number[];
  /** z of the last bar that had one. */
  previousZ: number | undefined;
  position: Position | undefined;
}

/** The z-score strategy on one pair: bars that both legs have in, at most one signal a bar out. */
export class Pair {
  readonly settings: PairSettings;
  private readonly minuteOfDay: (ts: number) => number;
  private memory: Memory = { xs: [], ys: [], spreads: [], previousZ: undefined, position: undefined };

  /** `minuteOfDay`: of the local day in the pair's time zone, at `ts` s since the epoch. */
  constructor(settings: PairSettings, minuteOfDay: (ts: number) => number) {
    this.settings = settings;
    this.minuteOfDay = minuteOfDay;
  }

  /** The bars of both legs that start at `ts`, by their closes, which are above 0. */
  take(ts: number, pxA: number, pxB: number): PairSignal | undefined {
    const { memory } = this;
    const beta = this.hedgeRatio(pxA, pxB);
    keep(memory.spreads, Math.log(pxA) - beta * Math.log(pxB), this.settings.lookback);
    const z = lastZ(memory.spreads);
    if (z === undefined) return undefined;
    const previousZ = memory.previousZ;
    memory.previousZ = z;
    const { lookback, min_ready } = this.settings;
    if (memory.spreads.length < Math.max(lookback / 2, min_ready)) return undefined;
    const decision = memory.position === undefined ? this.entry(ts, previousZ, z) : this.exit(ts, memory.position, z);
    return decision === undefined ? undefined : this.signal(ts, pxA, pxB, beta, z, decision);
  }

  /** Of the last bar: the spread, and z, which of equal spreads is that of the bar before. Undefined before the first one. */
  get last(): { readonly spread: number; readonly z: number } | undefined {
    const { spreads, previousZ } = this.memory;
    const spread = spreads.at(-1);
    return spread === undefined || previousZ === undefined ? undefined : { spread, z: previousZ };
  }

  saved(): unknown {
    return this.memory;
  }

  restore(saved: unknown): void {
    this.memory = saved as Memory;
  }

  private hedgeRatio(pxA: number, pxB: number): number {
    const { beta, beta_lookback, fixed_beta } = this.settings;
    if (beta !== 'ols') return beta;
    const { xs, ys } = this.memory;
    keep(xs, Math.log(pxA), beta_lookback);
    keep(ys, Math.log(pxB), beta_lookback);
    return slopeOf(xs, ys) ?? fixed_beta;
  }

  private entry(ts: number, previousZ: number | undefined, z: number): Decision | undefined {
    const { entry_z } = this.settings;
    if (previousZ === undefined || this.isFlattening(ts)) return undefined;
    const sideA = previousZ < -entry_z && z >= -entry_z ? 'BUY' : previousZ > entry_z && z <= entry_z ? 'SELL' : undefined;
    if (sideA === undefined) return undefined;
    this.memory.position = { entry_ts: ts, sideA };
    return { action: sideA === 'BUY' ? 'ENTER_LONG_A_SHORT_B' : 'ENTER_SHORT_A_LONG_B', sideA, reason: 'reentry' };
  }

  private exit(ts: number, { entry_ts, sideA }: Position, z: number): Decision | undefined {
    const reason = this.exitReason(ts, entry_ts, z);
    if (reason === undefined) return undefined;
    this.memory.position = undefined;
    return { action: 'EXIT', sideA: oppositeOf(sideA), reason };
  }

  private exitReason(ts: number, entry_ts: number, z: number): PairSignal['reason'] | undefined {
    const { exit_z, stop_z, max_hold_s } = this.settings;
    if (Math.abs(z) <= exit_z) return 'revert';
    if (Math.abs(z) >= stop_z) return 'stop';
    if (ts - entry_ts >= max_hold_s) return 'timeout';
    return this.isFlattening(ts) ? 'flatten' : undefined;
  }

  private isFlattening(ts: number): boolean {
    const { flatten_minute } = this.settings;
    return flatten_minute !== undefined && this.minuteOfDay(ts) >= flatten_minute;
  }

  private signal(ts: number, pxA: number, pxB: number, beta: number, z: number, decision: Decision): PairSignal {
    const { pair_id, a, b, tf_s, bucket, base_notional, leverage } = this.settings;
    const { action, sideA, reason } = decision;
    return {
      pair_id,
      pair_symbol: `${a}-${b}`,
      a_symbol: a,
      b_symbol: b,
      tf_s,
      ts,
      beta: roundedTo(beta, PLACES),
      z: roundedTo(z, PLACES),
      action,
      sideA,
      sideB: oppositeOf(sideA),
      pxA,
      pxB,
      risk_bucket: bucket,
      risk_per_trade: cents(exact(base_notional).times(exact(leverage))).toNumber(),
      reason,
    };
  }
}

interface Decision {
  readonly action: PairSignal['action'];
  readonly sideA: Side;
  readonly reason: PairSignal['reason'];
}

function keep(values: number[], value: number, most: number): void {
  values.push(value);
  if (values.length > most) values.shift();
}
