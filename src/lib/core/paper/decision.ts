import type { Order } from '../model/paper.js';
import { plainNumber } from '../model/number.js';

/** What became of orders, in the order in which it was decided. */
export interface OrderDecisions<R extends string> {
  /** Goes on, as it is here. */
  pass(order: Order): void;
  /** Goes no further; it is as it came in. */
  refuse(order: Order, reason: R): void;
}

/** What a stage has to say of an order, in its own section of `extra`. */
export type Note = Readonly<Record<string, string | number>>;

/** The order with a section added to `extra`, behind all others. */
export function withNote<O extends Order>(order: O, section: string, note: Note): O {
  const others = new Map(order.others);
  others.delete(section);
  others.set(section, noteText(note));
  return { ...order, others };
}

function noteText(note: Note): string {
  const members = Object.entries(note).map(
    ([name, value]) => `"${name}":${typeof value === 'number' ? plainNumber(value) : JSON.stringify(value)}`,
  );
  return `{${members.join(',')}}`;
}
