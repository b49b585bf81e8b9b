import { Backoff } from './backoff.js';
import type { Clock } from './clock.js';
import type { Counts } from './counts.js';
import { givenUp, mayPass } from './errors.js';
import type { Log } from './log.js';
import type { TaskObserver } from './task-metrics.js';
import type { InputRecord, OutputRecord, TaskProcessor, TaskProduced } from './task-processor.js';

/** Between attempts to take a task over again. */
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 5000;

/** Somebody else has taken the task over; nothing more may be done for it. */
export class FencedError extends Error {}

/** The state of a task: it belongs to the records before `nextOffset` and to no others. */
export interface SavedState {
  readonly nextOffset: bigint;
  readonly counts: unknown;
  readonly parts: ReadonlyMap<string, string>;
}

/** What one transaction makes true: all of it or nothing. */
export interface Commit<O = OutputRecord> extends TaskProduced<O> {
  readonly nextOffset: bigint;
  readonly counts: unknown;
  readonly changes: ReadonlyMap<string, string | undefined>;
  /** Whether nothing is open any more, because the input was taken to end here. */
  readonly closes: boolean;
}

/** The input of a task, from an offset on. */
export interface TaskReader {
  /**
   * The next records, at the latest after the transport's longest wait; `position` is the offset to read next, `end` that behind
   * the last record that there was.
   */
  fetch(): Promise<{ readonly records: readonly InputRecord[]; readonly position: bigint; readonly end: bigint }>;
  close(): Promise<void>;
}

/** A task that this process owns, until it is closed or somebody else takes it over. */
export interface Ownership<O = OutputRecord> {
  readonly saved: SavedState | undefined;
  /** Undefined: from the first record that there is. */
  open(from: bigint | undefined): Promise<TaskReader & { readonly position: bigint }>;
  /** Throws `FencedError` where somebody else owns the task, and `unavailable` where it is not known whether it is committed. */
  commit(commit: Commit<O>): Promise<void>;
  close(): Promise<void>;
}

/** What a task needs. */
export interface TaskSettings<O = OutputRecord> {
  /** For messages: the task's name. */
  readonly name: string;
  /** Shuts out whoever had the task before, and reads the state that was committed last. */
  readonly takeOver: () => Promise<Ownership<O>>;
  readonly make: () => TaskProcessor<O>;
  readonly clock: Clock;
  readonly log: Log;
  /** Records that are made and not committed yet, beyond which a commit does not wait for its time. */
  readonly batchSize: number;
  readonly commitInterval_ms: number;
  /** How long the services may be away, ms. */
  readonly giveUp_ms: number;
  /** End at this offset; `closes`: and close what is open. */
  readonly untilEnd: { readonly offset: bigint; readonly closes: boolean } | undefined;
  readonly observer: TaskObserver;
  /** Is told, again and again, that everything before `position` is done. */
  readonly settled: (position: bigint) => void;
}

/**
 * One partition through a stage, each record once. There is one loop: read, step, and at the latest after the commit interval one
 * transaction with everything that came of it and the offset behind it. Whatever goes wrong, the memory is dropped and the task
 * begins again with the state that was committed last, which alone says what has been done.
 */
export class Task<O = OutputRecord> {
  private readonly settings: TaskSettings<O>;
  private lastSuccess_ms: number;
  /** The counts of the life that runs or ran last, over all lives. */
  counts: Counts | undefined;

  constructor(settings: TaskSettings<O>) {
    this.settings = settings;
    this.lastSuccess_ms = settings.clock.now_ms();
  }

  /** Until the end or a stop, or until somebody else owns the task. Throws what no repetition mends. */
  async run(stop: AbortSignal): Promise<'end' | 'stopped' | 'fenced'> {
    const { name, clock, log, giveUp_ms } = this.settings;
    const backoff = new Backoff(MIN_RETRY_MS, MAX_RETRY_MS, Math.random);
    for (;;) {
      const before_ms = this.lastSuccess_ms;
      try {
        return await this.live(stop);
      } catch (error) {
        if (error instanceof FencedError) return 'fenced';
        if (!mayPass(error)) throw error;
        const away_ms = clock.now_ms() - this.lastSuccess_ms;
        if (away_ms >= giveUp_ms) throw givenUp(error, away_ms);
        if (stop.aborted) return 'stopped';
        if (this.lastSuccess_ms !== before_ms) backoff.reset();
        log.warn({ task: name, away_ms }, `${error.message}; trying again`);
        await clock.waitUntil(clock.now_ms() + backoff.next(), stop);
      }
    }
  }

  private async live(stop: AbortSignal): Promise<'end' | 'stopped'> {
    const { takeOver, make } = this.settings;
    const ownership = await takeOver();
    let life: Life<O> | undefined;
    try {
      const processor = make();
      if (ownership.saved !== undefined) {
        processor.counts.restore(ownership.saved.counts);
        processor.restore(ownership.saved.parts);
      }
      this.counts = processor.counts;
      life = new Life(this.settings, ownership, processor, await ownership.open(ownership.saved?.nextOffset), () => {
        this.lastSuccess_ms = this.settings.clock.now_ms();
      });
      return await life.run(stop);
    } finally {
      await life?.close();
      await ownership.close().catch(() => undefined);
    }
  }
}

/** A task from the moment it is taken over until it ends or fails. */
class Life<O> {
  private readonly settings: TaskSettings<O>;
  private readonly ownership: Ownership<O>;
  private readonly processor: TaskProcessor<O>;
  private readonly reader: TaskReader;
  private readonly succeeded: () => void;
  private position: bigint;
  private pending: TaskProduced<O>[] = [];
  private pendingRecords = 0;
  /** When what is pending shall be committed; undefined where nothing is. */
  private due_ms: number | undefined;
  /** When the oldest record was written that has come since the last commit. */
  private oldest_ms: number | undefined;

  constructor(
    settings: TaskSettings<O>,
    ownership: Ownership<O>,
    processor: TaskProcessor<O>,
    reader: TaskReader & { readonly position: bigint },
    succeeded: () => void,
  ) {
    this.settings = settings;
    this.ownership = ownership;
    this.processor = processor;
    this.reader = reader;
    this.position = reader.position;
    this.succeeded = succeeded;
  }

  async run(stop: AbortSignal): Promise<'end' | 'stopped'> {
    // Listeners are taken off again: a stop is waited for once in each life, of which there may be many.
    const over = new AbortController();
    const stopped = once(stop, over.signal).then(() => 'stop' as const);
    try {
      return await this.loop(stop, stopped);
    } finally {
      over.abort();
    }
  }

  private async loop(stop: AbortSignal, stopped: Promise<'stop'>): Promise<'end' | 'stopped'> {
    const end = this.settings.untilEnd?.offset;
    let fetching: ReturnType<TaskReader['fetch']> | undefined;
    while (!stop.aborted) {
      if (end !== undefined && this.position >= end) return this.finish();
      fetching ??= this.reader.fetch();
      fetching.catch(() => undefined);
      const next = await this.wait(fetching, stopped);
      if (next === 'stop') break;
      if (next === 'time') this.onTime();
      else {
        fetching = undefined;
        this.take(next.records);
        this.position = next.position;
        this.report(next.records.length, next.end);
      }
      if (this.isDue()) await this.commit();
    }
    await this.commit();
    return 'stopped';
  }

  async close(): Promise<void> {
    await this.reader.close().catch(() => undefined);
  }

  private async finish(): Promise<'end'> {
    const closes = this.settings.untilEnd?.closes === true;
    if (closes) this.processor.end();
    this.collect(true);
    await this.commit(closes);
    return 'end';
  }

  private async wait<T>(fetching: Promise<T>, stopped: Promise<'stop'>): Promise<T | 'time' | 'stop'> {
    const wake_ms = Math.min(this.due_ms ?? Infinity, this.processor.wakeAt_ms?.() ?? Infinity);
    if (wake_ms === Infinity) return Promise.race([fetching, stopped]);
    const came = new AbortController();
    const time = this.settings.clock.waitUntil(wake_ms, came.signal).then(() => 'time' as const);
    try {
      return await Promise.race([fetching, stopped, time]);
    } finally {
      came.abort();
    }
  }

  private take(records: readonly InputRecord[]): void {
    if (records.length === 0) return;
    this.oldest_ms ??= records[0]?.timestamp_ms;
    this.processor.push(records);
    this.collect(true);
  }

  private report(records: number, end: bigint): void {
    const { observer, settled } = this.settings;
    observer.fetched({ records, lag: Number(end - this.position), pending: this.pendingRecords });
    if (this.due_ms === undefined) settled(this.position);
  }

  private onTime(): void {
    const now_ms = this.settings.clock.now_ms();
    if (now_ms < (this.processor.wakeAt_ms?.() ?? Infinity)) return;
    this.processor.onTime?.(now_ms);
    this.collect(false);
  }

  /** Keeps what the processor has made for the next commit. `isNews`: there is something to commit whether or not it made anything. */
  private collect(isNews: boolean): void {
    const produced = this.processor.take();
    const records = produced.outputs.length + produced.rejects.length;
    if (records > 0) this.pending.push(produced);
    this.pendingRecords += records;
    if (isNews || records > 0) this.due_ms ??= this.settings.clock.now_ms() + this.settings.commitInterval_ms;
  }

  private isDue(): boolean {
    if (this.due_ms === undefined) return false;
    return this.pendingRecords >= this.settings.batchSize || this.settings.clock.now_ms() >= this.due_ms;
  }

  private async commit(closes = false): Promise<void> {
    if (this.due_ms === undefined) return;
    const { pending, processor, position, oldest_ms } = this;
    const { clock, observer, settled } = this.settings;
    const records = this.pendingRecords;
    const begun_ms = clock.now_ms();
    this.pending = [];
    this.pendingRecords = 0;
    this.due_ms = undefined;
    this.oldest_ms = undefined;
    await this.ownership.commit({
      outputs: pending.flatMap(({ outputs }) => outputs),
      rejects: pending.flatMap(({ rejects }) => rejects),
      nextOffset: position,
      counts: processor.counts.saved(),
      changes: processor.changes(),
      closes,
    });
    this.succeeded();
    const now_ms = clock.now_ms();
    const waited_ms = oldest_ms === undefined ? undefined : Math.max(0, now_ms - oldest_ms);
    observer.committed({ records, elapsed_ms: now_ms - begun_ms, waited_ms });
    settled(position);
  }
}

/** Resolves when `signal` is aborted. Nothing waits any more once `over` is. */
async function once(signal: AbortSignal, over: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true, signal: over },
    );
  });
}
