/**
 * A queue with a capacity between a producer that cannot wait, such as a socket's event, and one consumer that takes batches.
 * The producer looks at `room`: it pauses until `onRoom` is called, or drops what does not fit.
 */
export class Intake<T> {
  readonly capacity: number;
  /** Called when a queue that was full has fallen to half of its capacity. */
  onRoom: (() => void) | undefined;
  private items: T[] = [];
  private wasFull = false;
  private isEnded = false;
  private failure: { readonly error: unknown } | undefined;
  private wake: (() => void) | undefined;
  private peakDepth = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get depth(): number {
    return this.items.length;
  }

  /** The most items that ever waited at once. */
  get peak(): number {
    return this.peakDepth;
  }

  /** Items that still fit. */
  get room(): number {
    return Math.max(0, this.capacity - this.items.length);
  }

  /** Adds items, beyond the capacity too: what a paused producer has read before its pause may not be lost. */
  add(items: readonly T[]): void {
    if (this.isEnded || items.length === 0) return;
    for (const item of items) this.items.push(item);
    this.peakDepth = Math.max(this.peakDepth, this.items.length);
    if (this.room === 0) this.wasFull = true;
    this.wakeConsumer();
  }

  /** No more items come; those inside are still handed out. */
  end(): void {
    this.isEnded = true;
    this.wakeConsumer();
  }

  /** Like `end`; behind the last item `take` throws `error`. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.end();
  }

  /** The next items, `max` at the most, as soon as there are any; undefined at the end. */
  async take(max: number): Promise<readonly T[] | undefined> {
    while (this.items.length === 0 && !this.isEnded) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.items.length === 0) {
      if (this.failure !== undefined) throw this.failure.error;
      return undefined;
    }
    const taken = this.items.splice(0, max);
    if (this.wasFull && this.items.length <= this.capacity / 2) {
      this.wasFull = false;
      this.onRoom?.();
    }
    return taken;
  }

  private wakeConsumer(): void {
    this.wake?.();
    this.wake = undefined;
  }
}
