/** What every queue between a producer and a consumer has: items in order, a capacity, an end, and who waits. */
export abstract class Queue<T> {
  readonly capacity: number;
  protected items: T[] = [];
  protected isEnded = false;
  private failure: { readonly error: unknown } | undefined;
  /** One of each: who waits anew has given up its earlier wait. */
  private wakeConsumer: (() => void) | undefined;
  private wakeProducer: (() => void) | undefined;
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

  /** No more items come; those inside are still handed out. */
  end(): void {
    this.isEnded = true;
    this.wake();
  }

  /** Like `end`; behind the last item taking throws `error`. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.end();
  }

  /** Whether taking would have to wait. */
  isWaiting(): boolean {
    return this.items.length === 0 && !this.isEnded;
  }

  /** Resolves when taking need not wait. */
  async ready(): Promise<void> {
    while (this.isWaiting()) await new Promise<void>((resolve) => (this.wakeConsumer = resolve));
  }

  /** Resolves when there is room, or at the end. */
  protected async roomMade(): Promise<void> {
    while (this.items.length >= this.capacity && !this.isEnded) {
      await new Promise<void>((resolve) => (this.wakeProducer = resolve));
    }
  }

  protected push(items: readonly T[]): void {
    for (const item of items) this.items.push(item);
    this.peakDepth = Math.max(this.peakDepth, this.items.length);
    this.wake();
  }

  /** Up to `max` items as soon as there are any; none at the end. Throws what made the queue fail. */
  protected async shift(max: number): Promise<T[]> {
    await this.ready();
    const taken = this.items.splice(0, max);
    if (taken.length === 0 && this.failure !== undefined) throw this.failure.error;
    this.wake();
    return taken;
  }

  private wake(): void {
    this.wakeConsumer?.();
    this.wakeProducer?.();
    this.wakeConsumer = undefined;
    this.wakeProducer = undefined;
  }
}

/**
 * A first-in, first-out queue with a capacity, for one producer and one consumer. The producer waits while it is full, the
 * consumer while it is empty, so memory stays bounded and a slow consumer slows its producer down.
 */
export class BoundedQueue<T> extends Queue<T> {
  /** Adds an item as soon as there is room; false where the consumer has gone and the item with it. */
  async put(item: T): Promise<boolean> {
    await this.roomMade();
    if (this.isEnded) return false;
    this.push([item]);
    return true;
  }

  /** The next item, or undefined at the end. */
  async take(): Promise<T | undefined> {
    return (await this.shift(1))[0];
  }
}
