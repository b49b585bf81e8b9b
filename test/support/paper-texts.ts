import type { FillRecord, OrderRecord, RejectRecord } from '../../src/lib/core/model/records.js';
import type { PairLeg } from '../../src/lib/core/model/paper.js';
import { linesIn } from './stages.js';

/** An order of a pair, as `pairs exec` writes it. */
export type NewOrderRecord = OrderRecord & { readonly extra: PairLeg };

/** An order of a pair, as the stages behind `pairs exec` have it. */
export interface PairOrderRecord extends OrderRecord {
  readonly extra: PairLeg & {
    readonly risk: { readonly f: number; readonly qty_in: number; readonly reason?: string };
    readonly budget: { readonly bucket: string; readonly delta: number; readonly used: number; readonly reason?: string };
    readonly match: { readonly reason: string; readonly left: number };
  };
}

/** The orders in a text; sections of `extra` are there from the stage on that writes them. */
export function ordersIn(text: string): PairOrderRecord[] {
  return linesIn(text)
    .filter((line) => line.startsWith('{"client_order_id"'))
    .map((line) => JSON.parse(line) as PairOrderRecord);
}

/** Orders in twos: the legs of each decision. */
export function decisionsIn(text: string): [a: PairOrderRecord, b: PairOrderRecord][] {
  const orders = ordersIn(text);
  return orders.flatMap((a, at) => (at % 2 === 0 ? [[a, orders[at + 1] as PairOrderRecord]] : []));
}

export interface PairFillRecord extends FillRecord {
  readonly extra: PairOrderRecord['extra'];
}

export function fillsIn(text: string): PairFillRecord[] {
  return linesIn(text).map((line) => JSON.parse(line) as PairFillRecord);
}

/** The rejects of `pairs exec` with reason and signal alone. */
export function refusedSignals(rejects: string): string {
  return linesIn(rejects)
    .map((line) => JSON.parse(line) as RejectRecord)
    .map(({ reason, raw }) => `{"reason":"${reason}","raw":${JSON.stringify(raw)}}\n`)
    .join('');
}

/** The ledger that is in allowed orders: numbers as they stand there. */
export function ledgerOf(allowed: string): string {
  return linesIn(allowed)
    .filter((line) => (JSON.parse(line) as PairOrderRecord).extra.leg === 'A')
    .map((line) => {
      const [, id = ''] = /^\{"client_order_id":("(?:[^"\\]|\\.)*")/.exec(line) ?? [];
      const [, budget = ''] = /"budget":\{([^}]*)\}/.exec(line) ?? [];
      return `{"id":${id},${budget}}\n`;
    })
    .join('');
}

/** Of what `paper pnl` prints, what others print as well. */
export function pnlOf(rows: string): string {
  const names = ['symbol', 'position', 'cash', 'fees', 'realised'];
  return linesIn(rows)
    .map((line) => names.map((name) => new RegExp(`"${name}":[^,}]+`).exec(line)?.[0] ?? '').join(','))
    .map((members) => `{${members}}\n`)
    .join('');
}
