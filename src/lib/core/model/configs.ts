// Generated from schemas/config/*.schema.json by `npm run generate`. Do not edit.

/**
 * What a paper fill costs. A bp is 1/10,000 of the notional.
 */
export interface CostsConfig {
  $schema?: string;
  /**
   * By how much a price at the market is worse than the reference.
   */
  slippage_bps: number;
  /**
   * Smallest step of a price.
   */
  tick_size: number;
  /**
   * Money for each fill.
   */
  brokerage_per_order: number;
  /**
   * Securities transaction tax.
   */
  stt_bps: number;
  /**
   * Transaction charge of the exchange.
   */
  exchange_txn_bps: number;
  /**
   * Turnover fee of the regulator.
   */
  sebi_turnover_bps: number;
  /**
   * Stamp duty, on buys only.
   */
  stamp_bps_buy: number;
  /**
   * Percent of brokerage and exchange charge.
   */
  gst_pct: number;
}

export type Variable = string;
export type Command = string;

/**
 * One implementation of the stages that qf perf compare runs: for each a shell command that reads NDJSON on standard input and writes it to standard output.
 */
export interface ImplementationConfig {
  $schema?: string;
  /**
   * What it is called in reports.
   */
  name: string;
  /**
   * What it is, in a few words.
   */
  summary: string;
  /**
   * Run once before anything else, such as a compiler; its errors end the comparison.
   */
  build?: string;
  /**
   * What its commands find in their environment besides.
   */
  env?: {
    [k: string]: string;
  };
  /**
   * How its commands say that they are ready for their input, in load mode: each finds a free port in a variable, and answers with 200 at 127.0.0.1, this port and the path. In a pipe no tick comes within half a second behind the start, for those that do not say it.
   */
  ready?: {
    path: string;
    /**
     * The variables, by stage.
     */
    ports: {
      bars1s?: Variable;
      baragg?: Variable;
      paper?: Variable;
    };
  };
  stages: {
    /**
     * Writes $PERF_TICKS ticks of $PERF_SYMBOLS symbols to standard output, the same each time for a $PERF_SEED; it is compared together with the two stages behind it. Without it nothing is brought but what qf ingest sim makes.
     */
    ingest?: string;
    /**
     * Bars of 3, 5 and 15 minutes into fills, by the pairs of the file $PERF_PAIRS; without it qf's own stages.
     */
    paper?: string;
    /**
     * Ticks into 1 s bars, with a grace of 2 s and without a limit to the future.
     */
    bars1s: string;
    /**
     * 1 s bars into those of 3, 5 and 15 minutes.
     */
    baragg: string;
  };
  /**
   * The same on Kafka: commands that read the topic $PERF_INPUT in the group $PERF_GROUP, to its end of now where $PERF_UNTIL is --until-end, until SIGTERM where it is empty, and write to $PERF_OUTPUT with bars.1s, or bars.3m, bars.5m and bars.15m, behind it; the brokers are $KAFKA_BROKERS.
   */
  kafka?: {
    /**
     * Writes $PERF_TICKS ticks of $PERF_SYMBOLS symbols to the topic ticks behind $PERF_OUTPUT: those of the market, which it makes of $PERF_SEED as qf ingest sim does, or takes from its standard input. Without it on both sides no ingest is compared.
     */
    ingest?: string;
    bars1s: Command;
    baragg: Command;
    /**
     * Behind them, from the bars of 3, 5 and 15 minutes to the topic fills; without it qf's own stages, one behind the other.
     */
    paper?: string;
  };
}

/**
 * Where stages and tools serve their metrics.
 */
export interface MetricsEndpointsConfig {
  $schema?: string;
  /**
   * Of the stages in stack.json, which shall answer at all times.
   */
  endpoints: Endpoint[];
  /**
   * Of programs that run now and then.
   */
  tools?: Endpoint[];
}
export interface Endpoint {
  /**
   * Name of the stage in stack.json, or of the program.
   */
  stage: string;
  /**
   * Port of 127.0.0.1, where the metrics are at /metrics.
   */
  port: number;
}

/**
 * a timeframe of whole minutes, such as 3m or 1h
 */
export type Tf = string;
/**
 * Bars over which mean and standard deviation of the spread are taken.
 */
export type Lookback = number;
/**
 * Hedge ratio: ols, the least-squares slope of ln a on ln b; or a number.
 */
export type Beta = "ols" | number;
/**
 * Bars over which ols is taken. Default: lookback.
 */
export type BetaLookback = number;
/**
 * Hedge ratio where ols is undefined. Default: 1.
 */
export type FixedBeta = number;
/**
 * An entry when z comes back over this.
 */
export type EntryZ = number;
/**
 * An exit at or within this.
 */
export type ExitZ = number;
/**
 * An exit at or beyond this.
 */
export type StopZ = number;
/**
 * Longest time in a position, such as 2h; a bare number is seconds.
 */
export type MaxHold = string | number;
/**
 * Spreads before anything is decided, at most lookback; never fewer than half of lookback. Default: 0.
 */
export type MinReady = number;
/**
 * a local time such as "15:20" from which on positions are closed and none is opened, or "off"
 */
export type Flatten = string;
/**
 * Time zone of flatten, such as Asia/Kolkata. Default: UTC.
 */
export type SessionTz = string;
/**
 * Risk bucket, in risk.yaml.
 */
export type Bucket = "LOW" | "MED" | "HIGH";
/**
 * Money of an entry before leverage.
 */
export type BaseNotional = number;
/**
 * Notional divided by the cash that it takes. Default: 1.
 */
export type Leverage = number;

/**
 * The pairs that are traded. What a pair does not say, the defaults say.
 */
export interface PairsConfig {
  $schema?: string;
  /**
   * Settings of every pair that does not say otherwise.
   */
  defaults?: {
    tf?: Tf;
    lookback?: Lookback;
    beta?: Beta;
    beta_lookback?: BetaLookback;
    fixed_beta?: FixedBeta;
    entry_z?: EntryZ;
    exit_z?: ExitZ;
    stop_z?: StopZ;
    max_hold?: MaxHold;
    min_ready?: MinReady;
    flatten?: Flatten;
    session_tz?: SessionTz;
    bucket?: Bucket;
    base_notional?: BaseNotional;
    leverage?: Leverage;
  };
  /**
   * @maxItems 10000
   */
  pairs: {
    /**
     * Symbol of leg A.
     */
    a: string;
    /**
     * Symbol of leg B.
     */
    b: string;
    tf?: Tf;
    lookback?: Lookback;
    beta?: Beta;
    beta_lookback?: BetaLookback;
    fixed_beta?: FixedBeta;
    entry_z?: EntryZ;
    exit_z?: ExitZ;
    stop_z?: StopZ;
    max_hold?: MaxHold;
    min_ready?: MinReady;
    flatten?: Flatten;
    session_tz?: SessionTz;
    bucket?: Bucket;
    base_notional?: BaseNotional;
    leverage?: Leverage;
  }[];
}

/**
 * How much may be at risk: the cash, its buckets, and limits of single trades.
 */
export interface RiskConfig {
  $schema?: string;
  /**
   * Money of the account.
   */
  total_cash: number;
  /**
   * Part of it that is never used.
   */
  holdback_fraction: number;
  buckets: {
    LOW: BucketLimits;
    MED: BucketLimits;
    HIGH: BucketLimits;
  };
  /**
   * Most units of a symbol in an order.
   */
  per_symbol_max_qty: number;
  /**
   * Fewest units of an order.
   */
  min_qty: number;
  /**
   * Most pairs that are open at a time.
   */
  max_open_pairs: number;
  /**
   * Most entries of a bucket within 60 s.
   */
  max_entries_per_minute: number;
}
export interface BucketLimits {
  /**
   * Part of the usable cash.
   */
  split: number;
  /**
   * Most cash of an entry.
   */
  max_per_trade: number;
}

/**
 * A port of 127.0.0.1.
 */
export type Port = number;
export type DatabaseName = string;

/**
 * The services that the stages need, the topics between them, and the stages to run.
 */
export interface StackConfig {
  $schema?: string;
  /**
   * Name of the stack, and of its containers' project.
   */
  name: string;
  /**
   * Where data, logs and records of processes are kept; relative to this file.
   */
  folder: string;
  /**
   * Free disk space below which the stack is not healthy.
   */
  min_free_mb: number;
  kafka: {
    version: string;
    port: Port;
    controller_port: Port;
    /**
     * Largest heap of the broker.
     */
    heap_mb: number;
  };
  postgres: {
    version: string;
    port: Port;
    user: DatabaseName;
    database: DatabaseName;
  };
  /**
   * Settings by name, which topics refer to. What is not named here is the broker's default.
   */
  topic_settings: {
    [k: string]: {
      [k: string]: string;
    };
  };
  topics: Topic[];
  /**
   * What runs under supervision, in this order.
   */
  stages: Stage[];
}
export interface Topic {
  name: string;
  /**
   * How many; or the name of the topic that it has as many as, where partition n belongs to that topic's partition n.
   */
  partitions: number | string;
  /**
   * Name of its settings in topic_settings.
   */
  settings: string;
}
export interface Stage {
  name: string;
  /**
   * Program and arguments, no shell. The program qf is this qf.
   *
   * @minItems 1
   */
  command: [string, ...string[]];
  /**
   * Environment of the stage, such as QF_BARS1S_GRACE. What is set where the stack is started wins over it.
   */
  env?: {
    [k: string]: string;
  };
}

/**
 * Where a field is: a JSON pointer into the trade; or from the frame; or a constant.
 */
export type Origin =
  | Pointer
  | {
      frame: Pointer;
    }
  | {
      value: string;
    };
/**
 * JSON pointer (RFC 6901), such as /data/price; an empty one is the whole.
 */
export type Pointer = string;

/**
 * How a venue's websocket is spoken to, and how its JSON frames become ticks.
 */
export interface VenueConfig {
  $schema?: string;
  /**
   * What this is, in a line.
   */
  summary: string;
  /**
   * Address of the websocket, wss:// or ws://. ${NAME} is replaced by a credential of that name.
   */
  url: string;
  /**
   * Headers of the handshake. ${NAME} as in url.
   */
  headers?: {
    [k: string]: string;
  };
  /**
   * Messages to send once the connection is open. The innermost element of a list that contains {symbol}, or {symbol:lower}, stands for one element for each symbol; where no list does, there is one message for each. ${NAME} as in url.
   */
  subscribe?: ({} | unknown[])[];
  /**
   * Most symbols in the list of one message; more are asked for in several messages. Default: no limit.
   */
  symbols_per_subscribe?: number;
  /**
   * Says that frames come even while nobody trades: only a frame then counts as a sign of life, not a pong.
   */
  heartbeat?: {
    /**
     * Send a message this often, as a duration.
     */
    every?: string;
    /**
     * The message.
     */
    send?: {} | unknown[];
  };
  /**
   * Time zone of times without an offset, and of the day of cumulative volumes. Default: UTC.
   */
  zone?: string;
  /**
   * Which frames hold trades, and where. The first that fits a frame counts.
   *
   * @minItems 1
   */
  trades: [Trades, ...Trades[]];
  /**
   * Frames that are expected and hold no trades: answers, heartbeats, other channels.
   */
  ignore?: When[];
  /**
   * Frames in which the venue reports a problem.
   */
  errors?: {
    when: When;
    /**
     * JSON pointer (RFC 6901), such as /data/price; an empty one is the whole.
     */
    text?: string;
  }[];
}
export interface Trades {
  /**
   * Name of what trade_id counts: ids of different names are different, so that no gap is seen between them. Default: trade.
   */
  name?: string;
  when: When;
  /**
   * The trade in the frame, or a list of trades.
   */
  at: string;
  symbol: Origin;
  event_ts:
    | {
        at: Origin;
        unit: "s" | "ms" | "us" | "ns" | "iso";
      }
    | "receive";
  ltp: Origin;
  vol:
    | Origin
    | {
        cumulative: Origin;
      };
  trade_id?: Origin;
  /**
   * Side of the taker.
   */
  side?:
    | Origin
    | {
        at: Origin;
        /**
         * What the venue writes, and which side that is.
         */
        values: {
          [k: string]: "buy" | "sell";
        };
      };
  /**
   * Trade ids count up one by one in each symbol, so that a jump is a gap.
   */
  consecutive_ids?: boolean;
  /**
   * Trades that the venue repeats when a connection opens. They are dropped and counted.
   */
  snapshot?:
    | "always"
    | {
        /**
         * A duration, which allows for clocks that differ.
         */
        older_than: string;
      };
}
/**
 * JSON pointers into a frame, and the text that stands there: * is any text, a list is any of several. All must hold. "*" alone also fits objects, lists and null.
 */
export interface When {
  [k: string]: string | [string, ...string[]];
}
