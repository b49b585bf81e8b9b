import { describe, expect, it } from 'vitest';
import { QfError } from '../../src/lib/runtime/errors.js';
import { frameOf, mapVenue, readingOf } from '../support/venues.js';

const TRADE = '{"e":"trade","s":"A","T":1700000000123,"p":"1.5","q":"2"}';
const TICK = '{"symbol":"A","event_ts":1700000000123000000,"ltp":1.5,"vol":2}';

/** The usage error of a description that is refused. */
function refusalOf(changes: object, symbols: readonly string[] = []): string {
  try {
    mapVenue(changes, symbols);
  } catch (error) {
    expect(error).toBeInstanceOf(QfError);
    expect(error).toMatchObject({ code: 'usage' });
    return (error as QfError).message;
  }
  return 'taken';
}

describe('a venue by a description', () => {
  it('has its address, its headers, and nothing to say where the description says nothing', () => {
    expect(mapVenue()).toMatchObject({
      name: 'map',
      url: 'wss://host/feed',
      headers: {},
      greeting: [],
      lacksSymbols: false,
      heartbeat: undefined,
    });
    expect(mapVenue({ headers: { 'X-Key': '${KEY}' } }).headers).toEqual({ 'X-Key': '${KEY}' });
  });

  it('asks for symbols, at most as many in one message as the description says', () => {
    const subscribe = [
      { op: 'login', key: '${KEY}' },
      { op: 'sub', args: ['{symbol:lower}'] },
    ];
    expect(mapVenue({ subscribe }, ['A', 'B', 'C'])).toMatchObject({
      greeting: ['{"op":"login","key":"${KEY}"}', '{"op":"sub","args":["a","b","c"]}'],
      lacksSymbols: false,
    });
    expect(mapVenue({ subscribe, symbols_per_subscribe: 2 }, ['A', 'B', 'C']).greeting.slice(1)).toEqual([
      '{"op":"sub","args":["a","b"]}',
      '{"op":"sub","args":["c"]}',
    ]);
  });

  it('lacks symbols where it has a place for them and none are given', () => {
    expect(mapVenue({ subscribe: [{ args: ['{symbol}'] }] }).lacksSymbols).toBe(true);
    expect(mapVenue({ subscribe: [{ op: 'all' }] }).lacksSymbols).toBe(false);
  });

  it('has a heartbeat, with a message or without', () => {
    expect(mapVenue({ heartbeat: {} }).heartbeat).toEqual({ send: undefined });
    expect(mapVenue({ heartbeat: { every: '1.5s', send: { op: 'ping' } } }).heartbeat).toEqual({
      send: { text: '{"op":"ping"}', every_ms: 1500 },
    });
    expect(mapVenue({ heartbeat: { every: '20', send: ['ping'] } }).heartbeat).toEqual({
      send: { text: '["ping"]', every_ms: 20_000 },
    });
  });

  it.each([
    ['a zone', { zone: 'Mars' }, 'v.yaml: "Mars" is not a time zone such as UTC or Asia/Kolkata'],
    [
      'a duration',
      { heartbeat: { every: 'soon', send: {} } },
      'v.yaml: heartbeat.every "soon" is not a duration such as 250ms, 2s or 15m',
    ],
    [
      'a duration above 0',
      { heartbeat: { every: '0s', send: {} } },
      'v.yaml: heartbeat.every "0s" is not a duration such as 250ms, 2s or 15m',
    ],
  ])('is refused with what is not %s', (_, changes, message) => {
    expect(refusalOf(changes)).toBe(message);
  });

  it('is refused where symbols are given and no message has a place for them', () => {
    const message = 'v.yaml: no message of "subscribe" has a place for symbols, but --symbols is given';
    expect(refusalOf({}, ['A'])).toBe(message);
    expect(refusalOf({ subscribe: [{ op: 'all' }] }, ['A'])).toBe(message);
  });

  it('is refused where the description is not what the schema says', () => {
    expect(refusalOf({ trades: [] })).toBe('v.yaml: line 1: trades must not be empty');
  });
});

describe('a frame', () => {
  const [one] = [{ at: '', symbol: '/s', event_ts: { at: '/T', unit: 'ms' }, ltp: '/p', vol: '/q' }];
  const venue = mapVenue({
    trades: [
      { ...one, when: { '/e': 'trade' } },
      { ...one, when: { '/e': ['trade', 'quote'] }, vol: { value: '0' } },
    ],
    ignore: [{ '/e': 'trade' }, { '/e': 'quote', '/x': '1' }, { '/e': ['ack', 'both'] }, { '/list/0': '*' }],
    errors: [
      { when: { '/e': ['error', 'both'] }, text: '/why' },
      { when: { '/e': ['fault', 'error'] } },
      { when: { '/err': '*' }, text: '/err' },
    ],
  });

  it('holds trades by the first rule that fits', () => {
    expect(readingOf(venue, TRADE)).toEqual([TICK]);
    expect(readingOf(venue, TRADE.replace('trade', 'quote'))).toEqual([TICK.replace('"vol":2', '"vol":0')]);
  });

  it('holds trades also where a rule to ignore fits', () => {
    expect(readingOf(venue, TRADE.replace('{', '{"x":1,').replace('trade', 'quote'))).toHaveLength(1);
  });

  it('is ignored by a rule, also where it is an error', () => {
    expect(readingOf(venue, '{"e":"ack"}')).toBe('ignored');
    expect(readingOf(venue, '{"e":"both","why":"x"}')).toBe('ignored');
    expect(readingOf(venue, '{"list":[null]}')).toBe('ignored');
  });

  it('is an error of the venue, in its words where there are any', () => {
    expect(readingOf(venue, '{"e":"error","why":"no such symbol"}')).toBe('rejected: venue_error: no such symbol');
    expect(readingOf(venue, '{"e":"error"}')).toBe('rejected: venue_error');
    expect(readingOf(venue, '{"e":"error","why":null}')).toBe('rejected: venue_error');
    expect(readingOf(venue, '{"e":"error","why":{"code":5}}')).toBe('rejected: venue_error');
    expect(readingOf(venue, '{"e":"fault","why":"no such symbol"}')).toBe('rejected: venue_error');
    expect(readingOf(venue, JSON.stringify({ err: 'x'.repeat(300) }))).toBe(`rejected: venue_error: ${'x'.repeat(200)}`);
  });

  it.each([
    '{}',
    '[]',
    '{"e":"other"}',
    '{"e":"Trade"}',
    '{"list":[]}',
    '5',
    '"trade"',
    'null',
    'true',
    '{"x":{"e":"trade"}}',
    '[{"e":"trade"}]',
  ])('%s is unknown', (text) => {
    expect(readingOf(venue, text)).toBe('rejected: unknown_message');
  });

  it.each(['{"constructor":"trade"}', '{"__proto__":{"e":"trade"}}', '{"toString":1,"valueOf":2,"hasOwnProperty":3}'])(
    '%s is unknown: keys that every object has are keys like others',
    (text) => {
      expect(readingOf(venue, text)).toBe('rejected: unknown_message');
    },
  );

  it.each([
    '',
    ' ',
    'text',
    '{',
    '{"e":"trade"',
    `${TRADE}}`,
    `${TRADE},`,
    `${TRADE}${TRADE}`,
    '{"e":trade}',
    "{'e':'trade'}",
    '{"e":"trade",}',
    '\uFEFF{"e":"ack"}',
    '{"e":"ack","x":01}',
    '{"e":"a\nck"}',
  ])('%j is not JSON', (text) => {
    expect(readingOf(venue, text)).toBe('rejected: invalid_json');
  });

  it('that is not UTF-8 is refused as such, before anybody looks at its JSON', () => {
    for (const bytes of [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]]) {
      const broken = Buffer.concat([
        Buffer.from(TRADE.slice(0, -1)),
        Buffer.from(',"x":"'),
        Buffer.from(bytes),
        Buffer.from('"}'),
      ]);
      expect(readingOf(venue, broken)).toBe('rejected: invalid_utf8');
      expect(readingOf(venue, Buffer.from([...bytes, ...Buffer.from('text')]))).toBe('rejected: invalid_utf8');
    }
  });

  it('that is binary is refused, whatever it holds', () => {
    expect(readingOf(venue, frameOf(TRADE, { isBinary: true }))).toBe('rejected: invalid_frame');
    expect(readingOf(venue, frameOf('', { isBinary: true }))).toBe('rejected: invalid_frame');
  });

  it('may be nested 100,000 deep', () => {
    const deep = `${'[{"a":'.repeat(50_000)}0${'}]'.repeat(50_000)}`;
    expect(readingOf(venue, deep)).toBe('rejected: unknown_message');
    expect(readingOf(venue, deep.slice(0, -1))).toBe('rejected: invalid_json');
    expect(readingOf(venue, TRADE.replace('{', `{"x":${deep},`))).toEqual([TICK]);
    expect(readingOf(venue, `{"e":"ack","x":${deep}}`)).toBe('ignored');
    expect(readingOf(venue, TRADE.replace('"A"', deep))).toEqual(['wrong_type symbol']);
  });

  it('may have white space around it and in it', () => {
    expect(readingOf(venue, ` \r\n{ "e" :\t"trade" , "s":"A","T" : 1700000000123,"p":"1.5","q" :"2" }\n`)).toEqual([TICK]);
  });

  it('is read alike behind frames of any kind', () => {
    for (const text of [
      '{"e":"ack"}',
      '{"e":"trade"',
      '{}',
      'x',
      TRADE.replace('"A"', '"B"'),
      '{"e":"error","why":"x"}',
      '{"e":"trade"}',
    ]) {
      readingOf(venue, text);
      expect(readingOf(venue, TRADE)).toEqual([TICK]);
    }
  });
});
