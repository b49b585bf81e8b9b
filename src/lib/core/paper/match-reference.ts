import type { Order } from '../model/paper.js';
import { exact } from '../money.js';
import { type Costs, slippedPrice } from './costs.js';
import { fillOf, isWithin, type MatchDecisions, type MatchRefusal } from './fill.js';

/** Fills each order at once at its reference price; nothing is kept between orders. */
export class ReferenceMatcher {
  private readonly costs: Costs;
  private readonly decisions: MatchDecisions;

  constructor(costs: Costs, decisions: MatchDecisions) {
    this.costs = costs;
    this.decisions = decisions;
  }

  take(order: Order): void {
    const { decisions, costs } = this;
    const { pair, side, limit_price } = order;
    if (pair === undefined || pair.px_ref <= 0) {
      this.expire(order, 'no_price');
      return;
    }
    const reference = exact(pair.px_ref);
    if (limit_price !== undefined && !isWithin(reference, side, exact(limit_price))) {
      this.expire(order, 'limit_not_reached');
      return;
    }
    const price = limit_price === undefined ? slippedPrice(reference, side, costs) : reference;
    if (price === undefined) {
      this.expire(order, 'no_price');
      return;
    }
    decisions.fill(fillOf(order, 1, order.qty, price, order.ts, costs));
    decisions.done(order);
  }

  private expire(order: Order, reason: MatchRefusal): void {
    this.decisions.drop(order, { status: 'EXPIRED', reason, left: order.qty, isPartial: false });
  }
}
