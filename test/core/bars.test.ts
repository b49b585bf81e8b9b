import { describe, expect, it } from 'vitest';
import { BarBuilder } from '../../src/lib/core/bars.js';
import { CapacityError } from '../../src/lib/core/capacity.js';
import type { Tick } from '../../src/lib/core/model/model.js';
import { barText, tick } from '../support/records.js';

/** A builder with what it has emitted. */
function build(grace_s: number): { builder: BarBuilder; bars: string[]; add: (...ticks: Tick[]) => string[] } {
  const bars: string[] = [];
  const builder = new BarBuilder(grace_s * 1e9, (bar) => bars.push(barText(bar)));
  return { builder, bars, add: (...ticks) => ticks.map((next) => builder.add(next)) };
}

/** Symbol and start of each bar. */
function names(bars: readonly string[]): string[] {
  return bars.map((text) => text.replace(/^(.+) 1s (\d+):.*$/, '$1 $2'));
}

describe('when a second closes', () => {
  it('closes with the first tick that is later than its end by the grace, to the nanosecond', () => {
    const { builder, bars, add } = build(2);
    add(tick('A', '100.5'), tick('A', '102.999999999'));
    expect(builder.closedThrough_s).toBe(100);
    expect(bars).toEqual([]);
    add(tick('A', '103'));
    expect(builder.closedThrough_s).toBe(101);
    expect(names(bars)).toEqual(['A 100']);
  });

  it('counts a grace of a part of a second to the nanosecond', () => {
    const { builder, bars, add } = build(1.5);
    add(tick('A', '100'), tick('A', '102.499999999'));
    expect(builder.closedThrough_s).toBe(100);
    add(tick('A', '102.5'));
    expect(builder.closedThrough_s).toBe(101);
    expect(names(bars)).toEqual(['A 100']);
  });

  it('closes a second with the first tick behind it where there is no grace', () => {
    const { bars, add } = build(0);
    add(tick('A', '100.999999999'));
    expect(bars).toEqual([]);
    add(tick('A', '101'));
    expect(names(bars)).toEqual(['A 100']);
  });

  it('closes all seconds that one tick has left behind, and writes no bar for a second without a trade', () => {
    const { builder, bars, add } = build(2);
    add(tick('A', '100'), tick('A', '101'), tick('A', '104'), tick('A', '200'));
    expect(builder.closedThrough_s).toBe(198);
    expect(names(bars)).toEqual(['A 100', 'A 101', 'A 104']);
  });

  it('closes the seconds of every symbol with a tick of any symbol', () => {
    const { bars, add } = build(0);
    add(tick('A', '100'), tick('B', '101'));
    expect(names(bars)).toEqual(['A 100']);
  });

  it('is not set back by an older tick', () => {
    const { builder, add } = build(10);
    add(tick('A', '120'), tick('A', '115'));
    expect(builder.closedThrough_s).toBe(110);
  });
});

describe('late ticks', () => {
  it('are those whose second is closed; the next second is still open', () => {
    const { builder, add } = build(2);
    add(tick('A', '100'), tick('A', '104'));
    expect(builder.closedThrough_s).toBe(102);
    expect(add(tick('A', '101.999999999'), tick('A', '102'))).toEqual(['late', 'used']);
  });

  it('are late whether or not that bar ever existed', () => {
    const { bars, add } = build(0);
    expect(add(tick('A', '100'), tick('A', '105'), tick('B', '103'), tick('A', '103'), tick('B', '50'))).toEqual([
      'used',
      'used',
      'late',
      'late',
      'late',
    ]);
    expect(names(bars)).toEqual(['A 100']);
  });

  it('are judged from the first tick on, by the grace', () => {
    const { add } = build(2);
    expect(add(tick('A', '100.5'), tick('A', '97.999999999'), tick('A', '98'))).toEqual(['used', 'late', 'used']);
  });

  it('are added to nothing', () => {
    const { builder, bars, add } = build(1);
    add(tick('A', '100', { vol: '5' }), tick('A', '102', { vol: '7' }), tick('A', '100.5', { vol: '100', ltp: 99 }));
    builder.closeAll();
    expect(bars).toEqual(['A 1s 100: 10 10 10 10 vol 5 n 1', 'A 1s 102: 10 10 10 10 vol 7 n 1']);
  });

  it('are late before they are duplicates', () => {
    const { add } = build(2);
    add(tick('A', '103', { id: 'x' }));
    expect(add(tick('A', '100', { id: 'x' }))).toEqual(['late']);
  });

  it('leave their id free', () => {
    const { add } = build(2);
    add(tick('A', '103'));
    expect(add(tick('A', '100', { id: 'x' }), tick('A', '103', { id: 'x' }))).toEqual(['late', 'used']);
  });
});

describe('duplicates', () => {
  it('are ticks whose id was seen before in an open bar of their symbol, whatever else they say', () => {
    const { builder, bars, add } = build(10);
    expect(
      add(
        tick('A', '100', { id: '1', ltp: 10 }),
        tick('A', '100', { id: '1', ltp: 10 }),
        tick('A', '103', { id: '1', ltp: 50, vol: '9' }),
        tick('A', '100', { id: '2', ltp: 11 }),
      ),
    ).toEqual(['used', 'duplicate', 'duplicate', 'used']);
    builder.closeAll();
    expect(bars).toEqual(['A 1s 100: 10 11 10 11 vol 2 n 2']);
  });

  it('are not found across symbols', () => {
    const { add } = build(2);
    expect(add(tick('A', '100', { id: '1' }), tick('B', '100', { id: '1' }))).toEqual(['used', 'used']);
  });

  it('do not exist without an id: the same trade twice is two trades', () => {
    const { builder, bars, add } = build(2);
    expect(add(tick('A', '100'), tick('A', '100'))).toEqual(['used', 'used']);
    builder.closeAll();
    expect(bars).toEqual(['A 1s 100: 10 10 10 10 vol 2 n 2']);
  });

  it('do not raise the watermark', () => {
    const { builder, bars, add } = build(2);
    add(tick('A', '100', { id: '1' }));
    expect(add(tick('A', '500', { id: '1' }))).toEqual(['duplicate']);
    expect(builder.closedThrough_s).toBe(98);
    expect(builder.newestEvent_ms).toBe(100_000);
    expect(bars).toEqual([]);
  });

  it('are known until the bar of the first one closes, and then no longer', () => {
    const { add } = build(2);
    add(tick('A', '100', { id: '1' }), tick('A', '101', { id: '2' }));
    expect(add(tick('A', '102.5', { id: '1' }))).toEqual(['duplicate']);
    add(tick('A', '103'));
    expect(add(tick('A', '103', { id: '1' }), tick('A', '103', { id: '2' }))).toEqual(['used', 'duplicate']);
  });

  it('are known again where the id is used again', () => {
    const { add } = build(0);
    expect(
      add(tick('A', '100', { id: '1' }), tick('A', '101'), tick('A', '101', { id: '1' }), tick('A', '101', { id: '1' })),
    ).toEqual(['used', 'used', 'used', 'duplicate']);
  });
});

describe('prices of a bar', () => {
  it('opens with the earliest and closes with the latest time, in whatever order they arrive', () => {
    const { builder, bars, add } = build(5);
    add(
      tick('A', '100.5', { ltp: 5 }),
      tick('A', '100.9', { ltp: 9 }),
      tick('A', '100.1', { ltp: 1 }),
      tick('A', '100.7', { ltp: 12 }),
      tick('A', '100.3', { ltp: -3 }),
    );
    builder.closeAll();
    expect(bars).toEqual(['A 1s 100: 1 12 -3 9 vol 5 n 5']);
  });

  it('opens with the first arrival among equal times and closes with the last one', () => {
    const { builder, bars, add } = build(5);
    for (const ltp of [7, 3, 5]) add(tick('A', '100.5', { ltp }));
    builder.closeAll();
    expect(bars).toEqual(['A 1s 100: 7 7 3 5 vol 3 n 3']);
  });

  it('keeps the open against a later arrival of the same earliest time, and the close against an earlier time', () => {
    const { builder, bars, add } = build(5);
    add(tick('A', '100.2', { ltp: 20 }), tick('A', '100.1', { ltp: 10 }), tick('A', '100.1', { ltp: 11 }));
    add(tick('A', '100.2', { ltp: 21 }), tick('A', '100.15', { ltp: 15 }));
    builder.closeAll();
    expect(bars).toEqual(['A 1s 100: 10 21 10 21 vol 5 n 5']);
  });
});

describe('volume of a bar', () => {
  it('is the exact decimal sum', () => {
    const { builder, bars, add } = build(1);
    for (const vol of ['0.1', '0.2', '0.00000001', '999999999999999', '0']) add(tick('A', '100', { vol }));
    builder.closeAll();
    expect(bars).toEqual(['A 1s 100: 10 10 10 10 vol 999999999999999.30000001 n 5']);
  });
});

describe('order of bars', () => {
  it('is by time, then by the bytes of the symbol', () => {
    const { bars, add } = build(5);
    for (const symbol of ['b', 'A-1', 'Z', 'A', 'a', '9', 'A 1', 'A_']) add(tick(symbol, '101'), tick(symbol, '100'));
    add(tick('Z', '200'));
    const symbols = ['9', 'A', 'A 1', 'A-1', 'A_', 'Z', 'a', 'b'];
    expect(names(bars)).toEqual([...symbols.map((symbol) => `${symbol} 100`), ...symbols.map((symbol) => `${symbol} 101`)]);
  });
});

describe('closing by hand', () => {
  it('closes what ends at or before the time, once, and says whether that was news', () => {
    const { builder, bars, add } = build(60);
    add(tick('A', '100'), tick('A', '101'));
    expect(builder.closeThrough(101)).toBe(true);
    expect(names(bars)).toEqual(['A 100']);
    expect(builder.closeThrough(101)).toBe(false);
    expect(builder.closeThrough(50)).toBe(false);
    expect(builder.closedThrough_s).toBe(101);
    expect(add(tick('B', '100.5'), tick('B', '101'))).toEqual(['late', 'used']);
  });

  it('closes everything at the end and nothing where nothing is open', () => {
    const { builder, bars, add } = build(60);
    builder.closeAll();
    expect(builder.closedThrough_s).toBe(-Infinity);
    expect(builder.newestEvent_ms).toBe(-Infinity);
    add(tick('A', '100'), tick('B', '107'));
    builder.closeAll();
    expect(names(bars)).toEqual(['A 100', 'B 107']);
    expect(builder.closedThrough_s).toBe(108);
    builder.closeAll();
    expect(bars).toHaveLength(2);
  });

  it('knows the newest event time in ms', () => {
    const { builder, add } = build(60);
    add(tick('A', '100.25'), tick('A', '100.125'));
    expect(builder.newestEvent_ms).toBe(100_250);
  });
});

describe('limits', () => {
  it('remembers 1,000,000 trade ids, and stops at one more rather than forget one', () => {
    const { builder, add } = build(2);
    const next = tick('A', '100');
    for (let id = 0; id < 1_000_000; id++) builder.add({ ...next, symbol: `S${id % 1000}`, trade_id: String(id) });
    expect(add(tick('S1', '100', { id: '1' }))).toEqual(['duplicate']);
    expect(add(tick('A', '100'))).toEqual(['used']);
    expect(() => builder.add(tick('A', '100', { id: 'more' }))).toThrow(CapacityError);
    expect(() => builder.add(tick('A', '100', { id: 'more' }))).toThrow(/more than 1,000,000 trade ids/);
  });

  it('has room for ids again when their bars are closed', () => {
    const { builder, add } = build(2);
    for (let id = 0; id < 1_000_000; id++) builder.add({ ...tick('A', '100'), trade_id: String(id) });
    add(tick('A', '103'));
    expect(add(tick('A', '103', { id: 'more' }), tick('A', '103', { id: '5' }))).toEqual(['used', 'used']);
  });
});
