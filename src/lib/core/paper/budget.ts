import { decidedAt, isOfPair, type Order, type PairOrder, type RiskBucket } from '../model/paper.js';
import { cents, type Decimal, decimalText, exact, ZERO } from '../money.js';
import type { Stateful } from '../parts.js';
import { changesOf, SavedMap } from '../saved-map.js';
import { type OrderDecisions, withNote } from './decision.js';
import { Legs } from './legs.js';
import type { RiskLimits } from './limits.js';

/** The section of `extra` that is this stage's. */
const SECTION = 'budget';

export type BudgetRefusal =
  'no_pair' | 'orphan_leg' | 'nothing_open' | 'already_open' | 'no_notional' | 'over_max_per_trade' | 'over_bucket_cap';

/** Cash that an entry has reserved, exact. */
interface Reservation {
  readonly bucket: RiskBucket;
  readonly cash: string;
}

/**
 * Keeps the cash of each bucket below its cap: an entry reserves cash for both legs or is refused, its exit releases exactly that. What
 * is used is the sum of all changes, at all times.
 */
export class Budget implements Stateful {
  private readonly limits: RiskLimits;
  private readonly decisions: OrderDecisions<BudgetRefusal>;
  private readonly legs = new Legs();
  /** By pair. */
  private readonly reserved = new SavedMap<Reservation>('reserved.');
  /** By bucket, exact. */
  private readonly used = new SavedMap<string>('used.');

  constructor(limits: RiskLimits, decisions: OrderDecisions<BudgetRefusal>) {
    this.limits = limits;
    this.decisions = decisions;
  }

  /** Takes the next order. Throws `CapacityError`. */
  take(order: Order): void {
    if (!isOfPair(order)) {
      this.decisions.refuse(order, 'no_pair');
      return;
    }
    this.refuseOrphans(decidedAt(order));
    const legs = this.legs.join(order);
    if (legs !== undefined) this.decide(...legs);
  }

  /** No partner of a leg that waits will come. */
  end(): void {
    this.refuseOrphans(Infinity);
  }

  /** Pairs that have cash reserved. */
  get openPairs(): number {
    return this.reserved.size;
  }

  /** What each bucket uses, and the most that it may use. */
  usage(): { readonly bucket: RiskBucket; readonly used: Decimal; readonly cap: Decimal }[] {
    const buckets = Object.keys(this.limits.buckets) as RiskBucket[];
    return buckets.map((bucket) => ({ bucket, used: this.usedOf(bucket), cap: this.capOf(bucket) }));
  }

  changes(): Map<string, string | undefined> {
    return changesOf([this.legs, this.reserved, this.used]);
  }

  restore(parts: ReadonlyMap<string, string>): void {
    for (const one of [this.legs, this.reserved, this.used]) one.restore(parts);
  }

  private refuseOrphans(before_s: number): void {
    for (const leg of this.legs.takeOrphans(before_s)) this.decisions.refuse(leg, 'orphan_leg');
  }

  private decide(a: PairOrder, b: PairOrder): void {
    const outcome = a.pair.kind === 'EXIT' ? this.release(a.pair.pair_id) : this.reserve(a, b);
    if (typeof outcome === 'string') {
      for (const leg of [a, b]) this.decisions.refuse(leg, outcome);
      return;
    }
    const { bucket, delta, used } = outcome;
    this.used.set(bucket, decimalText(used));
    const note = { bucket, delta: delta.toNumber(), used: used.toNumber() };
    for (const leg of [a, b]) this.decisions.pass(withNote(leg, SECTION, note));
  }

  private release(pair_id: string): Change | BudgetRefusal {
    const reservation = this.reserved.get(pair_id);
    if (reservation === undefined) return 'nothing_open';
    this.reserved.delete(pair_id);
    const { bucket, cash } = reservation;
    const delta = ZERO.minus(cash);
    return { bucket, delta, used: this.usedOf(bucket).plus(delta) };
  }

  private reserve(a: PairOrder, b: PairOrder): Change | BudgetRefusal {
    const { pair_id, leverage } = a.pair;
    const bucket = a.risk_bucket;
    if (this.reserved.has(pair_id)) return 'already_open';
    const cash = cents(notionalOf(a).plus(notionalOf(b)).div(exact(leverage)));
    if (cash.lte(0) || a.pair.px_ref <= 0 || b.pair.px_ref <= 0) return 'no_notional';
    if (cash.gt(exact(this.limits.buckets[bucket].max_per_trade))) return 'over_max_per_trade';
    const used = this.usedOf(bucket).plus(cash);
    if (used.gt(this.capOf(bucket))) return 'over_bucket_cap';
    this.reserved.set(pair_id, { bucket, cash: decimalText(cash) });
    return { bucket, delta: cash, used };
  }

  private capOf(bucket: RiskBucket): Decimal {
    const { total_cash, holdback_fraction, buckets } = this.limits;
    return exact(total_cash)
      .times(exact(1).minus(exact(holdback_fraction)))
      .times(exact(buckets[bucket].split));
  }

  private usedOf(bucket: RiskBucket): Decimal {
    return ZERO.plus(this.used.get(bucket) ?? 0);
  }
}

interface Change {
  readonly bucket: RiskBucket;
  readonly delta: Decimal;
  /** After it. */
  readonly used: Decimal;
}

function notionalOf({ qty, pair }: PairOrder): Decimal {
  return exact(pair.px_ref).times(exact(qty));
}
