import type { RejectReason } from '../core/model/model.js';
import type { Order } from '../core/model/paper.js';
import { type Note, type OrderDecisions, withNote } from '../core/paper/decision.js';
import { encodeOrder } from '../engines/reference/order-codec.js';
import type { RecordOut } from '../engines/reference/output.js';

/** Where orders go that are refused, or not filled. */
export const REFUSED_ORDERS = 'orders.rejected';

/** Each stage that refuses orders has a partition of that topic for itself, so that each has one writer. */
const REFUSED_PARTITION = { risk: 0, budget: 1, match: 2 } as const;

/** How many that are. */
export const REFUSED_PARTITIONS = new Map([[REFUSED_ORDERS, Object.keys(REFUSED_PARTITION).length]]);

/** The section of an order's `extra` that a stage writes. */
export type Section = keyof typeof REFUSED_PARTITION;

/** Writes what is decided about orders, and counts it. */
export class OrderOut<R extends RejectReason> implements OrderDecisions<R> {
  private readonly out: RecordOut;
  private readonly stream: string;
  private readonly section: Section;

  /** `stream`: of the orders that go on. */
  constructor(out: RecordOut, stream: string, section: Section) {
    this.out = out;
    this.stream = stream;
    this.section = section;
  }

  pass(order: Order): void {
    this.out.add(encodeOrder(order), this.stream, order.symbol);
    this.out.settle('used');
  }

  refuse(order: Order, reason: R): void {
    refuseOrder(this.out, { ...order, status: 'REJECTED' }, this.section, { reason });
    this.out.settle({ reason, detail: '', isByRule: true });
  }
}

/** Writes an order that goes no further; `note` says why. */
export function refuseOrder(
  out: RecordOut,
  order: Order,
  section: Section,
  note: Note & { readonly reason: RejectReason },
): void {
  const line = encodeOrder(withNote(order, section, note));
  out.refuse({ line, stream: REFUSED_ORDERS, partition: REFUSED_PARTITION[section], key: order.symbol });
}
