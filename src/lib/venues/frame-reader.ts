import type { Tick } from '../core/model/model.js';
import { RAW_BYTES } from '../engines/reference/lines.js';
import type { Refused } from '../engines/reference/reject.js';
import { IGNORED, RefusedItem, type SourceItem } from '../engines/reference/tick-writer.js';
import { type Gap, GapDetector, type Gaps } from './gaps.js';
import type { Frame, Trade, Venue } from './venue.js';

/** What frames say besides their ticks. */
export interface FrameListener {
  gap(gap: Gap): void;
  /** The venue reports a problem, in its own words. */
  notice(text: string): void;
}

/** Makes items of frames, in order, and accounts for both: in = used + ignored + rejected. */
export class FrameReader {
  readonly frames = { in: 0, used: 0, ignored: 0, rejected: 0 };
  readonly gaps: Gaps;
  /** Trades that a venue repeated on connect, which are dropped, by a rule of the venue. */
  repeated = 0;
  /** Ticks that have the time at which their frame came, because it has none of the exchange. */
  withReceiveTime = 0;
  private repeatedIds: { readonly numbering: string; readonly symbol: string; readonly id: string }[] = [];
  private readonly venue: Venue;
  private readonly listener: FrameListener;

  constructor(venue: Venue, listener: FrameListener) {
    this.venue = venue;
    this.gaps = venue.kernel?.gaps ?? new GapDetector();
    this.listener = listener;
  }

  read(frame: Frame): readonly SourceItem[] {
    this.frames.in++;
    const { kernel } = this.venue;
    const lines = kernel?.read(frame);
    if (lines === undefined) return this.readPlainly(frame);
    this.frames[lines === IGNORED ? 'ignored' : 'used']++;
    if (lines === IGNORED) return [];
    for (const gap of kernel?.takeGaps() ?? []) this.listener.gap(gap);
    return lines;
  }

  /** A frame that was too large to be read; `limit` is what it exceeded. */
  oversized(limit: number): SourceItem {
    this.frames.in++;
    this.frames.rejected++;
    return new RefusedItem(
      { reason: 'frame_too_long', detail: '' },
      { head: Buffer.alloc(0), size: limit, place: { line: this.frames.in } },
    );
  }

  private readPlainly(frame: Frame): SourceItem[] {
    const reading = this.venue.read(frame);
    if (reading === 'ignored') {
      this.frames.ignored++;
      return [];
    }
    if ('refusal' in reading) {
      if (reading.notice !== undefined) this.listener.notice(reading.notice);
      this.frames.rejected++;
      return [new RefusedItem(reading.refusal, this.refusedOf(frame))];
    }
    this.frames.used++;
    // One for all trades of the frame that are refused, because there may be very many of them.
    let refused: Refused | undefined;
    const items = reading.trades.map((trade) => {
      const { tick } = trade;
      return 'reason' in tick ? new RefusedItem(tick, (refused ??= this.refusedOf(frame))) : this.take(tick, trade);
    });
    this.noteRepeated(frame.opened);
    return items;
  }

  private take(tick: Tick, { numbering, isRepeated, hasReceiveTime }: Trade): SourceItem {
    if (numbering !== undefined) {
      if (isRepeated) this.repeatedIds.push({ numbering, symbol: tick.symbol, id: tick.trade_id ?? '' });
      else this.note(this.gaps.next(numbering, tick.symbol, tick.trade_id));
    }
    if (isRepeated) {
      this.repeated++;
      return IGNORED;
    }
    if (hasReceiveTime) this.withReceiveTime++;
    return tick;
  }

  /** What a frame repeats is looked at from the highest id on, so that all that was missed is one gap. */
  private noteRepeated(connection: object): void {
    if (this.repeatedIds.length === 0) return;
    this.repeatedIds.sort((a, b) => b.id.length - a.id.length || (a.id < b.id ? 1 : -1));
    for (const { numbering, symbol, id } of this.repeatedIds) this.note(this.gaps.known(numbering, symbol, id, connection));
    this.repeatedIds = [];
  }

  private note(gap: Gap | undefined): void {
    if (gap !== undefined) this.listener.gap(gap);
  }

  /** The head is a copy: a frame is a part of a much larger buffer, which it would keep. */
  private refusedOf({ bytes }: Frame): Refused {
    return { head: Buffer.from(bytes.subarray(0, RAW_BYTES)), size: bytes.length, place: { line: this.frames.in } };
  }
}
