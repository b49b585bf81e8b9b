import { CapacityError } from '../capacity.js';
import { decidedAt, type PairOrder } from '../model/paper.js';
import type { Stateful } from '../parts.js';
import { SavedMap } from '../saved-map.js';

/** Legs that may wait for their partners. */
const MAX_WAITING = 1_000_000;

/** A leg as it is saved: a map is no JSON. */
type SavedLeg = Omit<PairOrder, 'others'> & { readonly others: readonly (readonly [string, string])[] };

/** Brings the two legs of a decision together, first come, first matched. */
export class Legs implements Stateful {
  private readonly waiting = new SavedMap<readonly SavedLeg[]>('leg.');
  private count = 0;

  /** Both legs, A first, where a partner waits; else this one waits from now on. Throws `CapacityError`. */
  join(order: PairOrder): readonly [a: PairOrder, b: PairOrder] | undefined {
    const { leg } = order.pair;
    const partner = this.takeFirst(nameOf(order, leg === 'A' ? 'B' : 'A'));
    if (partner !== undefined) return leg === 'A' ? [order, partner] : [partner, order];
    if (this.count >= MAX_WAITING) throw new CapacityError('waiting legs', MAX_WAITING);
    this.count++;
    const name = nameOf(order, leg);
    this.waiting.set(name, [...(this.waiting.get(name) ?? []), { ...order, others: [...order.others] }]);
    return undefined;
  }

  /** Takes out the legs that were decided before `before_s` and have no partner, by the time of the first of each kind. */
  takeOrphans(before_s: number): PairOrder[] {
    const overdue = [...this.waiting.entries()].filter(([, [first]]) => first !== undefined && endOf(first) < before_s);
    for (const [name, legs] of overdue) {
      this.waiting.delete(name);
      this.count -= legs.length;
    }
    return overdue.flatMap(([, legs]) => legs.map(restored));
  }

  changes(): Map<string, string | undefined> {
    return this.waiting.changes();
  }

  restore(parts: ReadonlyMap<string, string>): void {
    this.waiting.restore(parts);
    for (const [, legs] of this.waiting.entries()) this.count += legs.length;
  }

  private takeFirst(name: string): PairOrder | undefined {
    const [first, ...others] = this.waiting.get(name) ?? [];
    if (first === undefined) return undefined;
    this.count--;
    if (others.length === 0) this.waiting.delete(name);
    else this.waiting.set(name, others);
    return restored(first);
  }
}

function restored(saved: SavedLeg): PairOrder {
  return { ...saved, others: new Map(saved.others) };
}

function endOf({ ts, pair }: SavedLeg): number {
  return ts + pair.tf_s;
}

function nameOf(order: PairOrder, leg: 'A' | 'B'): string {
  const { pair_id, kind } = order.pair;
  return `${leg}/${order.ts}/${decidedAt(order)}/${kind}/${pair_id}`;
}
