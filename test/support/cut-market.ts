import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { Random } from '../../src/lib/core/sim/random.js';
import { frame } from './websocket-frames.js';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2024, 0, 2);

/** Bytes that may wait for the client before the server does. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** A write for each frame would take most of the time. */
const FRAMES_AT_ONCE = 100;

/** How a connection is cut. */
const CUTS = ['close 1000', 'close 1012', 'FIN', 'FIN in a frame'] as const;
type Cut = (typeof CUTS)[number];

export interface MarketTrade {
  readonly symbol: string;
  readonly id: number;
  /** As Binance sends it. */
  readonly text: string;
  /** The line that qf makes of it. */
  readonly line: string;
}

/** What goes through one connection: these trades, and then its end. Those up to the next part are never sent. */
export interface Part {
  readonly trades: readonly MarketTrade[];
  readonly cut: Cut | undefined;
}

export interface Day {
  readonly symbols: readonly string[];
  readonly parts: readonly Part[];
  readonly missed: readonly MarketTrade[];
}

/** A day of a market whose feed is cut `cuts` times while it goes on. */
export function cutDay(seed: number, count: number, cuts: number): Day {
  const random = new Random(seed, 0);
  const symbols = [...Array(20).keys()].map((index) => `SIM${String(index).padStart(2, '0')}`);
  const trades = tradesOf(random, symbols, count);
  const parts: Part[] = [];
  const missed: MarketTrade[] = [];
  // Of every symbol a trade comes before the first cut and one behind the last, so that each one that is missed is in a gap.
  const room = Math.floor((count - 2 * symbols.length) / (cuts + 1));
  let from = 0;
  for (let index = 1; index <= cuts; index++) {
    const to = symbols.length + index * room - random.below(Math.floor(room / 2));
    const cut = CUTS[random.below(CUTS.length)] as Cut;
    const outage = (cut === 'FIN in a frame' ? 1 : 0) + random.below(Math.min(400, Math.floor(room / 4)));
    parts.push({ trades: trades.slice(from, to), cut });
    missed.push(...trades.slice(to, to + outage));
    from = to + outage;
  }
  parts.push({ trades: trades.slice(from), cut: undefined });
  return { symbols, parts, missed };
}

/** Trades in the order in which they happen; the first and the last ones are one of each symbol. */
function tradesOf(random: Random, symbols: readonly string[], count: number): MarketTrade[] {
  const ids = new Map(symbols.map((symbol) => [symbol, 1 + random.below(2 ** 31)]));
  return [...Array(count).keys()].map((index) => {
    const isEdge = index < symbols.length || index >= count - symbols.length;
    const symbol = symbols[isEdge ? index % symbols.length : random.below(symbols.length)] as string;
    const id = ids.get(symbol) as number;
    ids.set(symbol, id + 1);
    // Venues send trades of one moment in any order.
    const time_ms = START_MS + Math.floor((index * DAY_MS) / count) + random.below(20);
    const [cents, lots, isSell] = [1 + random.below(10_000_000), 1 + random.below(100_000), random.below(2) === 1];
    const data = { e: 'trade', E: time_ms + 3, s: symbol, t: id, p: (cents / 100).toFixed(8), q: (lots / 1000).toFixed(8) };
    return {
      symbol,
      id,
      text: JSON.stringify({ stream: `${symbol.toLowerCase()}@trade`, data: { ...data, T: time_ms, m: isSell, M: true } }),
      line: `{"symbol":"${symbol}","event_ts":${time_ms}000000,"ltp":${cents / 100},"vol":${lots / 1000},"trade_id":"${id}","side":"${isSell ? 'sell' : 'buy'}"}\n`,
    };
  });
}

/** A server that plays a day, one part to each client, once it has subscribed. */
export class CutMarket {
  /** Messages of the clients. */
  readonly requests: string[] = [];
  private readonly websockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  private readonly http: Server = createServer();
  private readonly day: Day;
  private clients = 0;

  constructor(day: Day) {
    this.day = day;
    this.http.on('upgrade', (request, socket: Socket, head) => {
      this.websockets.handleUpgrade(request, socket, head, (client) => void this.serve(client, socket));
    });
    onTestFinished(() => {
      for (const client of this.websockets.clients) client.terminate();
      this.http.close();
    });
  }

  async listen(): Promise<number> {
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    return (this.http.address() as AddressInfo).port;
  }

  private async serve(client: WebSocket, socket: Socket): Promise<void> {
    const part = this.day.parts[this.clients++];
    client.on('error', () => undefined);
    const [request] = (await once(client, 'message')) as [Buffer];
    this.requests.push(request.toString());
    if (part === undefined) {
      client.terminate();
      return;
    }
    client.send('{"result":null,"id":1}');
    for (let at = 0; at < part.trades.length; at += FRAMES_AT_ONCE) {
      socket.cork();
      for (const { text } of part.trades.slice(at, at + FRAMES_AT_ONCE)) client.send(text);
      socket.uncork();
      if (client.bufferedAmount > MAX_WAITING_BYTES) await once(socket, 'drain');
    }
    this.cut(client, socket, part.cut);
  }

  private cut(client: WebSocket, socket: Socket, how: Cut | undefined): void {
    if (how === 'close 1000') client.close(1000);
    if (how === 'close 1012') client.close(1012, 'service restart');
    if (how === 'FIN in a frame') {
      // The first trade that is missed is the one of which only a part comes.
      const next = this.day.parts[this.clients]?.trades[0]?.text ?? '';
      socket.write(frame(next).subarray(0, next.length / 2));
    }
    if (how === 'FIN' || how === 'FIN in a frame') socket.end();
  }
}
