import { describe, expect, it } from 'vitest';
import { decimalText, exact } from '../../src/lib/core/money.js';
import { type Costs, FEES, feesOf, slippedPrice } from '../../src/lib/core/paper/costs.js';

const COSTS: Costs = {
  slippage_bps: 2,
  tick_size: 0.05,
  brokerage_per_order: 20,
  stt_bps: 1.25,
  exchange_txn_bps: 0.3,
  sebi_turnover_bps: 0.01,
  stamp_bps_buy: 0.3,
  gst_pct: 18,
};

/** Fees are texts of brokerage, stt, exchange, sebi, stamp, gst and total. */
type Row = [qty: number, price: number, buy: string, sell: string, change?: Partial<Costs>];

function feesText(side: 'BUY' | 'SELL', qty: number, price: number, costs: Costs): string {
  const fees = feesOf(side, qty, exact(price), costs);
  return FEES.map((name) => decimalText(fees[name])).join(' ');
}

// Worked by hand: n = qty · price, stt = n · 0.000125, exchange = n · 0.00003, sebi = n · 0.000001, stamp = n · 0.00003 where
// bought, each rounded; gst = 18 % of brokerage and the rounded exchange fee.
const ROWS: readonly Row[] = [
  // n = 100,948.50: stt 12.6185625, exchange and stamp 3.028455, sebi 0.1009485; gst 18 % of 23.03 = 4.1454.
  [90, 1121.65, '20 12.62 3.03 0.1 3.03 4.15 42.93', '20 12.62 3.03 0.1 0 4.15 39.9'],
  // n = 40: stt is just half a cent, which rounds up; exchange and stamp 0.0012, sebi 0.00004; gst 18 % of 20 = 3.60.
  [1, 40, '20 0.01 0 0 0 3.6 23.61', '20 0.01 0 0 0 3.6 23.61'],
  // n = 39.99: stt 0.00499875 is a little less than half a cent.
  [1, 39.99, '20 0 0 0 0 3.6 23.6', '20 0 0 0 0 3.6 23.6'],
  // n = 500: exchange and stamp are just 0.015; stt 0.0625, sebi 0.0005; gst 18 % of 20.02 = 3.6036.
  [5, 100, '20 0.06 0.02 0 0.02 3.6 23.7', '20 0.06 0.02 0 0 3.6 23.68'],
  // n = 5,000: sebi is just half a cent; stt is just 0.625, exchange and stamp 0.15; gst 18 % of 20.15 = 3.627.
  [50, 100, '20 0.63 0.15 0.01 0.15 3.63 24.57', '20 0.63 0.15 0.01 0 3.63 24.42'],
  // n = 8,300: exchange 0.249 is 0.25, and gst 18 % of 20.25 = 3.645, just half a cent: of 20.249 it would be 3.64482, a cent less.
  [83, 100, '20 1.04 0.25 0.01 0.25 3.65 25.2', '20 1.04 0.25 0.01 0 3.65 24.95'],
  // n = 100.5 and stt of 1 %: 1.005, which is less than that in doubles.
  [1, 100.5, '20 1.01 0 0 0 3.6 24.61', '20 1.01 0 0 0 3.6 24.61', { stt_bps: 100 }],
  // Brokerage is money as well: 20.005 is 20.01, and gst 18 % of 20.01 = 3.6018.
  [1, 1, '20.01 0 0 0 0 3.6 23.61', '20.01 0 0 0 0 3.6 23.61', { brokerage_per_order: 20.005 }],
  // n = 3 · 0.1, which is more than 0.3 in doubles; stamp of 5 % is just 0.015, and gst 100 % of nothing.
  [
    3,
    0.1,
    '0 0 0 0 0.02 0 0.02',
    '0 0 0 0 0 0 0',
    { brokerage_per_order: 0, stamp_bps_buy: 500, exchange_txn_bps: 0, gst_pct: 100 },
  ],
];

describe('fees to the cent', () => {
  it.each<Row>(ROWS)('of %d at %d: bought %s, sold %s', (qty, price, buy, sell, change = {}) => {
    const costs = { ...COSTS, ...change };
    expect(feesText('BUY', qty, price, costs)).toBe(buy);
    expect(feesText('SELL', qty, price, costs)).toBe(sell);
  });

  it('are nothing where nothing is charged', () => {
    const none = Object.fromEntries(Object.keys(COSTS).map((name) => [name, 0])) as unknown as Costs;
    expect(feesText('BUY', 10, 100, none)).toBe('0 0 0 0 0 0 0');
  });
});

describe('a price at the market', () => {
  it.each<[reference: number, buy: string, sell: string | undefined, change: Partial<Costs>]>([
    // 1121.4 · 1.0002 = 1121.62428 and · 0.9998 = 1121.17572: on to the next tick, away from the trader.
    [1121.4, '1121.65', '1121.15', {}],
    // 5 bps of 100 are a tick: what is on a tick stays there.
    [100, '100.05', '99.95', { slippage_bps: 5 }],
    // 6 bps are a little more than a tick.
    [100, '100.1', '99.9', { slippage_bps: 6 }],
    // In doubles 0.3 is no multiple of 0.1.
    [0.3, '0.3', '0.3', { slippage_bps: 0, tick_size: 0.1 }],
    // Off the tick without any slippage: BUY up, SELL down, never to the nearest.
    [10.01, '10.05', '10', { slippage_bps: 0 }],
    [10.04, '10.05', '10', { slippage_bps: 0 }],
    // A tick that is no power of ten, and one above the price.
    [7, '7.25', '6.75', { slippage_bps: 100, tick_size: 0.25 }],
    // Nothing is sold for nothing.
    [0.03, '0.05', undefined, {}],
  ])('of %d is %s bought and %s sold', (reference, buy, sell, change) => {
    const costs = { ...COSTS, ...change };
    const text = (side: 'BUY' | 'SELL'): string | undefined => {
      const price = slippedPrice(exact(reference), side, costs);
      return price === undefined ? undefined : decimalText(price);
    };
    expect([text('BUY'), text('SELL')]).toEqual([buy, sell]);
  });
});
