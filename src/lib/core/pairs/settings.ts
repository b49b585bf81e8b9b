import type { RiskBucket } from '../model/paper.js';
import { timeframeName } from '../model/time.js';

/** How a pair is traded. Lengths are bars of `tf_s`. */
export interface PairSettings {
  readonly pair_id: string;
  /** Symbols of the legs. */
  readonly a: string;
  readonly b: string;
  /** Timeframe of the bars, s: whole minutes. */
  readonly tf_s: number;
  /** Bars over which mean and standard deviation of the spread are taken. */
  readonly lookback: number;
  /** A fixed hedge ratio, or `ols`: the least-squares slope over `beta_lookback` bars. */
  readonly beta: number | 'ols';
  readonly beta_lookback: number;
  /** Hedge ratio where `ols` is undefined. */
  readonly fixed_beta: number;
  readonly entry_z: number;
  readonly exit_z: number;
  readonly stop_z: number;
  /** Longest time in a position, s. */
  readonly max_hold_s: number;
  /** Spreads before anything is decided; never fewer than half of `lookback`. */
  readonly min_ready: number;
  /** Minute of the local day from which on the pair is flat; undefined for never. */
  readonly flatten_minute: number | undefined;
  /** Time zone of `flatten_minute`. */
  readonly session_tz: string;
  readonly bucket: RiskBucket;
  /** Money of an entry before leverage. */
  readonly base_notional: number;
  /** Notional divided by the cash that it takes. */
  readonly leverage: number;
}

/** The name of a pair. */
export function pairIdOf({ a, b, tf_s }: Pick<PairSettings, 'a' | 'b' | 'tf_s'>): string {
  return `${a}_${b}_${timeframeName(tf_s)}`;
}
