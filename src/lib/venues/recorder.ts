import { encodeFrame, encodeOpened } from '../formats/recording.js';
import type { Instant } from '../formats/time-text.js';
import type { Sink } from '../runtime/transport.js';

/** Bytes that may wait to be written before whoever records must pause. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** Writes what comes from a websocket to a file, in order, without keeping whoever records waiting. */
export class Recorder {
  /** Called when the file has caught up after `isBehind`. */
  onRoom: (() => void) | undefined;
  /** Called with what made a write fail; nothing is recorded any more. */
  onFailure: ((error: unknown) => void) | undefined;
  private readonly sink: Sink;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private wasBehind = false;
  private writing: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(sink: Sink) {
    this.sink = sink;
  }

  /** Whether more waits to be written than should. */
  get isBehind(): boolean {
    return this.waitingBytes > MAX_WAITING_BYTES;
  }

  opened(url: URL, time: Instant): void {
    this.add(Buffer.from(encodeOpened(url, time)));
  }

  frame(bytes: Buffer, isBinary: boolean, time: Instant): void {
    this.add(encodeFrame(bytes, isBinary, time));
  }

  /** Waits until everything is written. Throws what made a write fail. */
  async close(): Promise<void> {
    await this.writing;
    if (this.failure !== undefined) throw this.failure.error;
    await this.sink.close();
  }

  private add(line: Buffer): void {
    if (this.failure !== undefined) return;
    this.waiting.push(line);
    this.waitingBytes += line.length;
    if (this.isBehind) this.wasBehind = true;
    this.writing ??= this.writeAll();
  }

  private async writeAll(): Promise<void> {
    try {
      // What comes within one turn is written at once.
      await Promise.resolve();
      while (this.waiting.length > 0) {
        const lines = Buffer.concat(this.waiting);
        this.waiting = [];
        await this.sink.write(lines);
        this.waitingBytes -= lines.length;
        if (this.wasBehind && !this.isBehind) {
          this.wasBehind = false;
          this.onRoom?.();
        }
      }
    } catch (error) {
      this.failure = { error };
      this.onFailure?.(error);
    }
    this.writing = undefined;
  }
}
