import type { Clock } from './clock.js';

/** How fast event time passes against the clock: 1 is real time, Infinity does not wait. */
export function parsePace(text: string): number {
  if (text === 'max') return Infinity;
  if (text === 'realtime') return 1;
  const factor = /^x(\d{1,6}(?:\.\d{1,3})?)$/.exec(text)?.[1];
  if (factor === undefined || Number(factor) === 0) throw new Error(`"${text}" is not realtime, max, or a factor such as x10`);
  return Number(factor);
}

/** Holds a source back so that its event time passes at a given pace from the first call on. */
export class Pacer {
  private readonly clock: Clock;
  private readonly pace: number;
  private origin: { readonly clock_ms: number; readonly event_ms: number } | undefined;

  constructor(clock: Clock, pace: number) {
    this.clock = clock;
    this.pace = pace;
  }

  /** Resolves when `event_ms` has come at this pace, or as soon as `stop` is aborted. */
  async wait(event_ms: number, stop: AbortSignal): Promise<void> {
    if (this.pace === Infinity) return;
    this.origin ??= { clock_ms: this.clock.now_ms(), event_ms };
    await this.clock.waitUntil(this.origin.clock_ms + (event_ms - this.origin.event_ms) / this.pace, stop);
  }

  /** Cuts a batch into runs and hands out each when its first item is due; items without a time are always due. */
  async *release<T>(
    batch: readonly T[],
    time_ms: (item: T) => number | undefined,
    stop: AbortSignal,
  ): AsyncGenerator<readonly T[]> {
    if (this.pace === Infinity) {
      yield batch;
      return;
    }
    for (let start = 0; start < batch.length;) {
      const first_ms = time_ms(batch[start] as T);
      if (first_ms !== undefined) await this.wait(first_ms, stop);
      let end = start + 1;
      while (end < batch.length && this.isDue(time_ms(batch[end] as T))) end++;
      if (stop.aborted) return;
      yield batch.slice(start, end);
      start = end;
    }
  }

  private isDue(event_ms: number | undefined): boolean {
    if (event_ms === undefined) return true;
    if (this.origin === undefined) return false;
    return this.clock.now_ms() >= this.origin.clock_ms + (event_ms - this.origin.event_ms) / this.pace;
  }
}
