import type { FillRecord, OrderRecord, SignalRecord } from '../../core/model/records.js';
import { type Origin, Row } from './row.js';

const FEES = ['brokerage', 'stt', 'exchange', 'sebi', 'stamp', 'gst', 'total'] as const;

type Extra = Readonly<Record<string, unknown>>;

/** How each record of the paper flow begins, as qf writes it, and the rows that it is stored as. */
export const PAPER_RECORDS: readonly {
  readonly prefix: string;
  readonly rowsOf: (record: never, origin: Origin) => Row[];
}[] = [
  { prefix: '{"pair_id":', rowsOf: signalRows },
  { prefix: '{"client_order_id":', rowsOf: orderRows },
  { prefix: '{"fill_id":', rowsOf: fillRows },
  { prefix: '{"control":', rowsOf: () => [] },
];

function signalRows(signal: SignalRecord, origin: Origin): Row[] {
  const { pair_id, ts, a_symbol, b_symbol, tf, beta, z, action, sideA, sideB, pxA, pxB } = signal;
  const { risk_bucket, risk_per_trade, reason } = signal;
  const values = [
    pair_id,
    ts,
    a_symbol,
    b_symbol,
    tf,
    beta,
    z,
    action,
    sideA,
    sideB,
    pxA,
    pxB,
    risk_bucket,
    risk_per_trade,
    reason,
  ];
  return [new Row('pairs_signals', values, origin)];
}

/** An event of the order's life; and, of the leg A of an order that the budget has allowed, a row of the ledger. */
function orderRows(order: OrderRecord, origin: Origin): Row[] {
  const { client_order_id, symbol, side, qty, order_type, limit_price, strategy, risk_bucket, ts, reason } = order;
  const extra: Extra = order.extra ?? {};
  // A second order with an id has no life of its own, and is no event in that of the first.
  if (reasonIn(extra['risk']) === 'duplicate') return [];
  const change = order.status === 'APPROVED' ? (extra['budget'] as Extra | undefined) : undefined;
  const status = change === undefined ? order.status : 'ALLOWED';
  const values = [client_order_id, status, symbol, side, qty, order_type, limit_price, strategy, risk_bucket, ts, reason];
  const event = new Row('order_events', [...values, JSON.stringify(extra)], origin);
  if (change === undefined || extra['leg'] !== 'A') return [event];
  const { bucket, delta, used } = change as { bucket: string; delta: number; used: number };
  return [event, new Row('budget_ledger', [client_order_id, bucket, delta, used, ts], origin)];
}

function fillRows(fill: FillRecord, origin: Origin): Row[] {
  const { fill_id, client_order_id, symbol, side, qty, price, ts, venue, fees } = fill;
  const extra = JSON.stringify(fill.extra ?? {});
  const values = [fill_id, client_order_id, symbol, side, qty, price, ts, venue, ...FEES.map((name) => fees[name]), extra];
  const event = [client_order_id, 'FILLED', symbol, side, null, null, null, null, null, ts, null, extra];
  return [new Row('fills', values, origin), new Row('order_events', event, origin)];
}

function reasonIn(section: unknown): unknown {
  return typeof section === 'object' && section !== null && 'reason' in section ? section.reason : undefined;
}
