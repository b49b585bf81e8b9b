// Generated from schemas/*.schema.json by `npm run generate`. Do not edit.

/**
 * OHLCV of one symbol over [ts, ts + tf).
 */
export interface BarRecord {
  /**
   * Instrument name, case-sensitive, never trimmed.
   */
  symbol: string;
  /**
   * Timeframe, named with the largest unit that divides it: 1s, 1m, 15m, 1h, 1d (60s is written 1m). At most 366d.
   */
  tf: string;
  /**
   * Start of the bar, s since the Unix epoch, a multiple of tf, 0 <= ts < 2100-01-01 UTC.
   */
  ts: number;
  /**
   * Price of the earliest trade.
   */
  o: number;
  /**
   * Highest price.
   */
  h: number;
  /**
   * Lowest price.
   */
  l: number;
  /**
   * Price of the latest trade.
   */
  c: number;
  /**
   * Exact decimal sum of the traded quantities: at most 8 decimal places, vol * 1e8 < 2^127. Never read it as a double.
   */
  vol: number;
  /**
   * Number of trades, below 2^53; 0 where a foreign source does not say.
   */
  n_trades: number;
}

/**
 * A command to `qf risk size` between its orders: from here on no entry passes, or they pass again.
 */
export interface ControlRecord {
  control: "halt" | "resume";
}

/**
 * A part of an order, or all of it, that was filled at a price.
 */
export interface FillRecord {
  /**
   * Opaque, unique.
   */
  fill_id: string;
  client_order_id: string;
  symbol: string;
  side: "BUY" | "SELL";
  qty: number;
  price: number;
  /**
   * s since the Unix epoch.
   */
  ts: number;
  venue: string;
  /**
   * Money, each rounded to 0.01.
   */
  fees: {
    /**
     * Of the broker, for each fill.
     */
    brokerage: number;
    /**
     * Securities transaction tax.
     */
    stt: number;
    /**
     * Transaction charge of the exchange.
     */
    exchange: number;
    /**
     * Turnover fee of the regulator.
     */
    sebi: number;
    /**
     * Stamp duty, on buys.
     */
    stamp: number;
    /**
     * Tax on brokerage and exchange.
     */
    gst: number;
    /**
     * Their sum.
     */
    total: number;
  };
  /**
   * Of the order.
   */
  extra?: {};
}

/**
 * A statement about the stream of bars around it.
 */
export interface MarkRecord {
  /**
   * s since the Unix epoch: every bar of this stream with ts + tf <= mark stands before this line.
   */
  mark: number;
}

/**
 * An order: new, sized, allowed or refused. Each stage that handles it adds a section to extra.
 */
export interface OrderRecord {
  /**
   * Opaque, unique.
   */
  client_order_id: string;
  symbol: string;
  side: "BUY" | "SELL";
  qty: number;
  /**
   * At the market, or at limit_price or better.
   */
  order_type: "MKT" | "LMT";
  /**
   * Of an LMT order.
   */
  limit_price?: number;
  strategy: string;
  risk_bucket: "LOW" | "MED" | "HIGH";
  status: "NEW" | "APPROVED" | "REJECTED" | "EXPIRED" | "CANCELLED";
  /**
   * Start of the bar that the order was decided on, s since the Unix epoch.
   */
  ts: number;
  /**
   * Reason of the signal.
   */
  reason: string;
  /**
   * What belongs to the strategy. Members that are not named here are kept. An order of a pair has a pair_id and all that is named with it.
   */
  extra?: {
    /**
     * Of `qf risk size`: qty_in and f, or the reason of a refusal.
     */
    risk?: {};
    /**
     * Of `qf risk guard`: bucket, delta and used in money, or the reason of a refusal.
     */
    budget?: {};
    /**
     * Of `qf paper match`: why what is left of the order is not filled.
     */
    match?: {};
  };
}

/**
 * An input record that a stage did not use, with the reason and its first bytes.
 */
export interface RejectRecord {
  /**
   * Stage that refused the record.
   */
  stage: string;
  /**
   * The first rule that the record broke, in the order of this list.
   */
  reason:
    | "line_too_long"
    | "frame_too_long"
    | "null_value"
    | "invalid_utf8"
    | "invalid_json"
    | "invalid_csv"
    | "invalid_frame"
    | "not_an_object"
    | "unknown_message"
    | "venue_error"
    | "unknown_instrument"
    | "missing_field"
    | "wrong_type"
    | "out_of_bounds"
    | "timestamp_range"
    | "future_timestamp"
    | "mixed_tf"
    | "out_of_order"
    | "late"
    | "not_whitelisted"
    | "not_open"
    | "no_price"
    | "nonpositive_beta"
    | "tiny_quantity"
    | "throttled"
    | "no_pair"
    | "duplicate"
    | "stale"
    | "orphan_leg"
    | "nothing_open"
    | "halted"
    | "already_open"
    | "max_open_pairs"
    | "min_quantity"
    | "no_notional"
    | "over_max_per_trade"
    | "over_bucket_cap"
    | "limit_not_reached"
    | "nothing_filled"
    | "ttl"
    | "exit"
    | "end_of_bars";
  /**
   * Name of the field, or empty.
   */
  detail: string;
  /**
   * Kafka topic of the record.
   */
  topic?: string;
  /**
   * Kafka partition.
   */
  partition?: number;
  /**
   * Kafka offset.
   */
  offset?: number;
  /**
   * Path, where a stage reads several files.
   */
  file?: string;
  /**
   * Line number, from 1, as an editor counts; of a websocket the number of the frame.
   */
  line?: number;
  /**
   * Bytes of the whole record.
   */
  size: number;
  /**
   * The first 1,024 bytes as text, cut at a character.
   */
  raw?: string;
  /**
   * The same in base64, where they are not UTF-8.
   */
  raw_b64?: string;
}

/**
 * What the pairs strategy wants done with a pair, decided at ts + tf.
 */
export interface SignalRecord {
  /**
   * Name of the pair, opaque.
   */
  pair_id: string;
  /**
   * For people: A-B.
   */
  pair_symbol: string;
  /**
   * Symbol of leg A.
   */
  a_symbol: string;
  /**
   * Symbol of leg B.
   */
  b_symbol: string;
  /**
   * Timeframe of the bars, minutes.
   */
  tf: number;
  /**
   * Start of the bar, s since the Unix epoch.
   */
  ts: number;
  /**
   * Hedge ratio: units of B for one of A, at most 6 decimals.
   */
  beta: number;
  /**
   * Spread in standard deviations from its mean, at most 6 decimals.
   */
  z: number;
  action: "ENTER_LONG_A_SHORT_B" | "ENTER_SHORT_A_LONG_B" | "EXIT";
  sideA: "BUY" | "SELL";
  sideB: "BUY" | "SELL";
  /**
   * Close of leg A.
   */
  pxA: number;
  /**
   * Close of leg B.
   */
  pxB: number;
  risk_bucket: "LOW" | "MED" | "HIGH";
  /**
   * Notional of an entry before sizing: base_notional times leverage.
   */
  risk_per_trade: number;
  /**
   * Rule of the strategy that gave the signal.
   */
  reason: "reentry" | "revert" | "stop" | "timeout" | "flatten";
}

/**
 * One trade as it reaches a stage. JSON Schema sees numbers as doubles; the exact rules for digits stand in each description and in docs/contracts.md.
 */
export interface TickRecord {
  /**
   * Instrument name, case-sensitive, never trimmed.
   */
  symbol: string;
  /**
   * Exchange time in ns since the Unix epoch: 1973-01-01 <= t < 2100-01-01 UTC, written as a plain integer of 17 to 19 digits, without fraction or exponent. Read as a double it would move by up to 128 ns.
   */
  event_ts: number;
  /**
   * Last traded price: 0, or 1e-18 <= |price| < 1e12. Negative prices exist.
   */
  ltp: number;
  /**
   * Traded quantity of this trade, 0 <= vol < 1e15. After dropping trailing zeros: at most 15 significant digits and 8 decimal places.
   */
  vol: number;
  /**
   * The venue's id of the trade, at most 64 characters; 5 and "5" are the same id.
   */
  trade_id?: string | number | null;
  /**
   * Side of the taker.
   */
  side?: "buy" | "sell" | null;
}
