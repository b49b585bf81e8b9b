import { describe, expect, it } from 'vitest';
import type { Venue } from '../../src/lib/venues/venue.js';
import { frameOf, instant, readingOf, tradeVenue } from '../support/venues.js';

const OPENED = '1700000100.25';

/** Whether a trade of this time, ns, is repeated on a connection that opened at `OPENED`. */
function isRepeated(venue: Venue, event_ts: string): boolean {
  const text = `{"e":"trade","s":"A","T":${event_ts},"p":1,"q":1}`;
  const reading = readingOf(venue, frameOf(text, { opened: instant(OPENED) }));
  expect(reading).toHaveLength(1);
  return reading[0]?.startsWith('repeated ') === true;
}

const byAge = (older_than: string): Venue => tradeVenue({ event_ts: { at: '/T', unit: 'ns' }, snapshot: { older_than } });

describe('a trade that is older than the connection', () => {
  it('is repeated where it is older by more than the duration, to the nanosecond', () => {
    const venue = byAge('2s');
    expect(isRepeated(venue, '1700000098249999999')).toBe(true);
    expect(isRepeated(venue, '1700000098250000000')).toBe(false);
    expect(isRepeated(venue, '1700000098250000001')).toBe(false);
  });

  it.each([
    ['1ns', '1700000100249999998', '1700000100249999999'],
    ['250ms', '1700000099999999999', '1700000100000000000'],
    ['15m', '1699999200249999999', '1699999200250000000'],
    ['90d', '1692224100249999999', '1692224100250000000'],
  ])('by more than %s', (older_than, repeated, kept) => {
    expect(isRepeated(byAge(older_than), repeated)).toBe(true);
    expect(isRepeated(byAge(older_than), kept)).toBe(false);
  });

  it('is repeated however old it is', () => {
    expect(isRepeated(byAge('2s'), '94694400000000000')).toBe(true);
  });

  it('is not repeated where it is of the same time or younger', () => {
    for (const event_ts of ['1700000100250000000', '1700000500000000000', '4102444799000000000']) {
      expect(isRepeated(byAge('2s'), event_ts)).toBe(false);
    }
  });

  it('is measured by the opening of its own connection, not by its arrival', () => {
    const venue = byAge('2s');
    const text = '{"e":"trade","s":"A","T":1700000000000000000,"p":1,"q":1}';
    const at = (opened: string, received: string): string[] | string =>
      readingOf(venue, frameOf(text, { opened: instant(opened), received: instant(received) }));
    expect(at('1700000002', '1700009999')[0]).not.toContain('repeated');
    expect(at('1700000002.000000001', '1700000002.1')[0]).toContain('repeated');
  });

  it('is refused where it is no tick', () => {
    const frame = frameOf('{"e":"trade","s":"A","T":1600000000000000000,"p":"x","q":1}');
    expect(readingOf(byAge('2s'), frame)).toEqual(['wrong_type ltp']);
  });

  it('is not repeated without a rule', () => {
    expect(isRepeated(tradeVenue({ event_ts: { at: '/T', unit: 'ns' } }), '94694400000000000')).toBe(false);
  });

  it.each(['', '2 s', 'x', '0s', '-1s', '105d'])('needs a duration, which %j is not', (older_than) => {
    expect(() => byAge(older_than)).toThrow(
      `v.yaml: snapshot.older_than "${older_than}" is not a duration such as 250ms, 2s or 15m`,
    );
  });
});

describe('a kind of frame that is always a snapshot', () => {
  it('has repeated trades only, whatever their time', () => {
    const venue = tradeVenue({ event_ts: { at: '/T', unit: 'ns' }, snapshot: 'always' });
    for (const event_ts of ['94694400000000000', '1700000100250000000', '4102444799000000000']) {
      expect(isRepeated(venue, event_ts)).toBe(true);
    }
  });
});

describe('cumulative volumes', () => {
  const CUMULATIVE = { event_ts: { at: '/T', unit: 's' }, vol: { cumulative: '/v' } };

  /** Volumes of the ticks of these trades: symbol, time in s, volume so far. */
  function volumes(venue: Venue, trades: readonly (readonly [symbol: string, s: number, v: string])[]): string[] {
    return trades.map(([symbol, s, v]) => {
      const [line = ''] = readingOf(venue, `{"e":"trade","s":"${symbol}","T":${s},"p":1,"v":${v}}`);
      return /"vol":([\d.]+)/.exec(line)?.[1] ?? line;
    });
  }

  it('become the growth of the running maximum of a symbol', () => {
    expect(
      volumes(tradeVenue(CUMULATIVE), [
        ['A', 1_700_000_000, '"100.5"'],
        ['A', 1_700_000_001, '100.50000001'],
        ['B', 1_700_000_001, '7'],
        ['A', 1_700_000_002, '90'],
        ['A', 1_700_000_003, '102'],
        ['B', 1_700_000_004, '7.25'],
      ]),
    ).toEqual(['0', '0.00000001', '0', '0', '1.49999999', '0.25']);
  });

  it('begin again with the day of the zone', () => {
    const midnight_s = Date.parse('2023-11-14T18:30:00Z') / 1000;
    const trades = [-1, 0, 1].map((offset_s, index) => ['A', midnight_s + offset_s, `${index + 5}`] as const);
    expect(volumes(tradeVenue(CUMULATIVE, { zone: 'Asia/Kolkata' }), trades)).toEqual(['0', '0', '1']);
    expect(volumes(tradeVenue(CUMULATIVE), trades)).toEqual(['0', '1', '1']);
  });

  it('may be a field of the frame, and have bounds like others', () => {
    const venue = tradeVenue({ at: '/d', event_ts: { at: '/T', unit: 's' }, vol: { cumulative: { frame: '/v' } } });
    const read = (v: string): string[] | string => readingOf(venue, `{"e":"trade","v":${v},"d":{"s":"A","T":1700000000,"p":1}}`);
    expect(read('5')).toEqual(['{"symbol":"A","event_ts":1700000000000000000,"ltp":1,"vol":0}']);
    expect(read('8')).toEqual(['{"symbol":"A","event_ts":1700000000000000000,"ltp":1,"vol":3}']);
    expect(read('-1')).toEqual(['out_of_bounds vol']);
    expect(read('null')).toEqual(['missing_field vol']);
    expect(read('9')).toEqual(['{"symbol":"A","event_ts":1700000000000000000,"ltp":1,"vol":1}']);
  });

  it('do not grow by a trade that is refused', () => {
    const trades = [
      ['A', 1_700_000_000, '5'],
      ['A', 5, '7'],
      ['A', 1_700_000_001, '9'],
    ] as const;
    expect(volumes(tradeVenue(CUMULATIVE), trades)).toEqual(['0', 'timestamp_range event_ts', '4']);
  });
});
