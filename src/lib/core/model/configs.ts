// Generated from schemas/config/*.schema.json by `npm run generate`. Do not edit.

/**
 * Where the stages of the stack serve their metrics.
 */
export interface MetricsEndpointsConfig {
  $schema?: string;
  endpoints: {
    /**
     * Name of the stage in stack.json.
     */
    stage: string;
    /**
     * Port of 127.0.0.1, where the metrics are at /metrics.
     */
    port: number;
  }[];
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
