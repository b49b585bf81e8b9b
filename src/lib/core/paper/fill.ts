import type { Order, Side } from '../model/paper.js';
import type { Decimal } from '../money.js';
import { type Costs, type Fees, feesOf } from './costs.js';

/** A part of an order that was filled. */
export interface Fill {
  readonly fill_id: string;
  readonly client_order_id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly qty: number;
  readonly price: Decimal;
  readonly ts: number;
  readonly venue: string;
  readonly fees: Fees;
  /** Whose `extra` the fill has. */
  readonly order: Order;
}

/** Why what is left of an order is not filled. */
export type MatchRefusal = 'no_price' | 'limit_not_reached' | 'ttl' | 'exit' | 'nothing_filled' | 'end_of_bars';

/** How an order ends of which something is left. */
export interface Unfilled {
  readonly status: 'EXPIRED' | 'CANCELLED';
  readonly reason: MatchRefusal;
  readonly left: number;
  /** Whether some of it was filled before. */
  readonly isPartial: boolean;
}

/** What became of orders. */
export interface MatchDecisions {
  fill(fill: Fill): void;
  /** `left` units of the order are not filled. */
  drop(order: Order, ending: Unfilled): void;
  /** The order is filled. */
  done(order: Order): void;
}

/** The `n`-th fill of an order, from 1. */
export function fillOf(order: Order, n: number, qty: number, price: Decimal, ts: number, costs: Costs): Fill {
  const { client_order_id, symbol, side } = order;
  const fees = feesOf(side, qty, price, costs);
  return { fill_id: `${client_order_id}:${n}`, client_order_id, symbol, side, qty, price, ts, venue: 'PAPER', fees, order };
}

/** Whether a price is within the limit of an order. */
export function isWithin(price: Decimal, side: Side, limit: Decimal): boolean {
  return side === 'BUY' ? price.lte(limit) : price.gte(limit);
}
