import { CapacityError } from '../capacity.js';
import { decidedAt, isOfPair, type Order, type PairOrder } from '../model/paper.js';
import type { Stateful } from '../parts.js';
import { changesOf, SavedMap } from '../saved-map.js';
import { type OrderDecisions, withNote } from './decision.js';
import { Legs } from './legs.js';
import type { RiskLimits } from './limits.js';
import { RecentIds } from './recent-ids.js';

/** How long an id is remembered, s of event time. */
const ID_SPAN_S = 86_400;

/** Pairs of which it is remembered when something was decided last. */
const MAX_PAIRS = 1_000_000;

/** A product that is a whole number but for the rounding of doubles shall not lose a unit. */
const ROUNDING = 1e-9;

/** The section of `extra` that is this stage's. */
const SECTION = 'risk';

export type SizeRefusal =
  | 'no_pair'
  | 'duplicate'
  | 'stale'
  | 'orphan_leg'
  | 'nothing_open'
  | 'halted'
  | 'already_open'
  | 'max_open_pairs'
  | 'min_quantity';

/** What was approved for an entry. */
interface Approved {
  readonly factor: number;
  /** Of leg A and leg B. */
  readonly quantities: readonly [number, number];
}

/**
 * Sizes the two legs of an entry by one factor, so that the hedge ratio survives, and an exit to what was approved for its entry. An
 * entry is open from when it passes here until its exit.
 */
export class Sizer implements Stateful {
  private readonly limits: RiskLimits;
  private readonly decisions: OrderDecisions<SizeRefusal>;
  private readonly legs = new Legs();
  private readonly ids = new RecentIds(ID_SPAN_S);
  /** Open entries by pair. */
  private readonly open = new SavedMap<Approved>('open.');
  /** Decision time of what was decided last, by pair. */
  private readonly decided = new SavedMap<number>('decided.');
  private readonly halt = new SavedMap<boolean>('halt.');

  constructor(limits: RiskLimits, decisions: OrderDecisions<SizeRefusal>) {
    this.limits = limits;
    this.decisions = decisions;
  }

  /** From here on no entry passes, or they pass again. Exits always pass. */
  control(command: 'halt' | 'resume'): void {
    this.halt.set('', command === 'halt');
  }

  /** Takes the next order. Throws `CapacityError`. */
  take(order: Order): void {
    if (!isOfPair(order)) {
      this.decisions.refuse(order, 'no_pair');
      return;
    }
    const at_s = decidedAt(order);
    this.refuseOrphans(at_s);
    if (!this.ids.add(order.client_order_id, at_s)) this.decisions.refuse(order, 'duplicate');
    else if (at_s < (this.decided.get(order.pair.pair_id) ?? -Infinity)) this.decisions.refuse(order, 'stale');
    else this.join(order);
  }

  /** No partner of a leg that waits will come. */
  end(): void {
    this.refuseOrphans(Infinity);
  }

  changes(): Map<string, string | undefined> {
    return changesOf([this.legs, this.ids, this.open, this.decided, this.halt]);
  }

  restore(parts: ReadonlyMap<string, string>): void {
    for (const one of [this.legs, this.ids, this.open, this.decided, this.halt]) one.restore(parts);
  }

  private refuseOrphans(before_s: number): void {
    for (const leg of this.legs.takeOrphans(before_s)) {
      this.noteDecision(leg);
      this.decisions.refuse(leg, 'orphan_leg');
    }
  }

  private noteDecision(leg: PairOrder): void {
    const { pair_id } = leg.pair;
    if (!this.decided.has(pair_id) && this.decided.size >= MAX_PAIRS) throw new CapacityError('pairs', MAX_PAIRS);
    this.decided.set(pair_id, Math.max(decidedAt(leg), this.decided.get(pair_id) ?? 0));
  }

  private join(order: PairOrder): void {
    const legs = this.legs.join(order);
    if (legs !== undefined) this.decide(...legs);
  }

  private decide(a: PairOrder, b: PairOrder): void {
    const { pair_id, kind } = a.pair;
    this.noteDecision(a);
    const outcome = kind === 'EXIT' ? this.exit(pair_id) : this.enter(a, b);
    if (typeof outcome === 'string') {
      for (const leg of [a, b]) this.decisions.refuse(leg, outcome);
      return;
    }
    const { quantities, factor } = outcome;
    for (const [index, leg] of [a, b].entries()) {
      const sized: PairOrder = { ...leg, qty: quantities[index] as number, status: 'APPROVED' };
      this.decisions.pass(withNote(sized, SECTION, { f: factor, qty_in: leg.qty }));
    }
  }

  private exit(pair_id: string): Approved | SizeRefusal {
    const approved = this.open.get(pair_id);
    if (approved === undefined) return 'nothing_open';
    this.open.delete(pair_id);
    return approved;
  }

  private enter(a: PairOrder, b: PairOrder): Approved | SizeRefusal {
    const { pair_id } = a.pair;
    if (this.halt.get('') === true) return 'halted';
    if (this.open.has(pair_id)) return 'already_open';
    if (this.open.size >= this.limits.max_open_pairs) return 'max_open_pairs';
    const factor = this.factorOf(a, b);
    const quantities = [Math.floor(a.qty * factor + ROUNDING), Math.floor(b.qty * factor + ROUNDING)] as const;
    if (Math.min(...quantities) < this.limits.min_qty) return 'min_quantity';
    const approved = { factor, quantities };
    this.open.set(pair_id, approved);
    return approved;
  }

  private factorOf(a: PairOrder, b: PairOrder): number {
    const { buckets, per_symbol_max_qty } = this.limits;
    const { max_per_trade } = buckets[a.risk_bucket];
    const notional = a.qty * a.pair.px_ref + b.qty * b.pair.px_ref;
    // What has no notional the budget refuses.
    const byNotional = notional > 0 ? (max_per_trade * a.pair.leverage) / notional : 1;
    return Math.min(1, byNotional, per_symbol_max_qty / a.qty, per_symbol_max_qty / b.qty);
  }
}
