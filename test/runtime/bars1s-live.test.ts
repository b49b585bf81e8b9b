import { describe, expect, it } from 'vitest';
import { runStage } from '../../src/lib/runtime/run.js';
import { HandClock, settled } from '../support/clock.js';
import { HandSource, MemorySink } from '../support/memory.js';
import { countsOf, linesIn, makeBars1s, reasonsOf, run } from '../support/stages.js';

const START_MS = 1_700_000_000_000;

/** A tick of A, `offset_ms` behind the start. */
function tickAt(offset_ms: number, symbol = 'A'): Buffer {
  return Buffer.from(`{"symbol":"${symbol}","event_ts":${START_MS + offset_ms}000000,"ltp":1,"vol":1}\n`);
}

/** A live bars1s under a clock that the test moves; times are ms behind the start. */
class Live {
  readonly clock = new HandClock(START_MS);
  readonly sink = new MemorySink();
  private readonly source = new HandSource<Buffer>();
  private readonly running;

  constructor(options: Readonly<Record<string, unknown>> = {}) {
    this.running = runStage({
      source: this.source,
      processor: makeBars1s({ live: true, ...options }),
      sinks: [this.sink],
      rejects: undefined,
      clock: this.clock,
      stop: new AbortController().signal,
    });
  }

  async give(...chunks: Buffer[]): Promise<void> {
    for (const chunk of chunks) this.source.give(chunk);
    await settled();
  }

  async moveTo(offset_ms: number): Promise<void> {
    this.clock.moveTo(START_MS + offset_ms);
    await settled();
  }

  /** When the stage wants to be woken. */
  get waitsFor_ms(): number[] {
    return this.clock.waitedFor_ms.map((time_ms) => time_ms - START_MS);
  }

  /** Bars as `A 0`, marks as `mark 1`, in s behind the start. */
  get written(): string[] {
    return linesIn(this.sink.text).map((line) => {
      const record = JSON.parse(line) as { symbol?: string; ts: number; mark: number };
      const at_s = (record.symbol === undefined ? record.mark : record.ts) - START_MS / 1000;
      return `${record.symbol ?? 'mark'} ${at_s}`;
    });
  }

  async end(): Promise<void> {
    this.source.end();
    await this.running;
  }
}

describe('bars1s --live', () => {
  it('closes a bar by the clock after a silence of grace and one second, and writes the mark behind it', async () => {
    const live = new Live();
    await live.moveTo(100);
    await live.give(tickAt(50));
    expect(live.written).toEqual(['mark -2']);
    expect(live.waitsFor_ms).toEqual([3100]);
    await live.moveTo(3099);
    expect(live.written).toEqual(['mark -2']);
    await live.moveTo(3100);
    expect(live.written).toEqual(['mark -2', 'A 0', 'mark 1']);
    await live.end();
  });

  it('moves on once a second while the silence lasts', async () => {
    const live = new Live();
    await live.moveTo(100);
    await live.give(tickAt(50));
    await live.moveTo(3100);
    expect(live.waitsFor_ms).toEqual([4000]);
    await live.moveTo(4000);
    expect(live.waitsFor_ms).toEqual([5000]);
    await live.moveTo(7000);
    expect(live.written).toEqual(['mark -2', 'A 0', 'mark 1', 'mark 2', 'mark 5']);
    expect(live.waitsFor_ms).toEqual([8000]);
    await live.end();
    expect(live.written).toHaveLength(5);
  });

  it('starts its silence anew with every batch', async () => {
    const live = new Live();
    await live.moveTo(100);
    await live.give(tickAt(50));
    await live.moveTo(2000);
    await live.give(tickAt(60, 'B'));
    expect(live.waitsFor_ms).toEqual([5000]);
    await live.moveTo(4999);
    expect(live.written).toEqual(['mark -2']);
    await live.moveTo(5000);
    expect(live.written).toEqual(['mark -2', 'A 0', 'B 0', 'mark 3']);
    await live.end();
  });

  it('waits as long as --idle-flush says, but never closes within the grace', async () => {
    const live = new Live({ 'idle-flush': 100e6 });
    await live.give(tickAt(0));
    expect(live.waitsFor_ms).toEqual([1000]);
    await live.moveTo(1000);
    await live.moveTo(2999);
    expect(live.written).toEqual(['mark -2', 'mark -1', 'mark 0']);
    await live.moveTo(3000);
    expect(live.written).toEqual(['mark -2', 'mark -1', 'mark 0', 'A 0', 'mark 1']);
    await live.end();
  });

  it('makes what comes for a second late that the clock has closed', () => {
    const processor = makeBars1s({ live: true });
    processor.push(tickAt(0), START_MS);
    processor.onTime?.(START_MS + 3000);
    processor.push(tickAt(999), START_MS + 3000);
    processor.push(tickAt(1000), START_MS + 3000);
    expect(processor.counts).toMatchObject({ in: 3, used: 2, late: 1 });
  });

  it('writes a mark for each flush that closed something, behind the bars that it covers', async () => {
    const live = new Live();
    await live.moveTo(3500);
    await live.give(Buffer.concat([tickAt(100), tickAt(1200, 'B'), tickAt(1300), tickAt(3000)]));
    expect(live.written).toEqual(['A 0', 'mark 1']);
    await live.give(tickAt(3400));
    expect(live.written).toEqual(['A 0', 'mark 1']);
    await live.end();
    expect(live.written).toEqual(['A 0', 'mark 1', 'A 1', 'B 1', 'A 3', 'mark 4']);
  });

  it('is never live for history: a newest tick more than 60 s older than its arrival', async () => {
    const live = new Live();
    await live.moveTo(60_051);
    await live.give(tickAt(50));
    expect(live.waitsFor_ms).toEqual([]);
    await live.moveTo(500_000);
    expect(live.written).toEqual(['mark -2']);
    await live.end();
    expect(live.written).toEqual(['mark -2', 'A 0', 'mark 1']);
  });

  it('is live where the newest tick is exactly 60 s old, and becomes live when history catches up', async () => {
    const exactly = new Live();
    await exactly.moveTo(60_050);
    await exactly.give(tickAt(50));
    expect(exactly.waitsFor_ms).toEqual([63_050]);
    await exactly.end();

    const live = new Live();
    await live.moveTo(500_000);
    await live.give(tickAt(0));
    expect(live.waitsFor_ms).toEqual([]);
    await live.give(tickAt(499_900));
    expect(live.waitsFor_ms).toEqual([503_000]);
    await live.end();
  });

  it('does not wait for anything before its first tick', async () => {
    const live = new Live();
    await live.give(Buffer.from('not a tick\n'));
    expect(live.waitsFor_ms).toEqual([]);
    expect(live.written).toEqual([]);
    await live.end();
    expect(live.written).toEqual([]);
  });
});

describe('bars1s without --live', () => {
  it('never looks at the clock and writes no marks', async () => {
    const live = new Live({ live: false });
    await live.give(tickAt(0));
    expect(live.waitsFor_ms).toEqual([]);
    await live.moveTo(100_000);
    expect(live.written).toEqual([]);
    await live.end();
    expect(live.written).toEqual(['A 0']);
  });
});

describe('--max-future', () => {
  it('refuses a tick that is later than its arrival by more than this, and lets it close nothing', () => {
    const chunks = [tickAt(0), tickAt(60_000), tickAt(60_001), tickAt(1)];
    const result = run(makeBars1s({ 'max-future': 60e9 }), chunks, START_MS);
    expect(reasonsOf(result)).toEqual(['future_timestamp event_ts', 'late']);
    const closedByRefused = run(makeBars1s({ 'max-future': 60e9 }), [tickAt(0), tickAt(60_001), tickAt(1)], START_MS);
    expect(countsOf(closedByRefused)).toMatchObject({ used: 2, late: 0, rejected: 1, rejectedBy: { future_timestamp: 1 } });
  });

  it('is exact to the nanosecond', () => {
    const next = Buffer.from(tickAt(60_000).toString('utf8').replace('000000,', '000001,'));
    expect(run(makeBars1s({ 'max-future': 60e9 }), [tickAt(60_000)], START_MS).counts.used).toBe(1);
    expect(reasonsOf(run(makeBars1s({ 'max-future': 60e9 }), [next], START_MS))).toEqual(['future_timestamp event_ts']);
  });

  it('is off for synthetic time', () => {
    expect(run(makeBars1s({ 'max-future': 'off' }), [tickAt(1e12)], 0).counts.used).toBe(1);
  });
});
