import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Refusal, Tick } from '../../src/lib/core/model/model.js';
import { type Field, FIELDS } from '../../src/lib/formats/column-map.js';
import { type Cell, decodeRow, NOT_TEXT } from '../../src/lib/formats/row-decoder.js';
import { type TimeUnit, UTC } from '../../src/lib/formats/time-text.js';
import { TimeZone } from '../../src/lib/formats/time-zone.js';
import { refusalText } from '../support/decoding.js';
import { toE8 } from '../support/volumes.js';

type Row = Readonly<Partial<Record<Field, Cell>>>;

const GOOD: Row = { symbol: 'A', event_ts: '1700000000', ltp: '10', vol: '2' };

/** A good row with other cells, as a tick or a refusal. */
function decode(changes: Row, unit: TimeUnit = 's', zone = UTC): Tick | Refusal {
  const row = { ...GOOD, ...changes };
  return decodeRow((field) => row[field], unit, zone);
}

describe('a row', () => {
  it.each(['constructor', '__proto__', 'toString'])('has no side %s', (side) => {
    expect(decode({ side })).toEqual({ reason: 'out_of_bounds', detail: 'side' });
  });

  it('is a tick with every field', () => {
    const row = { event_ts: '1700000000.123456789', ltp: '-1.5', vol: '2.00000001', trade_id: 'x', side: 'buy' };
    expect(decode(row)).toEqual({
      symbol: 'A',
      event_s: 1_700_000_000,
      event_ns: 123_456_789,
      ltp: -1.5,
      vol_units: 2,
      vol_e8: 1,
      trade_id: 'x',
      side: 'buy',
    });
  });

  it('needs neither id nor side', () => {
    expect(decode({})).toMatchObject({ trade_id: undefined, side: undefined });
  });

  it('has its time in the unit and the zone that are given', () => {
    expect(decode({ event_ts: '1700000000123' }, 'ms')).toMatchObject({ event_s: 1_700_000_000, event_ns: 123_000_000 });
    expect(decode({ event_ts: '2021-04-08 09:15:00' }, 'iso', new TimeZone('Asia/Kolkata'))).toMatchObject({
      event_s: 1_617_853_500,
    });
  });

  it.each([
    ['buy', 'buy'],
    ['BUY', 'buy'],
    ['b', 'buy'],
    ['B', 'buy'],
    ['Sell', 'sell'],
    ['s', 'sell'],
  ])('has the side %s as %s', (text, side) => {
    expect(decode({ side: text })).toMatchObject({ side });
  });

  it.each([
    ['+1.50', 1.5],
    ['.5', 0.5],
    ['1.', 1],
    ['6.38E-6', 0.00000638],
    ['-0', 0],
    ['00012.30', 12.3],
    ['999999999999.5', 999999999999.5],
    ['-1e-18', -1e-18],
    ['0e999', 0],
  ])('has the price %s as %d', (text, ltp) => {
    expect(decode({ ltp: text })).toMatchObject({ ltp });
  });

  it.each([
    ['+2', 200_000_000n],
    ['.25', 25_000_000n],
    ['3.', 300_000_000n],
    ['1e2', 10_000_000_000n],
    ['-0.0', 0n],
    ['0.00000001', 1n],
    ['007', 700_000_000n],
    ['999999999999999', 99_999_999_999_999_900_000_000n],
    ['1.000000000000000000', 100_000_000n],
  ])('has the volume %s, exactly', (text, vol_e8) => {
    const row = decode({ vol: text }) as Tick;
    expect(toE8(row.vol_units, row.vol_e8)).toBe(vol_e8);
  });
});

describe('a row is refused', () => {
  it.each<[string, Row]>([
    ['missing_field symbol', { symbol: undefined }],
    ['wrong_type symbol', { symbol: NOT_TEXT }],
    ['out_of_bounds symbol', { symbol: ' A' }],
    ['out_of_bounds symbol', { symbol: '-A' }],
    ['out_of_bounds symbol', { symbol: 'A'.repeat(65) }],
    ['missing_field event_ts', { event_ts: undefined }],
    ['wrong_type event_ts', { event_ts: NOT_TEXT }],
    ['wrong_type event_ts', { event_ts: 'noon' }],
    ['wrong_type event_ts', { event_ts: '2024-01-02' }],
    ['missing_field ltp', { ltp: undefined }],
    ['wrong_type ltp', { ltp: NOT_TEXT }],
    ['wrong_type ltp', { ltp: '1,5' }],
    ['wrong_type ltp', { ltp: '1_000' }],
    ['wrong_type ltp', { ltp: '0x10' }],
    ['wrong_type ltp', { ltp: 'Infinity' }],
    ['wrong_type ltp', { ltp: '.' }],
    ['wrong_type ltp', { ltp: ' 1' }],
    ['out_of_bounds ltp', { ltp: '1e12' }],
    ['out_of_bounds ltp', { ltp: '-1e400' }],
    ['out_of_bounds ltp', { ltp: '9e-19' }],
    ['missing_field vol', { vol: undefined }],
    ['wrong_type vol', { vol: NOT_TEXT }],
    ['wrong_type vol', { vol: '1k' }],
    ['out_of_bounds vol', { vol: '-1' }],
    ['out_of_bounds vol', { vol: '0.000000001' }],
    ['out_of_bounds vol', { vol: '1e15' }],
    ['out_of_bounds vol', { vol: '1234567890.123456' }],
    ['wrong_type trade_id', { trade_id: NOT_TEXT }],
    ['out_of_bounds trade_id', { trade_id: 'x'.repeat(65) }],
    ['wrong_type side', { side: NOT_TEXT }],
    ['out_of_bounds side', { side: 'up' }],
    ['timestamp_range event_ts', { event_ts: '94694399.999999999' }],
    ['timestamp_range event_ts', { event_ts: '4102444800' }],
    ['timestamp_range event_ts', { event_ts: '-1700000000' }],
    ['timestamp_range event_ts', { event_ts: '1700000000000000000' }],
  ])('as %s: %o', (expected, changes) => {
    expect(refusalText(decode(changes))).toBe(expected);
  });

  it('not at the ends of the range of times', () => {
    for (const event_ts of ['94694400', '4102444799.999999999'])
      expect(refusalText(decode({ event_ts })), event_ts).toBe('taken');
  });

  it('not with an id of 64 characters, whatever they are', () => {
    for (const trade_id of ['x'.repeat(64), '😀'.repeat(64)]) expect(decode({ trade_id })).toMatchObject({ trade_id });
  });

  it('for the first field that is wrong, and for the range of its time last', () => {
    const wrong: Readonly<Record<Field, readonly Cell[]>> = {
      symbol: [undefined, NOT_TEXT, '-'],
      event_ts: [undefined, NOT_TEXT, 'x'],
      ltp: [undefined, NOT_TEXT, 'x', '1e12'],
      vol: [undefined, NOT_TEXT, 'x', '-1'],
      trade_id: [NOT_TEXT, 'x'.repeat(65)],
      side: [NOT_TEXT, 'x'],
    };
    const badCells = Object.fromEntries(FIELDS.map((field) => [field, fc.constantFrom(...wrong[field])]));
    fc.assert(
      fc.property(fc.record(badCells, { requiredKeys: [] }), fc.boolean(), (changes: Row, isEarly) => {
        const first = FIELDS.find((field) => field in changes);
        const row: Row = isEarly && !('event_ts' in changes) ? { ...changes, event_ts: '1' } : changes;
        const expected = first ?? (isEarly ? 'event_ts' : undefined);
        const result = decode(row);
        expect('reason' in result ? result.detail : undefined).toBe(expected);
        expect('reason' in result && result.reason === 'timestamp_range').toBe(first === undefined && isEarly);
      }),
      { numRuns: 1000 },
    );
  });
});
