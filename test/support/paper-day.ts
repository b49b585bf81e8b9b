/** A dozen pairs of what the real data holds: stocks of one trade, indices without volume, every timeframe. */
export const DAY_PAIRS = {
  defaults: {
    tf: '1m',
    lookback: 30,
    beta: 'ols',
    beta_lookback: 60,
    entry_z: 1.755,
    exit_z: 0.405,
    stop_z: 3.505,
    max_hold: '45m',
    min_ready: 20,
    flatten: '15:15',
    session_tz: 'Asia/Kolkata',
    bucket: 'MED',
    base_notional: 60_000,
    leverage: 5,
  },
  pairs: [
    { a: 'HDFCBANK', b: 'ICICIBANK' },
    { a: 'KOTAKBANK', b: 'HDFCBANK', bucket: 'HIGH' },
    { a: 'AXISBANK', b: 'ICICIBANK', beta: 1 },
    { a: 'SBIN', b: 'ICICIBANK', beta: 0.6, bucket: 'LOW' },
    { a: 'INFY', b: 'TCS' },
    { a: 'INFY', b: 'TCS', tf: '3m', lookback: 15, min_ready: 10 },
    { a: 'HDFC', b: 'HDFCBANK', tf: '3m', lookback: 20, beta: 1.7, bucket: 'HIGH' },
    { a: 'NIFTYBANK', b: 'NIFTY50', base_notional: 250_000, bucket: 'HIGH' },
    { a: 'AXISBANK', b: 'SBIN', tf: '5m', lookback: 12, min_ready: 8, entry_z: 1.205 },
    { a: 'KOTAKBANK', b: 'AXISBANK', tf: '3m', lookback: 15, min_ready: 8, max_hold: '20m' },
    { a: 'NIFTY50', b: 'HDFCBANK', tf: '5m', lookback: 12, min_ready: 8, entry_z: 1.205, bucket: 'LOW' },
    { a: 'TCS', b: 'HDFC', tf: '15m', lookback: 6, min_ready: 4, beta_lookback: 8, entry_z: 0.905, max_hold: '2h' },
  ],
};

/** Limits that some of it meets. */
export const DAY_RISK = {
  total_cash: 600_000,
  holdback_fraction: 0.1,
  buckets: {
    LOW: { split: 0.2, max_per_trade: 45_000 },
    MED: { split: 0.5, max_per_trade: 55_000.5 },
    HIGH: { split: 0.3, max_per_trade: 100_000 },
  },
  per_symbol_max_qty: 150,
  min_qty: 1,
  max_open_pairs: 6,
  max_entries_per_minute: 2,
};

export const DAY_COSTS = {
  slippage_bps: 2,
  tick_size: 0.05,
  brokerage_per_order: 20,
  stt_bps: 2.5,
  exchange_txn_bps: 0.297,
  sebi_turnover_bps: 0.01,
  stamp_bps_buy: 0.3,
  gst_pct: 18,
};
