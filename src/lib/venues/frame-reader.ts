import type { Refusal } from '../core/model/model.js';
import { RAW_BYTES } from '../engines/reference/lines.js';
import { IGNORED, RefusedItem, type SourceItem } from '../engines/reference/tick-writer.js';
import { type Gap, GapDetector } from './gaps.js';
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
  readonly gaps = new GapDetector();
  /** Trades that a venue repeated on connect, which are dropped, by a rule of the venue. */
  repeated = 0;
  /** Ticks that have the time at which their frame came, because it has none of the exchange. */
  withReceiveTime = 0;
  private readonly venue: Venue;
  private readonly listener: FrameListener;

  constructor(venue: Venue, listener: FrameListener) {
    this.venue = venue;
    this.listener = listener;
  }

  read(frame: Frame): SourceItem[] {
    this.frames.in++;
    const reading = this.venue.read(frame);
    if (reading === 'ignored') {
      this.frames.ignored++;
      return [];
    }
    if ('refusal' in reading) {
      if (reading.notice !== undefined) this.listener.notice(reading.notice);
      return [this.reject(reading.refusal, frame.bytes)];
    }
    this.frames.used++;
    return reading.trades.map((trade) => this.take(trade, frame.bytes));
  }

  /** A frame that was too large to be read; `limit` is what it exceeded. */
  oversized(limit: number): SourceItem {
    this.frames.in++;
    this.frames.rejected++;
    return this.refused({ reason: 'frame_too_long', detail: '' }, Buffer.alloc(0), limit);
  }

  private reject(refusal: Refusal, bytes: Buffer): RefusedItem {
    this.frames.rejected++;
    return this.refused(refusal, bytes, bytes.length);
  }

  private take({ tick, numbering, isRepeated, hasReceiveTime }: Trade, bytes: Buffer): SourceItem {
    if ('reason' in tick) return this.refused(tick, bytes, bytes.length);
    if (numbering !== undefined) {
      const { symbol, trade_id } = tick;
      const gap = isRepeated ? this.gaps.known(numbering, symbol, trade_id) : this.gaps.next(numbering, symbol, trade_id);
      if (gap !== undefined) this.listener.gap(gap);
    }
    if (isRepeated) {
      this.repeated++;
      return IGNORED;
    }
    if (hasReceiveTime) this.withReceiveTime++;
    return tick;
  }

  /** The head is a copy: a frame is a part of a much larger buffer, which it would keep. */
  private refused(refusal: Refusal, bytes: Buffer, size: number): RefusedItem {
    return new RefusedItem(refusal, { head: Buffer.from(bytes.subarray(0, RAW_BYTES)), size, line: this.frames.in });
  }
}
