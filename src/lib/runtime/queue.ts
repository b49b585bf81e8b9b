/**
 * A first-in, first-out queue with a capacity, for one producer and one consumer. The producer waits while it is full, the
 * consumer while it is empty, so memory stays bounded and a slow consumer slows its producer down.
 */
export class BoundedQueue<T> {
  readonly capacity: number;
  private readonly items: T[] = [];
  private isEnded = false;
  private failure: { readonly error: unknown } | undefined;
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

  /** Adds an item as soon as there is room; false where the consumer has gone and the item with it. */
  async put(item: T): Promise<boolean> {
    while (this.items.length >= this.capacity && !this.isEnded) {
      await new Promise<void>((resolve) => (this.wakeProducer = resolve));
    }
    if (this.isEnded) return false;
    this.items.push(item);
    this.peakDepth = Math.max(this.peakDepth, this.items.length);
    this.wake();
    return true;
  }

  /** No more items come; those inside are still handed out. */
  end(): void {
    this.isEnded = true;
    this.wake();
  }

  /** Like `end`; behind the last item `take` throws `error`. */
  fail(error: unknown): void {
    this.failure = { error };
    this.end();
  }

  /** Whether `take` would have to wait. */
  isWaiting(): boolean {
    return this.items.length === 0 && !this.isEnded;
  }

  /** Resolves when `take` need not wait. */
  async ready(): Promise<void> {
    while (this.isWaiting()) await new Promise<void>((resolve) => (this.wakeConsumer = resolve));
  }

  /** The next item, or undefined at the end. */
  async take(): Promise<T | undefined> {
    await this.ready();
    const item = this.items.shift();
    if (item === undefined && this.failure !== undefined) throw this.failure.error;
    this.wake();
    return item;
  }

  private wake(): void {
    this.wakeConsumer?.();
    this.wakeProducer?.();
    this.wakeConsumer = undefined;
    this.wakeProducer = undefined;
  }
}
