import { type RecordedEvent, RecordingReader } from '../formats/recording.js';
import type { Instant } from '../formats/time-text.js';
import { Pacer } from '../runtime/pace.js';
import type { FileAccess } from '../runtime/stage.js';
import type { Clock } from '../runtime/clock.js';
import type { SessionStep } from '../runtime/websocket.js';

/** When a frame came, and when its connection opened. */
export interface Stamp {
  readonly received: Instant;
  readonly opened: Instant;
}

/**
 * A recorded session as steps to serve. It remembers the times of the frames that are on their way, so that whoever receives them
 * sees the times of the recording.
 */
export class Replay {
  private readonly stamps: Stamp[] = [];
  private readonly path: string;
  private readonly files: FileAccess;
  private readonly pacer: Pacer;
  private opened: Instant | undefined;

  constructor(path: string, pace: number, { files, clock }: { readonly files: FileAccess; readonly clock: Clock }) {
    this.path = path;
    this.files = files;
    this.pacer = new Pacer(clock, pace);
  }

  /** The times of the next frame that is received. */
  nextStamp(): Stamp {
    const stamp = this.stamps.shift();
    if (stamp === undefined) throw new Error('a frame was received that was not sent');
    return stamp;
  }

  /** Throws `bad_data` where the file is no recorded session, or at the line from which on it is none. */
  async *steps(stop: AbortSignal): AsyncGenerator<SessionStep> {
    const reader = new RecordingReader(this.path);
    try {
      for await (const chunk of this.files.open(this.path, stop)) yield* this.play(reader.push(chunk), stop);
      yield* this.play(reader.end(), stop);
    } catch (error) {
      yield* this.play(reader.takeEvents(), stop);
      throw error;
    }
  }

  private async *play(events: readonly RecordedEvent[], stop: AbortSignal): AsyncGenerator<SessionStep> {
    for (const event of events) {
      await this.pacer.wait(event.time.s * 1000 + event.time.ns / 1e6, stop);
      if (stop.aborted) return;
      if (event.what === 'opened') {
        const isFirst = this.opened === undefined;
        this.opened = event.time;
        if (!isFirst) yield { what: 'reconnect' };
        continue;
      }
      this.opened ??= event.time;
      this.stamps.push({ received: event.time, opened: this.opened });
      yield { what: 'frame', bytes: event.bytes, isBinary: event.isBinary };
    }
  }
}
