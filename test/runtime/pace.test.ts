import { describe, expect, it } from 'vitest';
import { Pacer, parsePace } from '../../src/lib/runtime/pace.js';
import { HandClock, settled } from '../support/clock.js';

const START_MS = 5_000_000;
const EVENT_MS = 1_700_000_000_000;

/** A pacer at work on batches of event times, ms behind the first; undefined is an item without a time. */
class Paced {
  readonly clock = new HandClock(START_MS);
  readonly stop = new AbortController();
  readonly runs: (readonly (number | undefined)[])[] = [];
  isDone = false;
  private readonly pacer: Pacer;

  constructor(pace: number) {
    this.pacer = new Pacer(this.clock, pace);
  }

  async give(...batch: (number | undefined)[]): Promise<void> {
    this.isDone = false;
    void this.release(batch);
    await settled();
  }

  async moveTo(offset_ms: number): Promise<void> {
    this.clock.moveTo(START_MS + offset_ms);
    await settled();
  }

  /** How long after the start the clock is waited for. */
  get waits_ms(): number[] {
    return this.clock.waitedFor_ms.map((time_ms) => time_ms - START_MS);
  }

  private async release(batch: readonly (number | undefined)[]): Promise<void> {
    const time_ms = (offset_ms: number | undefined): number | undefined =>
      offset_ms === undefined ? undefined : EVENT_MS + offset_ms;
    for await (const run of this.pacer.release(batch, time_ms, this.stop.signal)) this.runs.push(run);
    this.isDone = true;
  }
}

describe('a pace', () => {
  it.each([
    ['max', Infinity],
    ['realtime', 1],
    ['x1', 1],
    ['x10', 10],
    ['x0.5', 0.5],
    ['x0.001', 0.001],
    ['x999999.999', 999_999.999],
  ])('%s is a factor of %d', (text, factor) => {
    expect(parsePace(text)).toBe(factor);
  });

  it.each(['', 'x', '10', 'X10', 'x0', 'x0.000', 'x-1', 'x1e3', 'x.5', 'x1.', 'x1.0001', 'x1000000', ' x1', 'fast', 'Infinity'])(
    '%j is none',
    (text) => {
      expect(() => parsePace(text)).toThrow(new Error(`"${text}" is not realtime, max, or a factor such as x10`));
    },
  );
});

describe('a batch', () => {
  it('comes in real time from its first item on', async () => {
    const paced = new Paced(1);
    await paced.give(0, 1000, 2500);
    expect(paced.runs).toEqual([[0]]);
    expect(paced.waits_ms).toEqual([1000]);
    await paced.moveTo(999);
    expect(paced.runs).toEqual([[0]]);
    await paced.moveTo(1000);
    expect(paced.runs).toEqual([[0], [1000]]);
    expect(paced.waits_ms).toEqual([2500]);
    await paced.moveTo(2500);
    expect(paced.runs).toEqual([[0], [1000], [2500]]);
    expect(paced.isDone).toBe(true);
  });

  it.each([
    [10, 1000, 100],
    [0.5, 1000, 2000],
    [1000, 1, 0.001],
  ])('at the factor %d has an item of %d ms after %d ms', async (pace, event_ms, due_ms) => {
    const paced = new Paced(pace);
    await paced.give(0, event_ms);
    await paced.moveTo(due_ms * 0.99);
    expect(paced.runs).toEqual([[0]]);
    await paced.moveTo(due_ms);
    expect(paced.runs).toEqual([[0], [event_ms]]);
  });

  it('comes at once and whole without a pace, and nobody looks at the clock', async () => {
    const paced = new Paced(Infinity);
    await paced.give(0, 86_400_000, undefined, 5);
    expect(paced.runs).toEqual([[0, 86_400_000, undefined, 5]]);
    expect(paced.waits_ms).toEqual([]);
  });

  it('is cut only where an item is not due', async () => {
    const paced = new Paced(1);
    await paced.give(0, 0, 1000, 1000, 1500, 9000);
    expect(paced.runs).toEqual([[0, 0]]);
    await paced.moveTo(2000);
    expect(paced.runs).toEqual([
      [0, 0],
      [1000, 1000, 1500],
    ]);
    expect(paced.waits_ms).toEqual([9000]);
  });

  it('takes late items along with the one before them', async () => {
    const paced = new Paced(1);
    await paced.give(0, 1000, 400, -5000, 2000);
    await paced.moveTo(1000);
    expect(paced.runs).toEqual([[0], [1000, 400, -5000]]);
  });

  it('takes items without a time along with the one before them', async () => {
    const paced = new Paced(1);
    await paced.give(0, undefined, 1000, undefined, undefined, 2000);
    expect(paced.runs).toEqual([[0, undefined]]);
    await paced.moveTo(1000);
    expect(paced.runs).toEqual([
      [0, undefined],
      [1000, undefined, undefined],
    ]);
  });

  it('of items without a time does not wait', async () => {
    const paced = new Paced(1);
    await paced.give(undefined, undefined);
    expect(paced.runs).toEqual([[undefined, undefined]]);
  });

  it('behind another goes on from the same start', async () => {
    const paced = new Paced(1);
    await paced.give(0);
    await paced.moveTo(700);
    await paced.give(undefined, 1000, 3000);
    expect(paced.runs).toEqual([[0], [undefined]]);
    expect(paced.waits_ms).toEqual([1000]);
  });

  it('that the clock has left behind comes at once', async () => {
    const paced = new Paced(1);
    await paced.give(0);
    await paced.moveTo(10_000);
    await paced.give(1000, 9000, 10_000, 10_001);
    expect(paced.runs).toEqual([[0], [1000, 9000, 10_000]]);
  });

  it('that is empty is nothing', async () => {
    const paced = new Paced(1);
    await paced.give();
    expect(paced.runs).toEqual([]);
    expect(paced.isDone).toBe(true);
  });
});

describe('a stop', () => {
  it('ends the waiting, and what was not due is not handed out', async () => {
    const paced = new Paced(1);
    await paced.give(0, 1000, 2000);
    paced.stop.abort('SIGINT');
    await settled();
    expect(paced.isDone).toBe(true);
    expect(paced.runs).toEqual([[0]]);
  });

  it('ends the waiting for one time', async () => {
    const clock = new HandClock(START_MS);
    const pacer = new Pacer(clock, 1);
    const stop = new AbortController();
    await pacer.wait(EVENT_MS, stop.signal);
    let isOver = false;
    const waiting = pacer.wait(EVENT_MS + 1, stop.signal).then(() => (isOver = true));
    await settled();
    expect(isOver).toBe(false);
    stop.abort();
    expect(await waiting).toBe(true);
  });
});

describe('items without a time', () => {
  it('at the very beginning do not release what stands behind them', async () => {
    const paced = new Paced(1);
    await paced.give(undefined, 0, 900_000);
    expect(paced.runs.flat()).not.toContain(900_000);
    await paced.moveTo(900_000);
    expect(paced.runs.flat()).toEqual([undefined, 0, 900_000]);
  });
});
