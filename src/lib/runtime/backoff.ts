/** Delays between attempts: they double from `min_ms` to `max_ms`, and half of each is left to chance. */
export class Backoff {
  private readonly min_ms: number;
  private readonly max_ms: number;
  private readonly random: () => number;
  private attempts = 0;

  /** `random` gives numbers from 0 to below 1. */
  constructor(min_ms: number, max_ms: number, random: () => number) {
    this.min_ms = min_ms;
    this.max_ms = max_ms;
    this.random = random;
  }

  /** The delay before the next attempt, ms. */
  next(): number {
    const delay_ms = Math.min(this.max_ms, this.min_ms * 2 ** Math.min(this.attempts, 30));
    this.attempts++;
    return delay_ms / 2 + (delay_ms / 2) * this.random();
  }

  /** What was connected has held: the next failure begins with the shortest delay. */
  reset(): void {
    this.attempts = 0;
  }
}
