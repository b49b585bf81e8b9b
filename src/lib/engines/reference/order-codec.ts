import type { Refusal } from '../../core/model/model.js';
import { type Order, type PairLeg, RISK_BUCKETS } from '../../core/model/paper.js';
import { plainNumber } from '../../core/model/number.js';
import { MAX_EVENT_S } from '../../core/model/time.js';
import { isPrice, SYMBOL } from './bounds.js';
import type { Decoder } from './codec.js';
import { FieldReader } from './field-reader.js';
import { isPositive, NAME, ORDER_ID, SIDES, WORD } from './paper-bounds.js';

const MAX_TF_S = 366 * 86_400;
const TYPES = ['MKT', 'LMT'] as const;
const STATUSES = ['NEW', 'APPROVED', 'REJECTED', 'EXPIRED', 'CANCELLED'] as const;
const SECTIONS = ['risk', 'budget', 'match'] as const;
const LEG_FIELDS = ['pair_id', 'leg', 'kind', 'tf_s', 'px_ref', 'beta', 'leverage', 'base_notional'] as const;

/** A command between the orders. */
export interface Control {
  readonly control: 'halt' | 'resume';
}

/** Reads orders, and the commands between them, from JSON lines: an object with `control` and without a symbol is a command. */
export class OrderDecoder implements Decoder<Order | Control> {
  declare record: Order | Control;

  decode(bytes: Buffer, start: number, end: number): Refusal | undefined {
    const fields = FieldReader.of(bytes, start, end);
    const record =
      fields.has('control') && !fields.has('symbol') ? { control: fields.oneOf('control', ['halt', 'resume']) } : orderIn(fields);
    if (fields.refusal === undefined) this.record = record;
    return fields.refusal;
  }
}

function orderIn(fields: FieldReader): Order {
  const common = {
    client_order_id: fields.text('client_order_id', ORDER_ID),
    symbol: fields.text('symbol', SYMBOL),
    side: fields.oneOf('side', SIDES),
    qty: fields.integer('qty', 1, Number.MAX_SAFE_INTEGER),
  };
  const order_type = fields.oneOf('order_type', TYPES);
  const limit = order_type === 'LMT' || fields.has('limit_price') ? fields.number('limit_price', isPositive) : undefined;
  const price = order_type === 'LMT' && limit !== undefined ? { order_type, limit_price: limit } : { order_type };
  const rest = {
    strategy: fields.text('strategy', WORD),
    risk_bucket: fields.oneOf('risk_bucket', RISK_BUCKETS),
    status: fields.oneOf('status', STATUSES),
    ts: fields.integer('ts', 0, MAX_EVENT_S - 1),
    reason: fields.text('reason', WORD),
  };
  const extra = fields.optionalObject('extra');
  const pair = extra.has('pair_id') ? legIn(extra) : undefined;
  for (const section of SECTIONS) extra.optionalObject(section);
  fields.refuse(extra.refusal);
  return { ...common, ...price, ...rest, pair, others: extra.others(pair === undefined ? [] : LEG_FIELDS) };
}

function legIn(extra: FieldReader): PairLeg {
  return {
    pair_id: extra.text('pair_id', NAME),
    leg: extra.oneOf('leg', ['A', 'B']),
    kind: extra.oneOf('kind', ['ENTER', 'EXIT']),
    tf_s: extra.integer('tf_s', 1, MAX_TF_S),
    px_ref: extra.number('px_ref', isPrice),
    beta: extra.number('beta', Number.isFinite),
    leverage: extra.number('leverage', isPositive),
    base_notional: extra.number('base_notional', isPositive),
  };
}

/** An order as one line of JSON, fields in the contract's order. */
export function encodeOrder(order: Order): string {
  const { client_order_id, symbol, side, qty, order_type, limit_price, strategy, risk_bucket, status, ts, reason } = order;
  const limit = limit_price === undefined ? '' : `"limit_price":${plainNumber(limit_price)},`;
  return (
    `{"client_order_id":${JSON.stringify(client_order_id)},"symbol":"${symbol}","side":"${side}","qty":${qty},` +
    `"order_type":"${order_type}",${limit}"strategy":${JSON.stringify(strategy)},"risk_bucket":"${risk_bucket}",` +
    `"status":"${status}","ts":${ts},"reason":${JSON.stringify(reason)},"extra":${encodeExtra(order)}}\n`
  );
}

/** `extra` of an order; `but`: members that are left out. */
export function encodeExtra({ pair, others }: Order, but: readonly string[] = []): string {
  const members = [...others].filter(([name]) => !but.includes(name)).map(([name, json]) => `${JSON.stringify(name)}:${json}`);
  return `{${[...legMembers(pair), ...members].join(',')}}`;
}

function legMembers(pair: PairLeg | undefined): string[] {
  if (pair === undefined) return [];
  const { pair_id, leg, kind, tf_s, px_ref, beta, leverage, base_notional } = pair;
  return [
    `"pair_id":${JSON.stringify(pair_id)},"leg":"${leg}","kind":"${kind}","tf_s":${tf_s},"px_ref":${plainNumber(px_ref)},` +
      `"beta":${plainNumber(beta)},"leverage":${plainNumber(leverage)},"base_notional":${plainNumber(base_notional)}`,
  ];
}
