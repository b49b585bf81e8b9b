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
 * A statement about the stream of bars around it.
 */
export interface MarkRecord {
  /**
   * s since the Unix epoch: every bar of this stream with ts + tf <= mark stands before this line.
   */
  mark: number;
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
    | "late";
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
