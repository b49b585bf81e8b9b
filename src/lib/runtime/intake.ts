import { Queue } from './queue.js';

/**
 * A queue between a producer that cannot wait, such as a socket's event, and one consumer that takes batches. The producer looks at
 * `room`: it pauses until `onRoom` is called, or drops what does not fit.
 */
export class Intake<T> extends Queue<T> {
  /** Called when a queue that was full has fallen to half of its capacity. */
  onRoom: (() => void) | undefined;
  private wasFull = false;

  /** Items that still fit. */
  get room(): number {
    return Math.max(0, this.capacity - this.items.length);
  }

  /** Adds items, beyond the capacity too: what a paused producer has read before its pause may not be lost. */
  add(items: readonly T[]): void {
    if (this.isEnded || items.length === 0) return;
    this.push(items);
    if (this.room === 0) this.wasFull = true;
  }

  /** The next items, `max` at the most, as soon as there are any; undefined at the end. */
  async take(max: number): Promise<readonly T[] | undefined> {
    const taken = await this.shift(max);
    if (this.wasFull && this.items.length <= this.capacity / 2) {
      this.wasFull = false;
      this.onRoom?.();
    }
    return taken.length === 0 ? undefined : taken;
  }
}
