import type { Sink, Source } from '../../src/lib/runtime/transport.js';

/** A source that hands out what it was given, then ends or fails. */
export class ListSource<B> implements Source<B> {
  /** Batches that were asked for. */
  handedOut = 0;
  private readonly list: readonly B[];
  private readonly failure: Error | undefined;

  constructor(list: readonly B[], failure?: Error) {
    this.list = list;
    this.failure = failure;
  }

  async *batches(stop: AbortSignal): AsyncGenerator<B> {
    for (const batch of this.list) {
      if (stop.aborted) return;
      this.handedOut++;
      yield await Promise.resolve(batch);
    }
    if (this.failure !== undefined) throw this.failure;
  }
}

/** A source into which a test puts batches one by one. */
export class HandSource<B> implements Source<B> {
  private readonly waiting: B[] = [];
  private isEnded = false;
  private wake: (() => void) | undefined;

  give(batch: B): void {
    this.waiting.push(batch);
    this.wake?.();
  }

  end(): void {
    this.isEnded = true;
    this.wake?.();
  }

  async *batches(stop: AbortSignal): AsyncGenerator<B> {
    stop.addEventListener('abort', () => {
      this.end();
    });
    for (;;) {
      for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) yield next;
      if (this.isEnded || stop.aborted) return;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

/** A sink that keeps everything. */
export class MemorySink implements Sink {
  readonly name: string = 'memory';
  readonly chunks: Buffer[] = [];
  isClosed = false;

  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }

  write(bytes: Buffer): Promise<void> {
    this.chunks.push(Buffer.from(bytes));
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

/** A sink that takes nothing until a test opens it. */
export class GatedSink extends MemorySink {
  private isOpen = false;
  private release: (() => void) | undefined;

  override async write(bytes: Buffer): Promise<void> {
    if (!this.isOpen) await new Promise<void>((resolve) => (this.release = resolve));
    await super.write(bytes);
  }

  open(): void {
    this.isOpen = true;
    this.release?.();
  }
}

/** A sink that takes some writes and then fails. */
export class FailingSink extends MemorySink {
  private left: number;
  private readonly error: Error;

  constructor(left: number, error: Error) {
    super();
    this.left = left;
    this.error = error;
  }

  override write(bytes: Buffer): Promise<void> {
    return this.left-- > 0 ? super.write(bytes) : Promise.reject(this.error);
  }
}
