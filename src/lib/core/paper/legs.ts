import { CapacityError } from '../capacity.js';
import { decidedAt, type PairOrder } from '../model/paper.js';
import type { Stateful } from '../parts.js';
import { SavedMap } from '../saved-map.js';

/** Legs that may wait for their partners. */
const MAX_WAITING = 1_000_000;

/** An order as it is saved: a map is no JSON. */
type SavedOrder = Omit<PairOrder, 'others'> & { readonly others: readonly (readonly [string, string])[] };

interface WaitingLeg {
  /** Its place in the order in which legs have come. */
  readonly n: number;
  readonly order: SavedOrder;
}

/** Brings the two legs of a decision together, first come, first matched. */
export class Legs implements Stateful {
  private readonly waiting = new SavedMap<WaitingLeg[]>('leg.');
  private count = 0;
  private next = 0;

  /** Both legs, A first, where a partner waits; else this one waits from now on. Throws `CapacityError`. */
  join(order: PairOrder): readonly [a: PairOrder, b: PairOrder] | undefined {
    const { leg } = order.pair;
    const partner = this.takeFirst(nameOf(order, leg === 'A' ? 'B' : 'A'));
    if (partner !== undefined) return leg === 'A' ? [order, partner] : [partner, order];
    if (this.count >= MAX_WAITING) throw new CapacityError('waiting legs', MAX_WAITING);
    this.count++;
    const name = nameOf(order, leg);
    const legs = this.waiting.get(name) ?? [];
    legs.push({ n: this.next++, order: { ...order, others: [...order.others] } });
    this.waiting.set(name, legs);
    return undefined;
  }

  /** Takes out the legs that were decided before `before_s` and have no partner, first come first. */
  takeOrphans(before_s: number): PairOrder[] {
    const overdue = [...this.waiting.entries()].filter(([, [first]]) => first !== undefined && endOf(first.order) < before_s);
    for (const [name, legs] of overdue) {
      this.waiting.delete(name);
      this.count -= legs.length;
    }
    // Their names may have come back in another order than they were saved in.
    const legs = overdue.flatMap(([, waiting]) => waiting).sort((a, b) => a.n - b.n);
    return legs.map(({ order }) => restored(order));
  }

  changes(): Map<string, string | undefined> {
    return this.waiting.changes();
  }

  restore(parts: ReadonlyMap<string, string>): void {
    this.waiting.restore(parts);
    for (const { n } of [...this.waiting.entries()].flatMap(([, legs]) => legs)) {
      this.count++;
      this.next = Math.max(this.next, n + 1);
    }
  }

  private takeFirst(name: string): PairOrder | undefined {
    const legs = this.waiting.get(name);
    const first = legs?.shift();
    if (legs === undefined || first === undefined) return undefined;
    this.count--;
    if (legs.length === 0) this.waiting.delete(name);
    else this.waiting.set(name, legs);
    return restored(first.order);
  }
}

function restored(saved: SavedOrder): PairOrder {
  return { ...saved, others: new Map(saved.others) };
}

function endOf({ ts, pair }: SavedOrder): number {
  return ts + pair.tf_s;
}

function nameOf(order: PairOrder, leg: 'A' | 'B'): string {
  const { pair_id, kind } = order.pair;
  return `${leg}/${order.ts}/${decidedAt(order)}/${kind}/${pair_id}`;
}
