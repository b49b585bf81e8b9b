import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../runtime/clock.js';
import { QfError } from '../runtime/errors.js';
import type { Log } from '../runtime/log.js';
import { type Connection, type Ending, MAX_FRAME_BYTES, type WebSockets } from '../runtime/websocket.js';
import { Backoff } from '../runtime/backoff.js';
import { describe, isFinal, retryAfter_ms } from './ending.js';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** How a server ends a session that it has played, or cannot play on. */
const SESSION_ENDS: ReadonlySet<number> = new Set([1000, 1011]);

export interface FeedSettings {
  readonly url: URL;
  /** The address to show instead, where its path holds a secret. A query is never shown. */
  readonly shown?: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent whenever a connection has opened. */
  readonly greeting: readonly string[];
  /** See `Venue`. */
  readonly heartbeat: { readonly send: { readonly text: string; readonly every_ms: number } | undefined } | undefined;
  /** Without a sign of life for this long the connection is given up; Infinity for never. */
  readonly stale_ms: number;
  readonly backoff: { readonly min_ms: number; readonly max_ms: number };
  /** Without a connection that brought a frame for this long the feed is given up. */
  readonly giveUp_ms: number;
  /** Whether a close by the server may be the end, as of a session that is replayed. */
  readonly endsWithServer: boolean;
}

export interface FeedListener {
  opened(): void;
  frame(bytes: Buffer, isBinary: boolean): void;
  oversized(): void;
}

/** What a feed needs from outside. */
export interface FeedMeans {
  readonly websockets: WebSockets;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

/** A connection that is made again whenever it ends, until it is stopped, finished or given up. */
export class Feed {
  /** Connections that have opened. */
  connections = 0;
  /** Time without a connection between two of them, ms. */
  offline_ms = 0;
  private readonly settings: FeedSettings;
  private readonly listener: FeedListener;
  private readonly means: FeedMeans;
  private readonly backoff: Backoff;
  private connection: Connection | undefined;
  private isPaused = false;
  private lastSign_ms = 0;
  private openedAt_ms: number | undefined;
  private lostAt_ms: number;
  /** When the last connection ended that brought a frame; the start where there was none. */
  private usefulUntil_ms: number;
  private hasFrame = false;

  constructor(settings: FeedSettings, listener: FeedListener, means: FeedMeans) {
    this.settings = settings;
    this.listener = listener;
    this.means = means;
    this.backoff = new Backoff(settings.backoff.min_ms, settings.backoff.max_ms, means.random);
    this.lostAt_ms = means.clock.now_ms();
    this.usefulUntil_ms = this.lostAt_ms;
  }

  /** Stops reading from the network until `resume`. */
  pause(): void {
    this.isPaused = true;
    this.connection?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.lastSign_ms = this.means.clock.now_ms();
    this.connection?.resume();
  }

  /** Resolves where the feed was stopped or has finished; throws where it is given up. */
  async run(stop: AbortSignal): Promise<void> {
    const { clock, log } = this.means;
    const isStopped = (): boolean => stop.aborted;
    while (!isStopped()) {
      const ending = await this.connectOnce(stop);
      if (isStopped() || this.hasFinished(ending)) return;
      if (ending.how === 'oversized') this.listener.oversized();
      const now_ms = clock.now_ms();
      this.noteLoss(now_ms);
      if (isFinal(ending)) throw new QfError('unavailable', `${this.name}: ${this.wordsFor(ending)}`);
      const useless_ms = now_ms - this.usefulUntil_ms;
      if (useless_ms >= this.settings.giveUp_ms) {
        throw new QfError('unavailable', `${this.name}: ${this.wordsFor(ending)}; no frame for ${seconds(useless_ms)}, given up`);
      }
      const delay_ms = Math.max(this.backoff.next(), retryAfter_ms(ending, this.settings.backoff.max_ms));
      log.warn(
        { url: this.name, delay_ms: Math.round(delay_ms) },
        `${this.wordsFor(ending)}; next attempt in ${seconds(delay_ms)}`,
      );
      await clock.waitUntil(now_ms + delay_ms, stop);
    }
  }

  /** The address, without what may be secret in it. */
  private get name(): string {
    const { origin, pathname } = this.settings.shown ?? this.settings.url;
    return `${origin}${pathname}`;
  }

  /** What happened, without the path that is not shown: a server may say it back, as where it redirects to. */
  private wordsFor(ending: Ending): string {
    const { url, shown = url } = this.settings;
    return describe(ending).replaceAll(url.pathname, () => shown.pathname);
  }

  private hasFinished(ending: Ending): boolean {
    return this.settings.endsWithServer && ending.how === 'closed' && SESSION_ENDS.has(ending.code);
  }

  /** A connection that has held longer than the longest delay makes the next attempt an early one. */
  private noteLoss(now_ms: number): void {
    if (this.openedAt_ms === undefined) return;
    if (now_ms - this.openedAt_ms > this.settings.backoff.max_ms) this.backoff.reset();
    if (this.hasFrame) this.usefulUntil_ms = now_ms;
    this.lostAt_ms = now_ms;
    this.openedAt_ms = undefined;
  }

  /** One connection, from the attempt to its end. */
  private async connectOnce(stop: AbortSignal): Promise<Ending> {
    const ended = new AbortController();
    const ending = await new Promise<Ending>((resolve) => {
      const connection = this.means.websockets.connect(
        this.settings.url,
        { headers: this.settings.headers, handshakeTimeout_ms: HANDSHAKE_TIMEOUT_MS, maxFrameBytes: MAX_FRAME_BYTES },
        {
          opened: () => {
            this.opened(connection, ended.signal);
          },
          frame: (bytes, isBinary) => {
            if (stop.aborted) return;
            this.lastSign_ms = this.means.clock.now_ms();
            this.hasFrame = true;
            this.listener.frame(bytes, isBinary);
          },
          sign: () => {
            // Where frames must come anyway, a server that only answers pings has lost the subscription.
            if (this.settings.heartbeat === undefined) this.lastSign_ms = this.means.clock.now_ms();
          },
          ended: resolve,
        },
      );
      this.connection = connection;
      stop.addEventListener(
        'abort',
        () => {
          connection.terminate();
        },
        { once: true, signal: ended.signal },
      );
    });
    ended.abort();
    this.connection = undefined;
    return ending;
  }

  private opened(connection: Connection, ended: AbortSignal): void {
    const now_ms = this.means.clock.now_ms();
    if (this.connections > 0) this.offline_ms += now_ms - this.lostAt_ms;
    this.connections++;
    this.openedAt_ms = now_ms;
    this.hasFrame = false;
    this.lastSign_ms = now_ms;
    this.means.log.info({ url: this.name, connection: this.connections }, `connected to ${this.name}`);
    this.listener.opened();
    for (const message of this.settings.greeting) connection.send(message);
    if (this.isPaused) connection.pause();
    void this.keepAlive(connection, ended);
    void this.sendHeartbeats(connection, ended);
  }

  /** Asks for a sign of life three times within the time after which there must have been one. */
  private async keepAlive(connection: Connection, ended: AbortSignal): Promise<void> {
    const { clock, log } = this.means;
    const { stale_ms } = this.settings;
    if (stale_ms === Infinity) return;
    for (;;) {
      await clock.waitUntil(clock.now_ms() + stale_ms / 3, ended);
      // Where the program itself stood still, what came meanwhile is read first.
      await nextTurn();
      if (ended.aborted) return;
      if (this.isPaused) continue;
      const silent_ms = clock.now_ms() - this.lastSign_ms;
      if (silent_ms >= stale_ms) {
        log.warn(
          { url: this.name, silent_ms: Math.round(silent_ms) },
          `nothing has come for ${seconds(silent_ms)}: the connection is stale`,
        );
        connection.terminate();
      } else connection.ping();
    }
  }

  private async sendHeartbeats(connection: Connection, ended: AbortSignal): Promise<void> {
    const { clock } = this.means;
    const send = this.settings.heartbeat?.send;
    while (send !== undefined && !ended.aborted) {
      await clock.waitUntil(clock.now_ms() + send.every_ms, ended);
      connection.send(send.text);
    }
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
