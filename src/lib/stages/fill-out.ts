import type { Order } from '../core/model/paper.js';
import type { Fill, MatchDecisions, Unfilled } from '../core/paper/fill.js';
import { encodeFill } from '../engines/reference/fill-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import { refuseOrder } from './order-out.js';

export const FILLS = 'fills';

/** Writes fills and what is left of orders, and counts. */
export class FillOut implements MatchDecisions {
  private readonly out: RecordOut;

  constructor(out: RecordOut) {
    this.out = out;
  }

  fill(fill: Fill): void {
    this.out.add(encodeFill(fill), FILLS, fill.symbol);
  }

  done(): void {
    this.out.settle('used');
  }

  drop(order: Order, { status, reason, left, isPartial }: Unfilled): void {
    refuseOrder(this.out, { ...order, status }, 'match', { reason, left });
    this.out.settle(isPartial ? 'used' : { reason, detail: '', isByRule: true });
  }
}
