import type { DecimalSum } from './decimal.js';
import type { RejectRecord } from './records.js';

/**
 * One trade inside a stage. Its time and its volume are pairs of integers, because neither nanoseconds since the epoch nor an
 * eight-decimal volume fits a double.
 */
export interface Tick {
  symbol: string;
  /** Event time: whole seconds since the epoch … */
  event_s: number;
  /** … and the nanoseconds within that second, 0 to 999,999,999. */
  event_ns: number;
  ltp: number;
  /** Volume: whole units … */
  vol_units: number;
  /** … and the rest in units of 1e-8, 0 to 99,999,999. */
  vol_e8: number;
  trade_id: string | undefined;
  side: 'buy' | 'sell' | undefined;
}

/** A tick to be filled in. */
export function emptyTick(): Tick {
  return {
    symbol: '',
    event_s: 0,
    event_ns: 0,
    ltp: 0,
    vol_units: 0,
    vol_e8: 0,
    trade_id: undefined,
    side: undefined,
  };
}

/** OHLCV of one symbol over [ts, ts + tf_s). */
export interface Bar {
  readonly symbol: string;
  readonly tf_s: number;
  readonly ts: number;
  o: number;
  h: number;
  l: number;
  c: number;
  readonly vol: DecimalSum;
  n_trades: number;
}

/** A promise that every bar which ends at or before `mark_s` has been written. */
export interface Mark {
  readonly mark_s: number;
}

export type RejectReason = RejectRecord['reason'];

/** Why a record is not used; `detail` is a field name or empty, never a parser's message. */
export interface Refusal {
  readonly reason: RejectReason;
  readonly detail: string;
  /** Nothing is wrong with the record: a rule of the strategy, of risk or of the market refuses it. */
  readonly isByRule?: true;
}

/** What became of a record that its codec accepted: exactly one of these, so that the counts add up. */
export type Outcome = 'used' | 'late' | 'duplicate' | 'ignored' | Refusal;

/** Order of symbols in output: as bytes, which for the contract's ASCII symbols is the order of their code units. */
export function compareSymbols(a: { readonly symbol: string }, b: { readonly symbol: string }): number {
  return a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0;
}
