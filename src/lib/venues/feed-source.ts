import type { SourceItem } from '../engines/reference/tick-writer.js';
import type { Instant } from '../formats/time-text.js';
import type { Counts } from '../runtime/counts.js';
import { Intake } from '../runtime/intake.js';
import { LimitedLog } from '../runtime/limited-log.js';
import type { Metric } from '../runtime/metrics.js';
import type { Account, Metrics, Source } from '../runtime/transport.js';
import { MAX_FRAME_BYTES } from '../runtime/websocket.js';
import { printable } from './ending.js';
import { Feed, type FeedMeans, type FeedSettings } from './feed.js';
import { FrameReader } from './frame-reader.js';
import type { Gap } from './gaps.js';
import type { Recorder } from './recorder.js';
import type { Replay, Stamp } from './replay.js';
import type { Frame, Venue } from './venue.js';

/** Ticks that are handed on together. */
const BATCH_ITEMS = 2048;

export interface FeedSourceSettings extends Omit<FeedSettings, 'url' | 'endsWithServer'> {
  readonly venue: Venue;
  /** Where to connect to; a session to replay instead. */
  readonly from: URL | Replay;
  readonly recorder: Recorder | undefined;
  /** Ticks that may wait between the socket and whoever writes them, and what to do when they are more. */
  readonly queueTicks: number;
  readonly onFull: 'pause' | 'shed';
}

/** Ticks of a venue's websocket, with a bounded queue behind the socket. */
export class FeedSource implements Source<readonly SourceItem[]> {
  private readonly settings: FeedSourceSettings;
  private readonly means: FeedMeans;
  private readonly counts: Counts;
  private readonly intake: Intake<SourceItem>;
  private readonly reader: FrameReader;
  private readonly warnings: LimitedLog;
  private feed: Feed | undefined;
  private opened: Instant = { s: 0, ns: 0 };
  private recordedOpening: Instant | undefined;
  private pauses = 0;
  private isPaused = false;

  /** `counts`: those of the stage, for what never reaches its processor. */
  constructor(settings: FeedSourceSettings, means: FeedMeans, counts: Counts) {
    this.settings = settings;
    this.means = means;
    this.counts = counts;
    this.intake = new Intake(settings.queueTicks);
    this.warnings = new LimitedLog(means.log, means.clock);
    this.reader = new FrameReader(settings.venue, {
      gap: (gap) => {
        this.warnGap(gap);
      },
      notice: (text) => {
        const notice = printable(text);
        this.warnings.warn({ venue: settings.venue.name, notice }, `${settings.venue.name} says: ${notice}`);
      },
    });
  }

  async *batches(stop: AbortSignal): AsyncGenerator<readonly SourceItem[]> {
    const quit = new AbortController();
    const running = this.run(AbortSignal.any([stop, quit.signal]));
    try {
      for (;;) {
        const batch = await this.intake.take(BATCH_ITEMS);
        if (batch === undefined) return;
        yield batch;
      }
    } finally {
      quit.abort();
      await running;
    }
  }

  account(): Account {
    const { frames, gaps, repeated, withReceiveTime } = this.reader;
    const feed = {
      venue: this.settings.venue.name,
      frames: { ...frames, adds_up: frames.in === frames.used + frames.ignored + frames.rejected },
      repeated,
      receive_time: withReceiveTime,
      shed: this.counts.shed,
      gaps: gaps.gaps,
      missed: Number(gaps.missed),
      behind: gaps.behind,
      connections: this.feed?.connections ?? 0,
      offline_ms: Math.round(this.feed?.offline_ms ?? 0),
      pauses: this.pauses,
      suppressed_warnings: this.warnings.suppressed,
      queue: { peak: this.intake.peak, capacity: this.intake.capacity },
    };
    return { fields: { feed }, text: wordsOf(feed) };
  }

  metrics(): Metrics {
    const { frames, gaps } = this.reader;
    const counter = (name: string, help: string, read: () => number): Metric => ({ name, help, kind: 'counter', read });
    return {
      queues: { socket: this.intake },
      others: [
        ...(['in', 'used', 'ignored', 'rejected'] as const).map((outcome) =>
          counter(`frames_${outcome}_total`, `Frames: ${outcome}`, () => frames[outcome]),
        ),
        counter('connections_total', 'Connections that have opened', () => this.feed?.connections ?? 0),
        counter('gaps_total', 'Gaps in the trade ids of a symbol', () => gaps.gaps),
        counter('missed_trades_total', 'Trades in those gaps', () => Number(gaps.missed)),
        counter('pauses_total', 'Times that the socket was paused because the queue was full', () => this.pauses),
      ],
    };
  }

  /** Never rejects: what goes wrong comes out of the queue behind the last tick. */
  private async run(stop: AbortSignal): Promise<void> {
    const { recorder } = this.settings;
    const abort = new AbortController();
    const fail = (error: unknown): void => {
      this.intake.fail(error);
      abort.abort();
    };
    try {
      if (recorder !== undefined) recorder.onFailure = fail;
      await this.receive(AbortSignal.any([stop, abort.signal]), fail);
    } catch (error) {
      fail(error);
    }
    await recorder?.close().catch(fail);
    this.intake.end();
  }

  private async receive(stop: AbortSignal, fail: (error: unknown) => void): Promise<void> {
    const { from, recorder } = this.settings;
    const isReplay = !(from instanceof URL);
    const steps = isReplay ? new Watched(from.steps(stop)) : undefined;
    const server = steps === undefined ? undefined : await this.means.websockets.serve(steps);
    const url = server === undefined ? (from as URL) : server.url;
    const stampOf = isReplay ? () => from.nextStamp() : () => new Arrival(this.now, this.opened);
    const listener = {
      opened: () => {
        this.opened = this.now();
      },
      frame: (bytes: Buffer, isBinary: boolean) => {
        try {
          this.takeFrame(bytes, isBinary, stampOf(), url);
        } catch (error) {
          fail(error);
        }
      },
      oversized: () => {
        this.add([this.reader.oversized(MAX_FRAME_BYTES)]);
      },
    };
    const feed = new Feed({ ...this.settings, url, endsWithServer: isReplay }, listener, this.means);
    this.feed = feed;
    this.intake.onRoom = () => {
      this.balance();
    };
    if (recorder !== undefined) recorder.onRoom = this.intake.onRoom;
    try {
      await feed.run(stop);
    } finally {
      server?.close();
    }
    // Behind the last frame that came before it.
    if (steps?.failure !== undefined) throw steps.failure.error;
  }

  private readonly now = (): Instant => {
    const now_ms = this.means.clock.now_ms();
    const s = Math.floor(now_ms / 1000);
    return { s, ns: Math.round((now_ms - s * 1000) * 1e6) };
  };

  private takeFrame(bytes: Buffer, isBinary: boolean, stamp: Stamp, url: URL): void {
    const { recorder } = this.settings;
    const { opened } = stamp;
    if (opened !== this.recordedOpening) recorder?.opened(this.settings.shown ?? url, opened);
    this.recordedOpening = opened;
    recorder?.frame(bytes, isBinary, stamp.received);
    this.add(this.reader.read(new ArrivedFrame(bytes, isBinary, stamp)));
    this.balance();
  }

  private add(items: readonly SourceItem[]): void {
    const fitting = this.settings.onFull === 'pause' ? items : items.slice(0, this.intake.room);
    this.counts.drop(items.length - fitting.length);
    this.intake.add(fitting);
  }

  /** Reads from the network where there is room, and only there. */
  private balance(): void {
    const isFull = this.settings.onFull === 'pause' && this.intake.room === 0;
    const mustWait = isFull || this.settings.recorder?.isBehind === true;
    if (mustWait === this.isPaused) return;
    this.isPaused = mustWait;
    if (mustWait) {
      this.pauses++;
      this.feed?.pause();
    } else this.feed?.resume();
  }

  private warnGap({ symbol, from, to }: Gap): void {
    const missed = to - from + 1n;
    this.warnings.warn(
      { symbol, missed: Number(missed), from_id: String(from), to_id: String(to), connection: this.feed?.connections },
      `missed ${missed} trade${missed === 1n ? '' : 's'} of ${symbol}: id${missed === 1n ? ` ${from}` : `s ${from} to ${to}`}`,
    );
  }
}

/** When a frame came, if anybody asks: most have the time of the exchange. */
class Arrival implements Stamp {
  readonly opened: Instant;
  private readonly now: () => Instant;
  private at: Instant | undefined;

  constructor(now: () => Instant, opened: Instant) {
    this.now = now;
    this.opened = opened;
  }

  get received(): Instant {
    return (this.at ??= this.now());
  }
}

class ArrivedFrame implements Frame {
  readonly bytes: Buffer;
  readonly isBinary: boolean;
  readonly opened: Instant;
  private readonly stamp: Stamp;

  constructor(bytes: Buffer, isBinary: boolean, stamp: Stamp) {
    this.bytes = bytes;
    this.isBinary = isBinary;
    this.opened = stamp.opened;
    this.stamp = stamp;
  }

  get received(): Instant {
    return this.stamp.received;
  }
}

/** The same items; remembers what was thrown. */
class Watched<T> implements AsyncIterable<T> {
  failure: { readonly error: unknown } | undefined;

  constructor(private readonly items: AsyncIterable<T>) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      yield* this.items;
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }
}

interface Figures {
  readonly frames: { readonly in: number; readonly used: number; readonly ignored: number; readonly rejected: number };
  readonly receive_time: number;
  readonly gaps: number;
  readonly missed: number;
  readonly connections: number;
}

function wordsOf({ frames, receive_time, gaps, missed, connections }: Figures): string {
  const count = (n: number): string => n.toLocaleString('en-US');
  return [
    `frames ${count(frames.in)} = used ${count(frames.used)} + ignored ${count(frames.ignored)} + rejected ${count(frames.rejected)}`,
    `connections ${count(connections)}`,
    ...(gaps > 0 ? [`missed ${count(missed)} in ${count(gaps)} gaps`] : []),
    ...(receive_time > 0 ? [`${count(receive_time)} with the time of their arrival`] : []),
  ].join(', ');
}
