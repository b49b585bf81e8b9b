import { describe, expect, it } from 'vitest';
import { lineOf } from '../support/decoding.js';
import { mapVenue, readingOf, tradeVenue } from '../support/venues.js';

/** A good frame of single trades as text, with other members; undefined leaves a member out. */
function trade(changes: Readonly<Record<string, string | undefined>> = {}): string {
  return lineOf({ e: '"trade"', s: '"A"', T: '1700000000123', p: '"1.5"', q: '"2"', ...changes });
}

/** The tick of a good frame, with other texts of its fields. */
function tick({ symbol = 'A', event_ts = '1700000000123000000', ltp = '1.5', vol = '2', rest = '' } = {}): string {
  return `{"symbol":"${symbol}","event_ts":${event_ts},"ltp":${ltp},"vol":${vol}${rest}}`;
}

describe('the trades of a frame', () => {
  it('are the frame itself, what a pointer names, or a list of either', () => {
    expect(readingOf(tradeVenue(), trade())).toEqual([tick()]);
    expect(readingOf(tradeVenue({ at: '/d' }), `{"e":"trade","d":${trade()}}`)).toEqual([tick()]);
    expect(readingOf(tradeVenue({ at: '/d/0' }), `{"e":"trade","d":[${trade()}]}`)).toEqual([tick()]);
    expect(readingOf(tradeVenue({ when: { '/0/e': '*' } }), `[${trade()},${trade({ s: '"B"' })}]`)).toEqual([
      tick(),
      tick({ symbol: 'B' }),
    ]);
  });

  it('are many in one frame, in its order', () => {
    const list = ['1', '2', '3'].map((q) => trade({ q }));
    expect(readingOf(tradeVenue({ at: '/d' }), `{"d":[ ${list.join(' , ')} ],"e":"trade"}`)).toEqual(
      ['1', '2', '3'].map((vol) => tick({ vol })),
    );
  });

  it.each([1000, 1001])('are %d ticks in one frame', (count) => {
    const list = Array.from({ length: count }, (_, at) => trade({ q: String(at) }));
    expect(readingOf(tradeVenue({ at: '/d' }), `{"d":[${list.join(',')}],"e":"trade"}`)).toEqual(
      list.map((_, at) => tick({ vol: String(at) })),
    );
  });

  it('may be none', () => {
    expect(readingOf(tradeVenue({ at: '/d' }), '{"e":"trade","d":[ ]}')).toEqual([]);
  });

  it('are refused one by one, and the others are ticks', () => {
    const list = [trade(), trade({ p: '"x"' }), '5', 'null', '[]', '{}', trade({ q: undefined }), trade({ s: '"B"' })];
    expect(readingOf(tradeVenue({ at: '/d' }), `{"e":"trade","d":[${list.join(',')}]}`)).toEqual([
      tick(),
      'wrong_type ltp',
      ...Array<string>(4).fill('missing_field symbol'),
      'missing_field vol',
      tick({ symbol: 'B' }),
    ]);
  });

  it.each(['{"e":"trade"}', '{"e":"trade","d":null}', '{"e":"trade","d":5}', '{"e":"trade","d":"text"}', '{"e":"trade","d":{}}'])(
    'are one that lacks its first field in %s',
    (text) => {
      expect(readingOf(tradeVenue({ at: '/d' }), text)).toEqual(['missing_field symbol']);
    },
  );

  it('lack also the field that is the trade itself, where there is none', () => {
    const venue = tradeVenue({ at: '/p', symbol: { frame: '/s' }, event_ts: 'receive', ltp: '', vol: { value: '0' } });
    expect(readingOf(venue, '{"e":"trade","s":"A","p":5}')).toEqual([
      `received ${tick({ event_ts: '1700000001500000000', ltp: '5', vol: '0' })}`,
    ]);
    expect(readingOf(venue, '{"e":"trade","s":"A"}')).toEqual(['missing_field ltp']);
  });

  it('are at most 100,000 in one frame', () => {
    const venue = tradeVenue({ at: '/d' });
    const frame = (count: number): string => `{"e":"trade","d":[${Array(count).fill('0').join(',')}]}`;
    expect(readingOf(venue, frame(100_000))).toHaveLength(100_000);
    expect(readingOf(venue, frame(100_001))).toBe('rejected: frame_too_long');
  });
});

describe('a field', () => {
  it('is in the trade, in the frame, or a constant', () => {
    const venue = tradeVenue({
      at: '/d',
      symbol: { frame: '/s' },
      ltp: '/price/0',
      vol: { value: '7.5' },
      trade_id: { frame: '/seq' },
      side: { value: 'sell' },
    });
    expect(
      readingOf(venue, '{"e":"trade","s":"X/Y","seq":5,"d":[{"T":1700000000123,"price":[1,2]},{"T":1700000000124,"price":[3]}]}'),
    ).toEqual([
      tick({ symbol: 'X/Y', ltp: '1', vol: '7.5', rest: ',"trade_id":"5","side":"sell"' }),
      tick({ symbol: 'X/Y', event_ts: '1700000000124000000', ltp: '3', vol: '7.5', rest: ',"trade_id":"5","side":"sell"' }),
    ]);
  });

  it('may be named by a pointer with ~ and /, and fits keys with escapes', () => {
    const venue = tradeVenue({ symbol: '/a~1b~0c', ltp: '/d/0/' });
    expect(readingOf(venue, '{"\\u0065":"trade","a\\/b~c":"A","d":[{"":1.5}],"T":1700000000123,"q":2}')).toEqual([tick()]);
  });

  it('may be text or a number, and keeps its digits', () => {
    const venue = tradeVenue({ trade_id: '/t' });
    const expected = tick({ ltp: '43000.1', vol: '0.00000001', rest: ',"trade_id":"9007199254740993123"' });
    expect(readingOf(venue, trade({ p: '43000.10', q: '0.00000001', t: '9007199254740993123' }))).toEqual([expected]);
    expect(readingOf(venue, trade({ p: '"43000.10"', q: '"0.00000001"', t: '"9007199254740993123"' }))).toEqual([expected]);
  });

  it.each([
    ['0.10000000', '0.1'],
    ['1234567.00000001', '1234567.00000001'],
    ['9999999.99999999', '9999999.99999999'],
    ['1e-8', '0.00000001'],
    ['999999999999999', '999999999999999'],
    ['0', '0'],
  ])('has the volume %s exactly', (q, vol) => {
    expect(readingOf(tradeVenue(), trade({ q }))).toEqual([tick({ vol })]);
  });

  it('is absent where it is null or empty text', () => {
    const venue = tradeVenue({ trade_id: '/t', side: '/S' });
    for (const empty of ['null', '""', undefined]) {
      expect(readingOf(venue, trade({ t: empty, S: empty }))).toEqual([tick()]);
      expect(readingOf(venue, trade({ p: empty }))).toEqual(['missing_field ltp']);
    }
  });

  it.each([
    ['missing_field symbol', { s: undefined }],
    ['wrong_type symbol', { s: '["A"]' }],
    ['out_of_bounds symbol', { s: '" A"' }],
    ['missing_field event_ts', { T: undefined }],
    ['wrong_type event_ts', { T: '"noon"' }],
    ['wrong_type event_ts', { T: '{}' }],
    ['missing_field ltp', { p: 'null' }],
    ['wrong_type ltp', { p: 'true' }],
    ['wrong_type ltp', { p: '"1,5"' }],
    ['out_of_bounds ltp', { p: '1e12' }],
    ['missing_field vol', { q: undefined }],
    ['wrong_type vol', { q: '[2]' }],
    ['out_of_bounds vol', { q: '-2' }],
    ['out_of_bounds vol', { q: '0.000000001' }],
    ['wrong_type trade_id', { t: '{}' }],
    ['out_of_bounds trade_id', { t: `"${'x'.repeat(65)}"` }],
    ['wrong_type side', { S: 'true' }],
    ['out_of_bounds side', { S: '"maker"' }],
    ['timestamp_range event_ts', { T: '1700000000' }],
    ['timestamp_range event_ts', { T: '1700000000123000000' }],
    ['missing_field symbol', { s: undefined, p: 'true', T: '5' }],
    ['wrong_type ltp', { p: 'true', q: 'true', T: '5' }],
  ])('is refused as %s: %o', (expected, changes: Readonly<Record<string, string | undefined>>) => {
    expect(readingOf(tradeVenue({ trade_id: '/t', side: '/S' }), trade(changes))).toEqual([expected]);
  });

  it('is not in the trade only because every object has it', () => {
    const venue = tradeVenue({ trade_id: '/constructor', side: '/__proto__/side' });
    expect(readingOf(venue, trade())).toEqual([tick()]);
    expect(readingOf(venue, trade({ constructor: '"5"' }))).toEqual([tick({ rest: ',"trade_id":"5"' })]);
  });
});

describe('the time of a trade', () => {
  it.each([
    ['s', '1700000000', '1700000000000000000'],
    ['s', '"1700000000.123456"', '1700000000123456000'],
    ['s', '1700000000.123456789', '1700000000123456789'],
    ['ms', '1700000000123', '1700000000123000000'],
    ['ms', '1700000000123.4567', '1700000000123456700'],
    ['us', '1700000000123456', '1700000000123456000'],
    ['ns', '1700000000123456789', '1700000000123456789'],
    ['ns', '"1700000000123456789"', '1700000000123456789'],
    ['iso', '"2023-11-14T22:13:20.123456789Z"', '1700000000123456789'],
    ['iso', '"2023-11-15T03:43:20+05:30"', '1700000000000000000'],
    ['iso', '"2023-11-14 22:13:20.5"', '1700000000500000000'],
  ])('in %s may be %s', (unit, T, event_ts) => {
    expect(readingOf(tradeVenue({ event_ts: { at: '/T', unit } }), trade({ T }))).toEqual([tick({ event_ts })]);
  });

  it('without an offset is local time of the zone', () => {
    const venue = tradeVenue({ event_ts: { at: '/T', unit: 'iso' } }, { zone: 'Asia/Kolkata' });
    expect(readingOf(venue, trade({ T: '"2023-11-15T03:43:20"' }))).toEqual([tick({ event_ts: '1700000000000000000' })]);
  });

  it('is that of its arrival where frames have none, with its ns', () => {
    const venue = tradeVenue({ event_ts: 'receive' });
    const frame = {
      bytes: Buffer.from(trade()),
      isBinary: false,
      opened: { s: 0, ns: 0 },
      received: { s: 1_700_000_001, ns: 23 },
    };
    expect(readingOf(venue, frame)).toEqual([`received ${tick({ event_ts: '1700000001000000023' })}`]);
  });
});

describe('the side of a trade', () => {
  it('may be written in any way that is usual', () => {
    for (const [S, side] of [
      ['"BUY"', 'buy'],
      ['"Sell"', 'sell'],
      ['"b"', 'buy'],
      ['"S"', 'sell'],
    ] as const) {
      expect(readingOf(tradeVenue({ side: '/S' }), trade({ S }))).toEqual([tick({ rest: `,"side":"${side}"` })]);
    }
  });

  it('may have other words, true, false and numbers among them', () => {
    const venue = tradeVenue({ side: { at: '/S', values: { ask: 'sell', true: 'sell', false: 'buy', 1: 'buy', '-1': 'sell' } } });
    for (const [S, side] of [
      ['"ask"', 'sell'],
      ['true', 'sell'],
      ['false', 'buy'],
      ['1', 'buy'],
      ['"1"', 'buy'],
      ['-1', 'sell'],
    ] as const) {
      expect(readingOf(venue, trade({ S })), S).toEqual([tick({ rest: `,"side":"${side}"` })]);
    }
  });

  it('may be that of the maker, turned round, also of the frame', () => {
    const venue = tradeVenue({ at: '/d', side: { at: { frame: '/maker' }, values: { buy: 'sell', sell: 'buy', true: 'buy' } } });
    for (const [maker, side] of [
      ['"buy"', 'sell'],
      ['"sell"', 'buy'],
      ['true', 'buy'],
    ] as const) {
      expect(readingOf(venue, `{"e":"trade","maker":${maker},"d":${trade()}}`)).toEqual([tick({ rest: `,"side":"${side}"` })]);
    }
  });

  it('is refused where its word is not among those that are given, even if it is one elsewhere', () => {
    const venue = tradeVenue({ side: { at: '/S', values: { ask: 'buy', bid: 'sell' } } });
    for (const S of ['"buy"', '"BID"', '"s"', '"constructor"', '5'])
      expect(readingOf(venue, trade({ S })), S).toEqual(['out_of_bounds side']);
    for (const S of ['true', '{}', '["ask"]']) expect(readingOf(venue, trade({ S })), S).toEqual(['wrong_type side']);
    expect(readingOf(venue, trade({ S: 'null' }))).toEqual([tick()]);
  });
});

describe('ids that count up', () => {
  it('have the name of what they count', () => {
    const ids = { trade_id: '/t', consecutive_ids: true };
    const expected = tick({ rest: ',"trade_id":"5"' });
    expect(readingOf(tradeVenue(ids), trade({ t: '5' }))).toEqual([`trade ${expected}`]);
    expect(readingOf(tradeVenue({ ...ids, name: 'agg' }), trade({ t: '5' }))).toEqual([`agg ${expected}`]);
    expect(readingOf(tradeVenue({ ...ids, consecutive_ids: false, name: 'agg' }), trade({ t: '5' }))).toEqual([expected]);
  });
});

describe('kinds of frames', () => {
  it('are each read by their own rule', () => {
    const common = { event_ts: { at: '/T', unit: 'ms' }, vol: '/q' };
    const venue = mapVenue({
      trades: [
        { ...common, when: { '/e': 'a' }, at: '/x', symbol: { frame: '/s' }, ltp: '/p' },
        { ...common, when: { '/e': 'b' }, at: '/y', symbol: '/s', ltp: { frame: '/p' } },
      ],
    });
    const frame = (e: string): string => `{"e":"${e}","s":"F","p":9,"x":[${trade()}],"y":${trade({ s: '"B"' })}}`;
    expect(readingOf(venue, frame('a'))).toEqual([tick({ symbol: 'F' })]);
    expect(readingOf(venue, frame('b'))).toEqual([tick({ symbol: 'B', ltp: '9' })]);
  });
});
