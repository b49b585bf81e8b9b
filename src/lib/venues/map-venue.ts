import { isUtf8 } from 'node:buffer';
import type { VenueConfig } from '../core/model/configs.js';
import { parseConfig } from '../formats/config-file.js';
import { UTC } from '../formats/time-text.js';
import { TimeZone } from '../formats/time-zone.js';
import { messageOf, QfError } from '../runtime/errors.js';
import { type Condition, conditionOf } from './condition.js';
import { FrameValues } from './frame-values.js';
import { compiled } from './frame-kernel.js';
import { asksForSymbols, subscriptions } from './messages.js';
import { INVALID_FRAME, INVALID_JSON, INVALID_UTF8, TOO_LONG, UNKNOWN_MESSAGE, venueError } from './refusals.js';
import { durationOf, TradeReader } from './trade-reader.js';
import type { Engine, Frame, FrameKernel, Reading, Venue } from './venue.js';

const NS_PER_MS = 1e6;

/** Makes a venue of a configuration; `path` is for messages. Throws a usage error where it is wrong. */
export function parseVenue(name: string, path: string, text: string, symbols: readonly string[], engine: Engine): Venue {
  const config = parseConfig(path, text, 'venue');
  try {
    return new MapVenue(name, config, symbols, engine);
  } catch (error) {
    throw new QfError('usage', `${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** A venue whose frames are JSON, described by a configuration. */
class MapVenue implements Venue {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly greeting: readonly string[];
  readonly lacksSymbols: boolean;
  readonly heartbeat: Venue['heartbeat'];
  readonly kernel: FrameKernel | undefined;
  private readonly values = new FrameValues();
  private readonly trades: readonly TradeReader[];
  private readonly ignored: readonly Condition[];
  private readonly errors: readonly { readonly when: Condition; readonly text: number | undefined }[];

  constructor(name: string, config: VenueConfig, symbols: readonly string[], engine: Engine) {
    this.name = name;
    this.kernel = engine === 'wasm' ? compiled(config) : undefined;
    this.url = config.url;
    this.headers = config.headers ?? {};
    const { subscribe = [], symbols_per_subscribe: perMessage = Infinity } = config;
    const takesSymbols = subscribe.some(asksForSymbols);
    if (symbols.length > 0 && !takesSymbols)
      throw new Error('no message of "subscribe" has a place for symbols, but --symbols is given');
    this.lacksSymbols = takesSymbols && symbols.length === 0;
    this.greeting = subscriptions(subscribe, symbols, perMessage);
    this.heartbeat = heartbeatOf(config);
    const zone = config.zone === undefined ? UTC : new TimeZone(config.zone);
    this.trades = config.trades.map((trades) => new TradeReader(trades, zone, this.values));
    this.ignored = (config.ignore ?? []).map((when) => conditionOf(when, this.values));
    this.errors = (config.errors ?? []).map(({ when, text }) => ({
      when: conditionOf(when, this.values),
      text: text === undefined ? undefined : this.values.indexOf(text),
    }));
  }

  read(frame: Frame): Reading {
    if (frame.isBinary) return { refusal: INVALID_FRAME };
    if (!isUtf8(frame.bytes)) return { refusal: INVALID_UTF8 };
    if (!this.values.take(frame.bytes)) return { refusal: INVALID_JSON };
    const reader = this.trades.find(({ when }) => when());
    if (reader !== undefined) {
      const trades = reader.read(frame);
      return trades === undefined ? { refusal: TOO_LONG } : { trades };
    }
    if (this.ignored.some((when) => when())) return 'ignored';
    const error = this.errors.find(({ when }) => when());
    if (error === undefined) return { refusal: UNKNOWN_MESSAGE };
    return venueError(error.text === undefined ? undefined : this.values.text(error.text));
  }
}

function heartbeatOf({ heartbeat }: VenueConfig): Venue['heartbeat'] {
  if (heartbeat?.every === undefined) return heartbeat === undefined ? undefined : { send: undefined };
  return { send: { text: JSON.stringify(heartbeat.send), every_ms: durationOf(heartbeat.every, 'heartbeat.every') / NS_PER_MS } };
}
