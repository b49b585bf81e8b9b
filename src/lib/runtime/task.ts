import { Backoff } from './backoff.js';
import type { Clock } from './clock.js';
import type { Counts } from './counts.js';
import { givenUp, mayPass } from './errors.js';
import type { Log } from './log.js';
import type { GaugeValues } from './metrics.js';
import { StateSize } from './state-size.js';
import type { TaskObserver } from './task-metrics.js';
import type { InputRecord, OutputRecord, TaskProcessor, TaskProduced } from './task-processor.js';

/** Between attempts to take a task over again. */
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 5000;

const MS_PER_S = 1000;

/** Why a wait is over: without a reason each one would make an error, with its stack. */
const CAME = 'came';

/** Somebody else has taken the task over; nothing more may be done for it. */
export class FencedError extends Error {}

/** The state of a task: it belongs to the records before `position` and to no others. */
export interface SavedState<P = bigint> {
  readonly position: P;
  readonly counts: unknown;
  readonly parts: ReadonlyMap<string, string>;
}

/** What one transaction makes true: all of it or nothing. */
export interface Commit<O = OutputRecord, P = bigint> extends TaskProduced<O> {
  readonly position: P;
  readonly counts: unknown;
  readonly changes: ReadonlyMap<string, string | undefined>;
  /** Whether nothing is open any more, because the input was taken to end here. */
  readonly closes: boolean;
}

/** What a task has read, and where it then is. */
export interface Progress<P> {
  /** From where it would go on. */
  readonly position: P;
  /** Whether the end is reached that was asked for. */
  readonly isDone: boolean;
}

/** Records that were read; `I`: as what. Their bytes may be others when the fetch behind the next one is asked for. */
export interface Fetched<P, I = Iterable<InputRecord>> extends Progress<P> {
  readonly records: I;
  /** How many they are. */
  readonly count: number;
  /** When the first of them was written; undefined where there are none. */
  readonly oldest_ms: number | undefined;
  /** Offsets to the end of the input. */
  readonly lag: number;
  /** Of several inputs that are merged: everything up to this time has come, s. */
  readonly passed_s?: number;
}

/** The input of a task, from a position on. */
export interface TaskReader<P = bigint, I = Iterable<InputRecord>> {
  /** Where it begins. */
  readonly start: Progress<P>;
  /** The next records, at the latest after the transport's longest wait. */
  fetch(): Promise<Fetched<P, I>>;
  close(): Promise<void>;
}

/** A task that this process owns, until it is closed or somebody else takes it over. */
export interface Ownership<O = OutputRecord, P = bigint, I = Iterable<InputRecord>> {
  readonly saved: SavedState<P> | undefined;
  /** Undefined: from the first record that there is. */
  open(from: P | undefined): Promise<TaskReader<P, I>>;
  /** Throws `FencedError` where somebody else owns the task, and `unavailable` where it is not known whether it is committed. */
  commit(commit: Commit<O, P>): Promise<void>;
  close(): Promise<void>;
}

/** What a task needs. */
export interface TaskSettings<O = OutputRecord, P = bigint, I = Iterable<InputRecord>> {
  /** For messages: the task's name. */
  readonly name: string;
  /** Shuts out whoever had the task before, and reads the state that was committed last. */
  readonly takeOver: () => Promise<Ownership<O, P, I>>;
  readonly make: () => TaskProcessor<O, I>;
  readonly clock: Clock;
  readonly log: Log;
  /** Records that are made and not committed yet, beyond which a commit does not wait for its time. */
  readonly batchSize: number;
  readonly commitInterval_ms: number;
  /** How long the services may be away, ms. */
  readonly giveUp_ms: number;
  /** Whether to close what is open where the reader is done. */
  readonly closes: boolean;
  readonly observer: TaskObserver;
  /** Is told, again and again, that everything before `position` is done. */
  readonly settled: (position: P) => void;
}

/**
 * One partition through a stage, each record once. There is one loop: read, step, and one transaction with everything that came of it
 * and the offset behind it: at once for results that come behind a pause, else an interval after the last one. Whatever goes wrong, the
 * memory is dropped and the task begins again with the state that was committed last, which alone says what has been done.
 */
export class Task<O = OutputRecord, P = bigint, I = Iterable<InputRecord>> {
  private readonly settings: TaskSettings<O, P, I>;
  private lastSuccess_ms: number;
  /** That of the life that runs or ran last. */
  private processor: TaskProcessor<O, I> | undefined;

  constructor(settings: TaskSettings<O, P, I>) {
    this.settings = settings;
    this.lastSuccess_ms = settings.clock.now_ms();
  }

  /** The counts of the life that runs or ran last, over all lives. */
  get counts(): Counts | undefined {
    return this.processor?.counts;
  }

  /** The values of the stage's own gauges; undefined before the first life. */
  gauges(): GaugeValues | undefined {
    return this.processor?.gauges?.();
  }

  /** Until the end or a stop, or until somebody else owns the task. Throws what no repetition mends. */
  async run(stop: AbortSignal): Promise<'end' | 'stopped' | 'fenced'> {
    const { name, clock, log, giveUp_ms, observer } = this.settings;
    const backoff = new Backoff(MIN_RETRY_MS, MAX_RETRY_MS, Math.random);
    for (;;) {
      const before_ms = this.lastSuccess_ms;
      try {
        return await this.live(stop);
      } catch (error) {
        if (error instanceof FencedError) return 'fenced';
        if (!mayPass(error)) throw error;
        observer.restarted();
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
    let life: Life<O, P, I> | undefined;
    try {
      const processor = make();
      if (ownership.saved !== undefined) {
        processor.counts.restore(ownership.saved.counts);
        processor.restore(ownership.saved.parts);
      }
      this.processor = processor;
      life = new Life(this.settings, ownership, processor, await ownership.open(ownership.saved?.position), () => {
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
class Life<O, P, I> {
  private readonly settings: TaskSettings<O, P, I>;
  private readonly ownership: Ownership<O, P, I>;
  private readonly processor: TaskProcessor<O, I>;
  private readonly reader: TaskReader<P, I>;
  private readonly succeeded: () => void;
  private at: Progress<P>;
  /** How many records the processor had made at the last look. */
  private pending = 0;
  /** When what is pending shall be committed; undefined where nothing is. */
  private due_ms: number | undefined;
  /** When the last commit began. */
  private committed_ms = -Infinity;
  /** When the oldest record was written that has come since the last commit. */
  private oldest_ms: number | undefined;
  private readonly size = new StateSize();

  constructor(
    settings: TaskSettings<O, P, I>,
    ownership: Ownership<O, P, I>,
    processor: TaskProcessor<O, I>,
    reader: TaskReader<P, I>,
    succeeded: () => void,
  ) {
    this.settings = settings;
    this.ownership = ownership;
    this.processor = processor;
    this.reader = reader;
    this.at = reader.start;
    this.succeeded = succeeded;
    if (ownership.saved !== undefined) this.size.apply(ownership.saved.parts);
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
    let fetching: Promise<Fetched<P, I>> | undefined;
    while (!stop.aborted) {
      if (this.at.isDone) return this.finish();
      fetching ??= this.reader.fetch();
      fetching.catch(() => undefined);
      const next = await this.wait(fetching, stopped);
      if (next === 'stop') break;
      if (next === 'time') this.onTime();
      else {
        fetching = undefined;
        this.take(next);
        this.at = next;
        this.report(next);
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
    const { closes } = this.settings;
    if (closes) this.processor.end();
    this.plan(true);
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
      came.abort(CAME);
    }
  }

  private take({ records, count, oldest_ms, passed_s }: Fetched<P, I>): void {
    if (count > 0) {
      this.oldest_ms ??= oldest_ms;
      this.processor.push(records);
    }
    if (passed_s !== undefined) this.processor.passThrough?.(passed_s);
    this.plan(count > 0);
  }

  private report({ count, lag, position }: Fetched<P, I>): void {
    const { observer, settled } = this.settings;
    observer.fetched({ records: count, lag, pending: this.pending, watermark_s: this.processor.watermark_s?.() });
    if (this.due_ms === undefined) settled(position);
  }

  private onTime(): void {
    const now_ms = this.settings.clock.now_ms();
    if (now_ms < (this.processor.wakeAt_ms?.() ?? Infinity)) return;
    this.processor.onTime?.(now_ms);
    this.plan(false);
  }

  /** Says when to commit what the processor has made. `isNews`: there is something to commit whether or not it made anything. */
  private plan(isNews: boolean): void {
    const { pending } = this.processor;
    const hasMade = pending > this.pending;
    this.pending = pending;
    const now_ms = this.settings.clock.now_ms();
    const { commitInterval_ms } = this.settings;
    if (hasMade) this.due_ms = Math.min(this.due_ms ?? Infinity, Math.max(now_ms, this.committed_ms + commitInterval_ms));
    else if (isNews) this.due_ms ??= now_ms + commitInterval_ms;
  }

  private isDue(): boolean {
    if (this.due_ms === undefined) return false;
    return this.pending >= this.settings.batchSize || this.settings.clock.now_ms() >= this.due_ms;
  }

  private async commit(closes = false): Promise<void> {
    if (this.due_ms === undefined) return;
    const { processor, oldest_ms, pending: records } = this;
    const { position } = this.at;
    const { clock, observer, settled } = this.settings;
    const begun_ms = clock.now_ms();
    this.committed_ms = begun_ms;
    this.pending = 0;
    this.due_ms = undefined;
    this.oldest_ms = undefined;
    // First: with the last of what it has made, its counts and its state are what they shall be.
    const made = processor.take();
    const changes = processor.changes();
    await this.ownership.commit({ ...made, position, counts: processor.counts.saved(), changes, closes });
    this.succeeded();
    this.size.apply(changes);
    const now_ms = clock.now_ms();
    const waited_ms = oldest_ms === undefined ? undefined : Math.max(0, now_ms - oldest_ms);
    const watermark_s = processor.watermark_s?.();
    const behind_ms = watermark_s === undefined ? undefined : Math.max(0, now_ms - watermark_s * MS_PER_S);
    const state = { parts: this.size.parts, bytes: this.size.bytes };
    observer.committed({ records, elapsed_ms: now_ms - begun_ms, waited_ms, behind_ms, state });
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
