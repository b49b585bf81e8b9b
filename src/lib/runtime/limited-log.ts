import type { Clock } from './clock.js';
import type { Log } from './log.js';

/** Lines that may come at once, and one more for each of these times. */
const BURST_LINES = 1000;
const REFILL_MS = 100;

/** A log for what others cause: beyond a rate its warnings are only counted. */
export class LimitedLog {
  /** Warnings that were not written. */
  suppressed = 0;
  private readonly log: Log;
  private readonly clock: Clock;
  private lines = BURST_LINES;
  private refilledAt_ms: number;

  constructor(log: Log, clock: Clock) {
    this.log = log;
    this.clock = clock;
    this.refilledAt_ms = clock.now_ms();
  }

  warn(fields: object, message: string): void {
    const refill = Math.floor((this.clock.now_ms() - this.refilledAt_ms) / REFILL_MS);
    if (refill > 0) {
      this.lines = Math.min(BURST_LINES, this.lines + refill);
      this.refilledAt_ms += refill * REFILL_MS;
    }
    if (this.lines === 0) {
      if (this.suppressed++ === 0) this.log.warn({}, 'too many warnings of this kind: from now on some are only counted');
      return;
    }
    this.lines--;
    this.log.warn(fields, message);
  }
}
