import { describe, expect, it } from 'vitest';
import { Aggregator } from '../../src/lib/core/agg.js';
import type { Bar, Outcome } from '../../src/lib/core/model/model.js';
import { bar, barText } from '../support/records.js';

const OUT_OF_ORDER = { reason: 'out_of_order', detail: 'ts' };

/** An aggregator with what it has emitted. */
function aggregate(...targets_s: number[]): { agg: Aggregator; bars: string[]; add: (...bars: Bar[]) => Outcome[] } {
  const bars: string[] = [];
  const agg = new Aggregator(targets_s, (next) => bars.push(barText(next)));
  return { agg, bars, add: (...next) => next.map((one) => agg.add(one)) };
}

function names(bars: readonly string[]): string[] {
  return bars.map((text) => text.replace(/:.*$/, ''));
}

describe('a coarser bar', () => {
  it('has the first open, the last close, the extremes and the sums', () => {
    const { agg, bars, add } = aggregate(60);
    add(
      bar('A', 120, { o: 5, h: 7, l: 4, c: 6, vol: '0.1', n_trades: 2 }),
      bar('A', 121, { o: 6, h: 9, l: 5, c: 8, vol: '0.2', n_trades: 3 }),
      bar('A', 179, { o: 8, h: 8, l: 1, c: 2, vol: '999999999999999999.5', n_trades: 1 }),
    );
    agg.closeAll();
    expect(bars).toEqual(['A 1m 120: 5 9 1 2 vol 999999999999999999.8 n 6']);
  });

  it('is aligned to the epoch, wherever the input begins', () => {
    const { agg, bars, add } = aggregate(900);
    add(bar('A', 1799), bar('A', 1800));
    agg.closeAll();
    expect(names(bars)).toEqual(['A 15m 900', 'A 15m 1800']);
  });

  it('does not exist where there was no finer bar', () => {
    const { agg, bars, add } = aggregate(60);
    add(bar('A', 0), bar('A', 600));
    agg.closeAll();
    expect(names(bars)).toEqual(['A 1m 0', 'A 1m 600']);
  });

  it('leaves the bars that it was made of as they were', () => {
    const { agg, add } = aggregate(60, 900);
    const first = bar('A', 0, { vol: '1.5' });
    add(first, bar('A', 1, { h: 50, vol: '2' }));
    agg.closeAll();
    expect(barText(first)).toBe('A 1s 0: 10 10 10 10 vol 1.5 n 1');
  });
});

describe('closing', () => {
  it('happens with the first bar that starts at the end of the window', () => {
    const { agg, bars, add } = aggregate(60);
    add(bar('A', 0), bar('B', 59));
    expect(bars).toEqual([]);
    add(bar('B', 60));
    expect(names(bars)).toEqual(['A 1m 0', 'B 1m 0']);
    expect(agg.closedThrough_s).toBe(60);
  });

  it('happens with a mark at the end of the window', () => {
    const { agg, bars, add } = aggregate(60);
    add(bar('A', 0));
    expect(agg.closeThrough(59)).toBe(true);
    expect(bars).toEqual([]);
    expect(agg.closeThrough(60)).toBe(true);
    expect(names(bars)).toEqual(['A 1m 0']);
    expect(agg.closeThrough(60)).toBe(false);
    expect(agg.closeThrough(30)).toBe(false);
    expect(agg.closedThrough_s).toBe(60);
  });

  it('happens at the end of input, once', () => {
    const { agg, bars, add } = aggregate(60, 900);
    agg.closeAll();
    expect(agg.closedThrough_s).toBe(-Infinity);
    add(bar('A', 0));
    agg.closeAll();
    expect(names(bars)).toEqual(['A 1m 0', 'A 15m 0']);
    agg.closeAll();
    expect(bars).toHaveLength(2);
  });

  it('writes by close time, then timeframe, then the bytes of the symbol', () => {
    const { agg, bars, add } = aggregate(300, 60, 180, 60);
    for (const ts of [0, 120, 240]) add(bar('b', ts), bar('B', ts), bar('a', ts));
    agg.closeThrough(900);
    const three = (tf: string, ts: number): string[] => ['B', 'a', 'b'].map((symbol) => `${symbol} ${tf} ${ts}`);
    expect(names(bars)).toEqual([
      ...three('1m', 0),
      ...three('1m', 120),
      ...three('3m', 0),
      ...three('1m', 240),
      ...three('5m', 0),
      ...three('3m', 180),
    ]);
  });
});

describe('bars that are not used', () => {
  it('are duplicates where the ts of the symbol repeats, whatever the prices', () => {
    const { add } = aggregate(60);
    expect(add(bar('A', 5), bar('A', 5, { h: 99 }), bar('B', 5))).toEqual(['used', 'duplicate', 'used']);
  });

  it('are duplicates also where the window has closed since', () => {
    const { agg, add } = aggregate(60);
    add(bar('A', 5));
    agg.closeThrough(60);
    expect(add(bar('A', 5))).toEqual(['duplicate']);
  });

  it('are out of order where they are older than the last of their symbol, in an open window', () => {
    const { add } = aggregate(60);
    expect(add(bar('A', 5), bar('A', 4), bar('B', 4), bar('A', 6))).toEqual(['used', OUT_OF_ORDER, 'used', 'used']);
  });

  it('are late where their window is closed, for a symbol that was seen and for one that was not', () => {
    const { add } = aggregate(60);
    expect(add(bar('A', 58), bar('B', 60), bar('A', 57), bar('A', 59), bar('C', 59), bar('C', 60))).toEqual([
      'used',
      'used',
      'late',
      'late',
      'late',
      'used',
    ]);
  });

  it('are late behind a mark', () => {
    const { agg, add } = aggregate(60);
    agg.closeThrough(120);
    expect(add(bar('A', 119), bar('A', 120))).toEqual(['late', 'used']);
  });

  it('are late for all timeframes where one of them is closed', () => {
    const { agg, bars, add } = aggregate(60, 900);
    expect(add(bar('A', 0), bar('A', 60), bar('B', 59))).toEqual(['used', 'used', 'late']);
    agg.closeAll();
    expect(names(bars)).toEqual(['A 1m 0', 'A 1m 60', 'A 15m 0']);
  });

  it('are added to nothing', () => {
    const { agg, bars, add } = aggregate(60);
    add(bar('A', 5), bar('A', 5, { h: 99 }), bar('A', 4, { l: -99 }));
    agg.closeAll();
    expect(bars).toEqual(['A 1m 0: 10 10 10 10 vol 1 n 1']);
  });
});

describe('sums that would leave their bounds', () => {
  const MOST = '1701411834604692317316873037158.84105727';

  it('refuse the bar whose volume is too much, and take the next that fits', () => {
    const { agg, bars, add } = aggregate(60);
    expect(add(bar('A', 0, { vol: MOST }), bar('A', 1, { vol: '0.00000001' }), bar('A', 2, { vol: '0' }))).toEqual([
      'used',
      { reason: 'out_of_bounds', detail: 'vol' },
      'used',
    ]);
    agg.closeAll();
    expect(bars).toEqual([`A 1m 0: 10 10 10 10 vol ${MOST} n 2`]);
  });

  it('refuse the bar whose trades are too many', () => {
    const { agg, bars, add } = aggregate(60);
    const most = Number.MAX_SAFE_INTEGER;
    expect(add(bar('A', 0, { n_trades: most - 1 }), bar('A', 1, { n_trades: 2 }), bar('A', 2, { n_trades: 1 }))).toEqual([
      'used',
      { reason: 'out_of_bounds', detail: 'n_trades' },
      'used',
    ]);
    agg.closeAll();
    expect(bars).toEqual([`A 1m 0: 10 10 10 10 vol 2 n ${most}`]);
  });

  it('refuse the bar for every timeframe where one is full', () => {
    const { agg, bars, add } = aggregate(60, 900);
    expect(add(bar('A', 0, { vol: MOST }), bar('A', 60, { vol: '1' }))).toEqual([
      'used',
      { reason: 'out_of_bounds', detail: 'vol' },
    ]);
    agg.closeAll();
    expect(names(bars)).toEqual(['A 1m 0', 'A 15m 0']);
  });

  it('do not let the refused bar close anything', () => {
    const { agg, add } = aggregate(60, 900);
    add(bar('A', 0, { vol: MOST }), bar('A', 60, { vol: '1' }));
    expect(agg.closedThrough_s).toBe(0);
  });
});
