import fc from 'fast-check';
import type { NewOrderRecord } from './paper-texts.js';
import type { PaperConfigs } from './paper-stages.js';

const START_S = 1_700_000_100;
const MINUTE_S = 60;

/** Configurations under which any orders meet every limit. */
export const ORDER_CONFIGS: PaperConfigs = {
  pairs: [],
  risk: {
    total_cash: 10_000,
    holdback_fraction: 0.1,
    buckets: {
      LOW: { split: 0.3, max_per_trade: 900.5 },
      MED: { split: 0.3, max_per_trade: 5000 },
      HIGH: { split: 0.4, max_per_trade: 1000 },
    },
    per_symbol_max_qty: 300,
    min_qty: 2,
    max_open_pairs: 3,
    max_entries_per_minute: 2,
  },
  costs: {
    slippage_bps: 2.5,
    tick_size: 0.05,
    brokerage_per_order: 19.995,
    stt_bps: 2.5,
    exchange_txn_bps: 0.297,
    sebi_turnover_bps: 0.01,
    stamp_bps_buy: 0.3,
    gst_pct: 18,
  },
};

type Leg = 'A' | 'B';

/** What somebody wants of a pair: which legs come of it, and how much later than they should. */
const decisions = fc.record({
  pair: fc.nat({ max: 4 }),
  kind: fc.constantFrom('ENTER', 'ENTER', 'EXIT'),
  isLongA: fc.boolean(),
  minutes: fc.nat({ max: 2 }),
  legs: fc.constantFrom<Leg[]>(['A', 'B'], ['A', 'B'], ['A', 'B'], ['B', 'A'], ['A'], ['B'], ['A', 'A', 'B'], ['A', 'B', 'B']),
  delays: fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 })),
  qty: fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 })),
  px: fc.tuple(fc.constantFrom(0, 2.5, 9.995, 41.37), fc.constantFrom(2.5, 2.5, 13.1, 100.05)),
  bucket: fc.constantFrom('LOW', 'MED', 'HIGH'),
  limit: fc.option(fc.constantFrom(0.99, 1, 1.01), { nil: undefined }),
  /** Behind the orders: commands, a line that is none, and one of them again without its pair. */
  others: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 4, arbitrary: fc.constantFrom(['{"control":"halt"}'], ['{"control":"resume"}'], ['{'], ['foreign']) },
  ),
  suffix: fc.constantFrom('', '', ':x'),
});
type Decision = typeof decisions extends fc.Arbitrary<infer D> ? D : never;

/** Orders as no stage would write them: legs of several decisions mixed, lost, repeated, late; halts; lines that are none. */
export const anyOrders: fc.Arbitrary<string[]> = fc.array(decisions, { maxLength: 60, size: 'max' }).map((list) => {
  let minute = 0;
  const placed = list.flatMap((decision, at) => {
    minute += decision.minutes;
    const ts = START_S + minute * MINUTE_S;
    const orders = decision.legs.map((leg, n) => orderOf(decision, leg, ts, n));
    const foreign = JSON.stringify({ ...orders[0], extra: {} });
    const lines = [
      ...orders.map((order) => JSON.stringify(order)),
      ...decision.others.map((other) => (other === 'foreign' ? foreign : other)),
    ];
    return lines.map((line, n) => ({ line, place: at + (decision.delays[n % 2] ?? 0) }));
  });
  return placed.sort((a, b) => a.place - b.place).map(({ line }) => line);
});

function orderOf(decision: Decision, leg: Leg, ts: number, n: number): NewOrderRecord {
  const { pair, kind, isLongA, qty, px, bucket, limit, suffix } = decision;
  const pair_id = `P${pair}`;
  const index = leg === 'A' ? 0 : 1;
  const px_ref = px[index];
  const type =
    limit === undefined ? { order_type: 'MKT' as const } : { order_type: 'LMT' as const, limit_price: px_ref * limit + 0.01 };
  return {
    client_order_id: `PAIR:${pair_id}:${leg}:${ts}:${kind}${n === 0 ? '' : suffix}`,
    symbol: `S${pair}${leg}`,
    side: isLongA === (leg === 'A') ? 'BUY' : 'SELL',
    qty: qty[index],
    ...type,
    strategy: 'PAIR',
    risk_bucket: bucket,
    status: 'NEW',
    ts,
    reason: 'reentry',
    extra: {
      pair_id,
      leg,
      kind,
      tf_s: MINUTE_S,
      px_ref,
      beta: 0.75,
      leverage: 2.5,
      base_notional: 1000,
      risk: { note: [1, 'x'] },
    },
  };
}
