import { describe, expect, it } from 'vitest';
import { LimitedLog } from '../../src/lib/runtime/limited-log.js';
import { HandClock } from '../support/clock.js';

const START_MS = 1_700_000_000_000;
const TOO_MANY = 'too many warnings of this kind: from now on some are only counted';

/** A log at work, and what it has written. */
class Warnings {
  readonly clock = new HandClock(START_MS);
  readonly messages: string[] = [];
  readonly fields: object[] = [];
  readonly log = new LimitedLog(
    {
      info: () => {
        throw new Error('a warning is no information');
      },
      warn: (fields, message) => {
        this.fields.push(fields);
        this.messages.push(message);
      },
    },
    this.clock,
  );

  /** Warns so often, and returns how many warnings were written. */
  warn(count: number): number {
    const before = this.written;
    for (let line = 0; line < count; line++) this.log.warn({ line }, 'missed a trade');
    return this.written - before;
  }

  /** Moves the clock to so many ms behind its start. */
  moveTo(offset_ms: number): void {
    this.clock.moveTo(START_MS + offset_ms);
  }

  private get written(): number {
    return this.messages.filter((message) => message === 'missed a trade').length;
  }
}

describe('warnings', () => {
  it('are written as they are', () => {
    const warnings = new Warnings();
    warnings.log.warn({ symbol: 'A' }, 'missed 1 trade of A: id 5');
    expect(warnings.messages).toEqual(['missed 1 trade of A: id 5']);
    expect(warnings.fields).toEqual([{ symbol: 'A' }]);
    expect(warnings.log.suppressed).toBe(0);
  });

  it('may be 1,000 at once; more are only counted, which is said once', () => {
    const warnings = new Warnings();
    expect(warnings.warn(1000)).toBe(1000);
    expect(warnings.log.suppressed).toBe(0);
    expect(warnings.messages).not.toContain(TOO_MANY);
    expect(warnings.warn(500)).toBe(0);
    expect(warnings.log.suppressed).toBe(500);
    expect(warnings.messages.slice(1000)).toEqual([TOO_MANY]);
  });

  it('may be ten more in each second', () => {
    const warnings = new Warnings();
    warnings.warn(1000);
    warnings.moveTo(99);
    expect(warnings.warn(5)).toBe(0);
    warnings.moveTo(100);
    expect(warnings.warn(5)).toBe(1);
    warnings.moveTo(1100);
    expect(warnings.warn(50)).toBe(10);
    expect(warnings.log.suppressed).toBe(5 + 4 + 40);
    expect(warnings.messages.filter((message) => message === TOO_MANY)).toHaveLength(1);
  });

  it('lose no part of the time that has passed', () => {
    const warnings = new Warnings();
    warnings.warn(1000);
    let written = 0;
    for (let now_ms = 30; now_ms <= 30_000; now_ms += 30) {
      warnings.moveTo(now_ms);
      written += warnings.warn(1);
    }
    expect(written).toBe(300);
  });

  it('may be 1,000 at once again, and not more, however long it was silent', () => {
    const warnings = new Warnings();
    warnings.warn(1000);
    warnings.moveTo(86_400_000);
    expect(warnings.warn(2000)).toBe(1000);
    expect(warnings.log.suppressed).toBe(1000);
  });

  it('are as many where the clock is set back', () => {
    const warnings = new Warnings();
    warnings.moveTo(-3_600_000);
    expect(warnings.warn(1000)).toBe(1000);
    expect(warnings.warn(1)).toBe(0);
    expect(warnings.log.suppressed).toBe(1);
  });
});
