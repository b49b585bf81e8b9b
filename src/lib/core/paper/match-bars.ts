import { CapacityError } from '../capacity.js';
import type { Bar } from '../model/model.js';
import { decidedAt, isOfPair, type Order, type PairOrder } from '../model/paper.js';
import { type Decimal, exact, wholePart, ZERO } from '../money.js';
import { type Costs, slippedPrice } from './costs.js';
import { fillOf, isWithin, type MatchDecisions, type MatchRefusal } from './fill.js';

/** Orders that may wait, and legs that may be in an entry. */
const MAX_WAITING = 1_000_000;

export interface BarMatchSettings {
  readonly costs: Costs;
  /** Part of a bar's volume that an order may have. */
  readonly participation: number;
  /** How long an order waits, s. */
  readonly ttl_s: number;
}

interface Waiting {
  readonly order: PairOrder;
  left: number;
  filled: number;
  fills: number;
}

/**
 * Fills orders on the bars that come behind their decision. Bars and orders come in the order of time: an order behind every bar that
 * starts before it was decided, and before all others.
 */
export class BarMatcher {
  private readonly settings: BarMatchSettings;
  private readonly decisions: MatchDecisions;
  /** Oldest first. */
  private readonly waiting = new Set<Waiting>();
  /** The entry that a leg of a pair is in. */
  private readonly entries = new Map<string, Waiting>();

  constructor(settings: BarMatchSettings, decisions: MatchDecisions) {
    this.settings = settings;
    this.decisions = decisions;
  }

  /** Takes the next order. Throws `CapacityError`. */
  take(order: Order): void {
    if (!isOfPair(order)) {
      this.decisions.drop(order, { status: 'EXPIRED', reason: 'no_price', left: order.qty, isPartial: false });
      return;
    }
    this.expire(decidedAt(order));
    if (order.pair.kind === 'EXIT') this.takeExit(order);
    else this.enter(order);
  }

  /** Takes the next bar: whatever has waited too long goes first, then the orders of its symbol are filled. */
  bar(bar: Bar): void {
    this.expire(bar.ts);
    for (const one of this.waiting) if (one.order.symbol === bar.symbol) this.fill(one, bar);
  }

  /** No more bars come. */
  end(): void {
    for (const one of this.waiting) this.drop(one, 'EXPIRED', 'end_of_bars');
  }

  private expire(now_s: number): void {
    for (const one of this.waiting) {
      if (now_s - decidedAt(one.order) > this.settings.ttl_s) this.drop(one, 'EXPIRED', 'ttl');
    }
  }

  private enter(order: PairOrder): void {
    const leg = legOf(order);
    if (!this.entries.has(leg) && this.entries.size >= MAX_WAITING) throw new CapacityError('open entries', MAX_WAITING);
    this.entries.set(leg, this.wait(order, order.qty));
  }

  /** An exit ends what waits of its entry, and closes what was filled of it. */
  private takeExit(order: PairOrder): void {
    const entry = this.entries.get(legOf(order));
    this.entries.delete(legOf(order));
    if (entry !== undefined && this.waiting.has(entry)) this.drop(entry, 'CANCELLED', 'exit');
    const filled = entry?.filled ?? 0;
    if (filled > 0) this.wait(order, filled);
    else this.decisions.drop(order, { status: 'CANCELLED', reason: 'nothing_filled', left: order.qty, isPartial: false });
  }

  private wait(order: PairOrder, qty: number): Waiting {
    if (this.waiting.size >= MAX_WAITING) throw new CapacityError('waiting orders', MAX_WAITING);
    const one = { order, left: qty, filled: 0, fills: 0 };
    this.waiting.add(one);
    return one;
  }

  private fill(one: Waiting, bar: Bar): void {
    const { order } = one;
    const { costs } = this.settings;
    const price = priceOn(bar, order, costs);
    const qty = Math.min(one.left, this.shareOf(bar));
    if (price === undefined || qty < 1) return;
    one.left -= qty;
    one.filled += qty;
    one.fills++;
    this.decisions.fill(fillOf(order, one.fills, qty, price, bar.ts, costs));
    if (one.left > 0) return;
    this.waiting.delete(one);
    this.decisions.done(order);
  }

  private shareOf(bar: Bar): number {
    return wholePart(exact(this.settings.participation).times(ZERO.plus(bar.vol.toString())));
  }

  private drop(one: Waiting, status: 'EXPIRED' | 'CANCELLED', reason: MatchRefusal): void {
    this.waiting.delete(one);
    const { order, left, filled } = one;
    this.decisions.drop(order, { status, reason, left, isPartial: filled > 0 });
  }
}

/** At the market: the open, with slippage. With a limit: where the bar reaches it, the better of open and limit. */
function priceOn(bar: Bar, { side, limit_price }: Order, costs: Costs): Decimal | undefined {
  if (bar.o <= 0) return undefined;
  const open = exact(bar.o);
  if (limit_price === undefined) return slippedPrice(open, side, costs);
  const limit = exact(limit_price);
  if (!isWithin(exact(side === 'BUY' ? bar.l : bar.h), side, limit)) return undefined;
  return isWithin(open, side, limit) ? open : limit;
}

function legOf({ pair }: PairOrder): string {
  return `${pair.leg}/${pair.pair_id}`;
}
