import type { Side } from '../model/paper.js';
import { cents, type Decimal, exact, toStep, ZERO } from '../money.js';

const BPS = 10_000;

/** What a fill costs, as it was configured. A bp is 1/10,000 of the notional. */
export interface Costs {
  readonly slippage_bps: number;
  readonly tick_size: number;
  readonly brokerage_per_order: number;
  readonly stt_bps: number;
  readonly exchange_txn_bps: number;
  readonly sebi_turnover_bps: number;
  readonly stamp_bps_buy: number;
  readonly gst_pct: number;
}

export const FEES = ['brokerage', 'stt', 'exchange', 'sebi', 'stamp', 'gst', 'total'] as const;

/** Money, each rounded to 0.01; `total` is the sum of the others. */
export type Fees = Readonly<Record<(typeof FEES)[number], Decimal>>;

/**
 * The price at the market: worse than `reference` by the slippage, and then on to the next tick away from the trader. Undefined where
 * that is 0: nobody buys below the first tick.
 */
export function slippedPrice(reference: Decimal, side: Side, { slippage_bps, tick_size }: Costs): Decimal | undefined {
  const slippage = exact(slippage_bps).times(side === 'BUY' ? 1 : -1);
  const price = reference.times(slippage.plus(BPS)).times('0.0001');
  const onTick = toStep(price, exact(tick_size), side === 'BUY' ? 'up' : 'down');
  return onTick.gt(0) ? onTick : undefined;
}

/** The fees of one fill, as they are charged for shares in India: securities transaction tax, stamp duty on buys, GST on charges. */
export function feesOf(side: Side, qty: number, price: Decimal, costs: Costs): Fees {
  const notional = price.times(exact(qty));
  const ofNotional = (bps: number): Decimal => cents(notional.times(exact(bps)).times('0.0001'));
  const brokerage = cents(exact(costs.brokerage_per_order));
  const stt = ofNotional(costs.stt_bps);
  const exchange = ofNotional(costs.exchange_txn_bps);
  const sebi = ofNotional(costs.sebi_turnover_bps);
  const stamp = side === 'BUY' ? ofNotional(costs.stamp_bps_buy) : ZERO;
  const gst = cents(brokerage.plus(exchange).times(exact(costs.gst_pct)).times('0.01'));
  const total = [brokerage, stt, exchange, sebi, stamp, gst].reduce((sum, fee) => sum.plus(fee));
  return { brokerage, stt, exchange, sebi, stamp, gst, total };
}
