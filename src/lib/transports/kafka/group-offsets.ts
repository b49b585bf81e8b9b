import type { Clock } from '../../runtime/clock.js';

/** Shortest time between two commits of offsets. */
const INTERVAL_MS = 5000;

/** How long the last one may take. */
const CLOSE_MS = 3000;

/** The offset to go on at, by partition. */
export type Offsets = ReadonlyMap<number, bigint>;

/**
 * Tells the consumer group where its tasks are, for tools that show lag. It is done beside the transactions and nothing reads it to go
 * on: where it fails, what is known next is told later.
 */
export class GroupOffsets {
  private readonly store: (offsets: Offsets) => Promise<void>;
  private readonly clock: Clock;
  private readonly told = new Map<number, bigint>();
  private news = new Map<number, bigint>();
  private last_ms = -Infinity;
  private telling: Promise<void> | undefined;
  private readonly closing = new AbortController();

  constructor(store: (offsets: Offsets) => Promise<void>, clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Everything of the partition before `offset` is done. */
  note(partition: number, offset: bigint): void {
    if (this.told.get(partition) === offset) return;
    this.news.set(partition, offset);
    if (!this.closing.signal.aborted) this.telling ??= this.tellLater();
  }

  /** The partition is another member's now. */
  forget(partition: number): void {
    this.told.delete(partition);
    this.news.delete(partition);
  }

  /** Tells what is known, if that does not take long. */
  async close(): Promise<void> {
    this.closing.abort();
    const limit = this.clock.waitUntil(this.clock.now_ms() + CLOSE_MS, new AbortController().signal);
    await Promise.race([(this.telling ?? Promise.resolve()).then(() => this.tell()), limit]);
  }

  private async tellLater(): Promise<void> {
    await this.clock.waitUntil(this.last_ms + INTERVAL_MS, this.closing.signal);
    await this.tell();
    this.telling = undefined;
  }

  private async tell(): Promise<void> {
    const { news } = this;
    if (news.size === 0) return;
    this.news = new Map();
    this.last_ms = this.clock.now_ms();
    try {
      await this.store(news);
      for (const [partition, offset] of news) this.told.set(partition, offset);
    } catch {
      // Such as while the group shares partitions out anew.
    }
  }
}
