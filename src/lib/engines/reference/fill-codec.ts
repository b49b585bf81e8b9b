import type { Refusal } from '../../core/model/model.js';
import { MAX_EVENT_S } from '../../core/model/time.js';
import { decimalText, exact } from '../../core/money.js';
import { FEES } from '../../core/paper/costs.js';
import type { Fill } from '../../core/paper/fill.js';
import type { FilledTrade } from '../../core/paper/positions.js';
import { SYMBOL } from './bounds.js';
import type { Decoder } from './codec.js';
import { FieldReader } from './field-reader.js';
import { encodeExtra } from './order-codec.js';
import { FILL_ID, isAmount, isFillPrice, ORDER_ID, SIDES, WORD } from './paper-bounds.js';

/** Sections of an order's `extra` that are of its way, not of its fill. */
const LEFT_OUT = ['risk', 'budget'];

/** With the time that it has, s since the epoch. */
export type DatedTrade = FilledTrade & { readonly ts: number };

/** Reads from JSON lines what a position needs of fills, and when it was. */
export class FillDecoder implements Decoder<DatedTrade> {
  declare record: DatedTrade;

  decode(bytes: Buffer, start: number, end: number): Refusal | undefined {
    const fields = FieldReader.of(bytes, start, end);
    fields.text('fill_id', FILL_ID);
    fields.text('client_order_id', ORDER_ID);
    const symbol = fields.text('symbol', SYMBOL);
    const side = fields.oneOf('side', SIDES);
    const qty = fields.integer('qty', 1, Number.MAX_SAFE_INTEGER);
    const price = fields.number('price', isFillPrice);
    const ts = fields.integer('ts', 0, MAX_EVENT_S - 1);
    fields.text('venue', WORD);
    const fees = fields.object('fees');
    const amounts = FEES.map((name) => fees.number(name, isAmount));
    fields.refuse(fees.refusal);
    fields.optionalObject('extra');
    if (fields.refusal === undefined)
      this.record = { symbol, side, qty, price: exact(price), fee: exact(amounts.at(-1) ?? 0), ts };
    return fields.refusal;
  }
}

/** A fill as one line of JSON, fields in the contract's order. */
export function encodeFill({ fill_id, client_order_id, symbol, side, qty, price, ts, venue, fees, order }: Fill): string {
  const amounts = FEES.map((name) => `"${name}":${decimalText(fees[name])}`).join(',');
  return (
    `{"fill_id":${JSON.stringify(fill_id)},"client_order_id":${JSON.stringify(client_order_id)},"symbol":"${symbol}",` +
    `"side":"${side}","qty":${qty},"price":${decimalText(price)},"ts":${ts},"venue":"${venue}","fees":{${amounts}},` +
    `"extra":${encodeExtra(order, LEFT_OUT)}}\n`
  );
}
