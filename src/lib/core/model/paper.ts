import type { OrderRecord, SignalRecord } from './records.js';

export type Side = 'BUY' | 'SELL';
export type RiskBucket = SignalRecord['risk_bucket'];
export const RISK_BUCKETS = ['LOW', 'MED', 'HIGH'] as const satisfies readonly RiskBucket[];

/** What a strategy wants done with a pair, decided at `ts + tf_s`. */
export interface PairSignal extends Omit<SignalRecord, 'tf'> {
  readonly tf_s: number;
}

/** What an order says of the pair that it belongs to. */
export interface PairLeg {
  readonly pair_id: string;
  readonly leg: 'A' | 'B';
  readonly kind: 'ENTER' | 'EXIT';
  readonly tf_s: number;
  /** Close of the bar that the order was decided on. */
  readonly px_ref: number;
  readonly beta: number;
  readonly leverage: number;
  readonly base_notional: number;
}

/** An order on its way. */
export interface Order extends Omit<OrderRecord, 'extra'> {
  readonly pair: PairLeg | undefined;
  /** The members of `extra` that are not of `pair`, in order: names and JSON texts. */
  readonly others: ReadonlyMap<string, string>;
}

/** An order of a pair. */
export interface PairOrder extends Order {
  readonly pair: PairLeg;
}

export function isOfPair(order: Order): order is PairOrder {
  return order.pair !== undefined;
}

/** When what the order was decided on was known, s since the epoch. */
export function decidedAt({ ts, pair }: PairOrder): number {
  return ts + pair.tf_s;
}

export function oppositeOf(side: Side): Side {
  return side === 'BUY' ? 'SELL' : 'BUY';
}
