import type { Clock } from '../../src/lib/runtime/clock.js';

interface Waiter {
  readonly time_ms: number;
  readonly resolve: () => void;
}

/** A clock that a test moves by hand. */
export class HandClock implements Clock {
  private time_ms: number;
  private readonly waiters = new Set<Waiter>();

  constructor(time_ms: number) {
    this.time_ms = time_ms;
  }

  now_ms(): number {
    return this.time_ms;
  }

  /** Times that are waited for now. */
  get waitedFor_ms(): number[] {
    return [...this.waiters].map(({ time_ms }) => time_ms);
  }

  waitUntil(time_ms: number, signal: AbortSignal): Promise<void> {
    if (time_ms <= this.time_ms || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter = { time_ms, resolve };
      this.waiters.add(waiter);
      signal.addEventListener('abort', () => {
        this.waiters.delete(waiter);
        resolve();
      });
    });
  }

  /** Sets the time and wakes who waits for it. */
  moveTo(time_ms: number): void {
    this.time_ms = time_ms;
    for (const waiter of this.waiters) {
      if (waiter.time_ms > time_ms) continue;
      this.waiters.delete(waiter);
      waiter.resolve();
    }
  }
}

/**
 * Resolves when everything has run that waits only for promises. Nothing in these tests reads a file or a real clock, so what
 * has not happened by then waits for the test.
 */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
