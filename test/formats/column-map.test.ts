import { describe, expect, it } from 'vitest';
import { FIELDS, parseColumnMap, PRESETS, requiredColumns } from '../../src/lib/formats/column-map.js';

/** A map of everything that is needed; a field that is given replaces its entry. */
function mapOf(fields: Readonly<Record<string, string>> = {}): string {
  const all: Record<string, string> = { symbol: 's', event_ts: 't', ltp: 'p', vol: 'v', ...fields };
  return Object.entries(all)
    .map(([field, origin]) => `${field}=${origin}`)
    .join(',');
}

function originOf(field: string, origin: string): unknown {
  return (parseColumnMap(mapOf({ [field]: origin })).origins as Record<string, unknown>)[field];
}

describe('a column map', () => {
  it('names a column for each field, in ns and with single volumes where it says nothing else', () => {
    expect(parseColumnMap('symbol=s,event_ts=t,ltp=p,vol=v')).toEqual({
      origins: {
        symbol: { from: 'column', column: 's', isOptional: false },
        event_ts: { from: 'column', column: 't', isOptional: false },
        ltp: { from: 'column', column: 'p', isOptional: false },
        vol: { from: 'column', column: 'v', isOptional: false },
      },
      timeUnit: 'ns',
      isCumulative: false,
    });
  });

  it('takes its fields in any order', () => {
    expect(parseColumnMap('vol=v,ltp=p,event_ts=t,symbol=s')).toEqual(parseColumnMap(mapOf()));
  });

  it.each(FIELDS)('may map %s', (field) => {
    expect(originOf(field, 'x')).toEqual({ from: 'column', column: 'x', isOptional: false });
  });

  it.each([
    ['a column', 'price', { from: 'column', column: 'price', isOptional: false }],
    ['a column with spaces', 'last price', { from: 'column', column: 'last price', isOptional: false }],
    ['a column with a colon', 'a:b', { from: 'column', column: 'a:b', isOptional: false }],
    ['a column with an equals sign', 'a=b', { from: 'column', column: 'a=b', isOptional: false }],
    ['a column that may be missing', 'id?', { from: 'column', column: 'id', isOptional: true }],
    ['a column with a question mark that may be missing', 'id??', { from: 'column', column: 'id?', isOptional: true }],
    ['a constant', '=BTCUSD', { from: 'constant', value: 'BTCUSD' }],
    ['a constant with a question mark', '=what?', { from: 'constant', value: 'what?' }],
    ['a constant that looks like @file', '=@file', { from: 'constant', value: '@file' }],
    ['the name of the file', '@file', { from: 'file' }],
    ['a column that is named almost so', '@files', { from: 'column', column: '@files', isOptional: false }],
  ])('takes %s', (_, text, expected) => {
    expect(originOf('symbol', text)).toEqual(expected);
  });

  it.each(['s', 'ms', 'us', 'ns', 'iso'])('has times in %s, also of a column that may be missing', (unit) => {
    for (const column of ['t', 't?', 'a:b', 's']) {
      const map = parseColumnMap(mapOf({ event_ts: `${column}:${unit}` }));
      expect(map.timeUnit).toBe(unit);
      expect(requiredColumns(map).includes(column)).toBe(!column.endsWith('?'));
    }
  });

  it("has the day's volume so far where it says cum", () => {
    expect(parseColumnMap(mapOf({ vol: 'v:cum' }))).toMatchObject({
      origins: { vol: { from: 'column', column: 'v', isOptional: false } },
      isCumulative: true,
    });
  });

  it('takes any other word behind a colon as a part of the name', () => {
    expect(originOf('vol', 'v:sum')).toEqual({ from: 'column', column: 'v:sum', isOptional: false });
  });
});

describe('a column map is refused', () => {
  const expected = 'expected field=column with one of the fields symbol, event_ts, ltp, vol, trade_id, side';

  it.each([
    ['that is empty', '', `"": ${expected}`],
    ['with an empty part', `${mapOf()},`, `"": ${expected}`],
    ['without an equals sign', 'symbol', `"symbol": ${expected}`],
    ['without a column', 'symbol=,event_ts=t', `"symbol=": ${expected}`],
    ['with a field that does not exist', mapOf({ price: 'p' }), `"price=p": ${expected}`],
    ['with a field in other letters', mapOf({ LTP: 'p' }), `"LTP=p": ${expected}`],
    ['with a space before a field', 'symbol=s, ltp=p', `" ltp=p": ${expected}`],
    ['with a member of every object as field', mapOf({ constructor: 'p' }), `"constructor=p": ${expected}`],
    ['with a unit of time at a symbol', mapOf({ symbol: 's:ms' }), '"symbol=s:ms": symbol has no ":ms"'],
    ['with a unit of time at a price', mapOf({ ltp: 'p:s' }), '"ltp=p:s": ltp has no ":s"'],
    ['with a unit of time at a volume', mapOf({ vol: 'v:iso' }), '"vol=v:iso": vol has no ":iso"'],
    ['with cum at a price', mapOf({ ltp: 'p:cum' }), '"ltp=p:cum": ltp has no ":cum"'],
    ['with cum at a time', mapOf({ event_ts: 't:cum' }), '"event_ts=t:cum": event_ts has no ":cum"'],
    ['without symbol', 'event_ts=t,ltp=p,vol=v', 'symbol is not mapped'],
    ['without event_ts', 'symbol=s,ltp=p,vol=v', 'event_ts is not mapped'],
    ['without ltp', 'symbol=s,event_ts=t,vol=v', 'ltp is not mapped'],
    ['without vol', 'symbol=s,event_ts=t,ltp=p', 'vol is not mapped'],
  ])('%s', (_, text, message) => {
    expect(() => parseColumnMap(text)).toThrow(new Error(message));
  });
});

describe('the required columns', () => {
  it('are those of columns that may not be missing', () => {
    const map = parseColumnMap('symbol=@file,event_ts=t:ms,ltp==1,vol=v:cum,trade_id=id?,side=b');
    expect(requiredColumns(map)).toEqual(['t', 'v', 'b']);
  });

  it.each([
    ['qf', ['event_ts', 'symbol', 'ltp', 'vol']],
    ['mtgox', ['ts_ms', 'symbol', 'price', 'size', 'id_us']],
    ['trades', ['ts_ms', 'symbol', 'price', 'size']],
    ['nse', ['timestamp', 'ltp', 'volume']],
  ])('of the preset %s are %j', (name, columns) => {
    const preset = PRESETS[name];
    expect(preset && requiredColumns(preset.map)).toEqual(columns);
  });
});

describe('a field that is mapped twice', () => {
  it('is refused', () => {
    expect(() => parseColumnMap('event_ts=t:ms,symbol=a,symbol=b,ltp=p,vol=v')).toThrow('symbol is mapped twice');
  });
});
