import { isUtf8 } from 'node:buffer';
import { emptyTick, type Refusal, type Tick } from '../core/model/model.js';
import { MAX_EVENT_S, MIN_EVENT_S } from '../core/model/time.js';
import { isSymbol, outOfBounds } from '../engines/reference/bounds.js';
import { CumulativeVolume } from '../formats/cumulative.js';
import { TimeZone } from '../formats/time-zone.js';
import type { Selection } from './instruments.js';
import { INVALID_FRAME, INVALID_JSON, INVALID_UTF8, UNKNOWN_MESSAGE, venueError } from './refusals.js';
import type { Frame, Reading, Trade, Venue } from './venue.js';

export const KITE_MODES = ['ltp', 'quote', 'full'] as const;
export type KiteMode = (typeof KITE_MODES)[number];

/** Instruments that one connection may ask for. */
export const MAX_KITE_INSTRUMENTS = 3000;

const HEARTBEAT_BYTES = 1;

/** Bytes of the packets that there are, and where in them the day's volume and the exchange's time stand. */
const PACKETS: ReadonlyMap<number, { readonly volumeAt?: number; readonly timeAt?: number }> = new Map([
  [8, {}],
  [28, {}],
  [32, { timeAt: 28 }],
  [44, { volumeAt: 16 }],
  [184, { volumeAt: 16, timeAt: 60 }],
]);

/** The last byte of a token is its segment; prices are whole numbers of 1/100, but for two segments. */
const DIVISORS: ReadonlyMap<number, number> = new Map([
  [3, 1e7],
  [6, 1e4],
]);
const DIVISOR = 100;

const UNKNOWN_INSTRUMENT: Refusal = { reason: 'unknown_instrument', detail: 'symbol' };
const TIMESTAMP_RANGE: Refusal = { reason: 'timestamp_range', detail: 'event_ts' };

/**
 * Zerodha's Kite Connect 3. Binary frames: a big-endian count, then packets, each behind its length (Kite Connect 3 API
 * documentation, "WebSocket streaming", message structure). Every packet is a tick, also one that only changed the book. Volume
 * is the growth of the day's volume; a packet without it (an index, mode ltp) has 0.
 */
export class KiteVenue implements Venue {
  readonly name = 'kite';
  readonly url = 'wss://ws.kite.trade/?api_key=${KITE_API_KEY}&access_token=${KITE_ACCESS_TOKEN}';
  readonly headers = { 'X-Kite-Version': '3' };
  readonly greeting: readonly string[];
  readonly lacksSymbols = false;
  /** An empty frame a second. */
  readonly heartbeat = { send: undefined };
  private readonly symbols: Selection;
  private readonly volume = new CumulativeVolume(new TimeZone('Asia/Kolkata'));

  constructor(symbols: Selection, mode: KiteMode) {
    this.symbols = symbols;
    const tokens = [...symbols.keys()];
    this.greeting = [JSON.stringify({ a: 'subscribe', v: tokens }), JSON.stringify({ a: 'mode', v: [mode, tokens] })];
  }

  read({ bytes, isBinary, received }: Frame): Reading {
    if (!isBinary) return readText(bytes);
    if (bytes.length === HEARTBEAT_BYTES) return 'ignored';
    const packets = packetsIn(bytes);
    if (packets === undefined) return { refusal: INVALID_FRAME };
    return { trades: packets.map((packet) => this.readPacket(packet, received.s, received.ns)) };
  }

  private readPacket(packet: Buffer, received_s: number, received_ns: number): Trade {
    const layout = PACKETS.get(packet.length);
    const exchange_s = layout?.timeAt === undefined ? 0 : packet.readUInt32BE(layout.timeAt);
    // A packet of an instrument that has not traded has the time 0.
    const hasReceiveTime = exchange_s === 0;
    const trade = { numbering: undefined, isRepeated: false, hasReceiveTime };
    if (layout === undefined) return { ...trade, tick: INVALID_FRAME };
    const token = packet.readUInt32BE(0);
    const symbol = this.symbols.get(token);
    if (symbol === undefined) return { ...trade, tick: UNKNOWN_INSTRUMENT };
    if (!isSymbol(symbol)) return { ...trade, tick: outOfBounds('symbol') };
    const tick: Tick = emptyTick();
    tick.symbol = symbol;
    tick.event_s = hasReceiveTime ? received_s : exchange_s;
    tick.event_ns = hasReceiveTime ? received_ns : 0;
    tick.ltp = packet.readInt32BE(4) / (DIVISORS.get(token & 0xff) ?? DIVISOR);
    if (tick.event_s < MIN_EVENT_S || tick.event_s >= MAX_EVENT_S) return { ...trade, tick: TIMESTAMP_RANGE };
    if (layout.volumeAt !== undefined) {
      tick.vol_units = packet.readUInt32BE(layout.volumeAt);
      this.volume.toGrowth(tick);
    }
    return { ...trade, tick };
  }
}

/** The packets of a frame; undefined where lengths and bytes do not agree. */
function packetsIn(bytes: Buffer): Buffer[] | undefined {
  if (bytes.length < 2) return undefined;
  const packets: Buffer[] = [];
  let at = 2;
  for (let left = bytes.readUInt16BE(0); left > 0; left--) {
    if (at + 2 > bytes.length) return undefined;
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) return undefined;
    packets.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return at === bytes.length ? packets : undefined;
}

/** Text frames tell of orders, of errors, and of news by the broker. */
function readText(bytes: Buffer): Reading {
  if (!isUtf8(bytes)) return { refusal: INVALID_UTF8 };
  let message: unknown;
  try {
    message = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { refusal: INVALID_JSON };
  }
  const { type, data } = (typeof message === 'object' && message !== null ? message : {}) as Record<string, unknown>;
  if (type === 'error') return venueError(data);
  return typeof type === 'string' ? 'ignored' : { refusal: UNKNOWN_MESSAGE };
}
