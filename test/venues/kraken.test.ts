import { describe, expect, it } from 'vitest';
import { frameOf, instant, presetVenue, readingOf } from '../support/venues.js';

const venue = presetVenue('kraken');

/** A frame of version 2, of the texts of its trades. */
function update(...trades: readonly string[]): string {
  return `{"channel":"trade","type":"update","data":[${trades.join(',')}]}`;
}

/** A trade of version 2; its numbers are written as Kraken writes them. */
function trade({
  price = '43000.10',
  qty = '0.01000001',
  side = '"sell"',
  id = '61123456',
  time = '2023-11-14T22:13:20.123456Z',
} = {}): string {
  return `{"symbol":"BTC/USD","side":${side},"price":${price},"qty":${qty},"ord_type":"market","trade_id":${id},"timestamp":"${time}"}`;
}

describe('Kraken', () => {
  it('is asked for trades of all symbols in one message, without a snapshot', () => {
    expect(presetVenue('kraken', ['BTC/USD', 'ETH/USD'])).toMatchObject({
      url: 'wss://ws.kraken.com/v2',
      greeting: ['{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD","ETH/USD"],"snapshot":false}}'],
      heartbeat: { send: undefined },
    });
  });
});

describe('version 2 of Kraken', () => {
  it('has many trades in one frame, with all digits of its numbers', () => {
    expect(
      readingOf(venue, update(trade(), trade({ price: '43000.5', qty: '40.0', side: '"buy"', id: '1234567890123456789' }))),
    ).toEqual([
      'trade {"symbol":"BTC/USD","event_ts":1700000000123456000,"ltp":43000.1,"vol":0.01000001,"trade_id":"61123456","side":"sell"}',
      'trade {"symbol":"BTC/USD","event_ts":1700000000123456000,"ltp":43000.5,"vol":40,"trade_id":"1234567890123456789","side":"buy"}',
    ]);
  });

  it('has numbers with an exponent, and with nine decimals and more', () => {
    expect(readingOf(venue, update(trade({ price: '1.5e-7', qty: '1e2' }), trade({ qty: '0.1000000000' })))).toEqual([
      'trade {"symbol":"BTC/USD","event_ts":1700000000123456000,"ltp":0.00000015,"vol":100,"trade_id":"61123456","side":"sell"}',
      'trade {"symbol":"BTC/USD","event_ts":1700000000123456000,"ltp":43000.1,"vol":0.1,"trade_id":"61123456","side":"sell"}',
    ]);
  });

  it('repeats the trades of a snapshot, whose ids belong to the others', () => {
    const snapshot = update(trade(), trade({ id: '61123457' })).replace('update', 'snapshot');
    expect(readingOf(venue, snapshot)).toEqual([
      'trade repeated {"symbol":"BTC/USD","event_ts":1700000000123456000,"ltp":43000.1,"vol":0.01000001,"trade_id":"61123456","side":"sell"}',
      'trade repeated {"symbol":"BTC/USD","event_ts":1700000000123456000,"ltp":43000.1,"vol":0.01000001,"trade_id":"61123457","side":"sell"}',
    ]);
  });

  it('does not repeat a trade because it is old', () => {
    expect(readingOf(venue, update(trade({ time: '2023-11-14T00:00:00Z' })))[0]).toMatch(/^trade \{/);
  });

  it.each([
    ['{"method":"subscribe","result":{"channel":"trade","symbol":"BTC/USD"},"success":true,"time_in":"2023-11-14T22:13:20.1Z"}'],
    ['{"channel":"heartbeat"}'],
    ['{"channel":"status","type":"update","data":[{"system":"online","api_version":"v2"}]}'],
    ['{"channel":"ticker","type":"update","data":[]}'],
    ['{"channel":"book","type":"snapshot","data":[]}'],
    ['{"channel":"ohlc","type":"update","data":[]}'],
  ])('has frames that hold no trades: %s', (text) => {
    expect(readingOf(venue, text)).toBe('ignored');
  });

  it.each([
    [
      '{"error":"Currency pair not supported X/USD","method":"subscribe","success":false,"symbol":"X/USD"}',
      'Currency pair not supported X/USD',
    ],
    ['{"error":"Malformed request"}', 'Malformed request'],
  ])('says what is wrong: %s', (text, words) => {
    expect(readingOf(venue, text)).toBe(`rejected: venue_error: ${words}`);
  });

  it.each([
    ['{"channel":"trade","type":"removal","data":[]}'],
    ['{"channel":"trade"}'],
    ['{"channel":"executions","type":"update"}'],
    ['{"method":"subscribe"}'],
    ['{"constructor":{"channel":"heartbeat"},"__proto__":{"channel":"heartbeat"}}'],
  ])('sends what is not expected: %s', (text) => {
    expect(readingOf(venue, text)).toBe('rejected: unknown_message');
  });

  it.each([
    ['wrong_type event_ts', { time: '1700000000' }],
    ['wrong_type ltp', { price: 'true' }],
    ['missing_field vol', { qty: 'null' }],
    ['out_of_bounds vol', { qty: '0.000000001' }],
    ['out_of_bounds side', { side: '"none"' }],
    ['wrong_type trade_id', { id: '{}' }],
  ])('has trades that are refused, among others: %s', (reason, changes) => {
    expect(readingOf(venue, update(trade(), trade(changes)))).toEqual([expect.stringMatching(/^trade \{/) as string, reason]);
  });
});

describe('version 1 of Kraken', () => {
  const frame = (...trades: readonly string[]): string => `[337,[${trades.join(',')}],"trade","XBT/USD"]`;

  it('has many trades in one frame, with the pair behind them, in s', () => {
    const text = frame(
      '["43000.10000","0.01000001","1700000000.123456","s","l",""]',
      '["43000.50000","40.00000000","1700000000.654321","b","m",""]',
    );
    expect(readingOf(venue, text)).toEqual([
      '{"symbol":"XBT/USD","event_ts":1700000000123456000,"ltp":43000.1,"vol":0.01000001,"side":"sell"}',
      '{"symbol":"XBT/USD","event_ts":1700000000654321000,"ltp":43000.5,"vol":40,"side":"buy"}',
    ]);
  });

  it('repeats what is older than the connection by more than 2 s', () => {
    const text = frame('["1","1","1700000000.000000","s","l",""]', '["1","1","1699999999.999999","b","l",""]');
    const marks = readingOf(venue, frameOf(text, { opened: instant('1700000002') }));
    expect(Array.isArray(marks) && marks.map((line) => line.startsWith('repeated '))).toEqual([false, true]);
  });

  it.each([
    ['{"connectionID":8628615390848610000,"event":"systemStatus","status":"online","version":"1.0.0"}'],
    ['{"channelID":337,"channelName":"trade","event":"subscriptionStatus","pair":"XBT/USD","status":"subscribed"}'],
    ['{"channelName":"trade","event":"subscriptionStatus","pair":"XBT/USD","status":"unsubscribed"}'],
    ['{"event":"heartbeat"}'],
    ['{"event":"pong","reqid":42}'],
    ['[340,{"a":["5525.4",1,"1.0"]},"ticker","XBT/USD"]'],
    ['[341,["5698.4","5700.0","1542057299.545897","1.01","0.98"],"spread","XBT/USD"]'],
    ['[342,{"as":[],"bs":[]},"book-100","XBT/USD"]'],
    ['[342,{"a":[["5541.3","2.5","1534614248.456738"]]},"book-10","XBT/USD"]'],
    // Where a change has both sides, each is an object of its own.
    [
      '[342,{"a":[["5541.3","2.5","1534614248.456738"]]},{"b":[["5541.2","0","1534614335.3"]],"c":"974947235"},"book-10","XBT/USD"]',
    ],
    ['[343,["1542057314.748456","1542057360.435743"],"ohlc-5","XBT/USD"]'],
  ])('has frames that hold no trades: %s', (text) => {
    expect(readingOf(venue, text)).toBe('ignored');
  });

  it.each([
    [
      '{"errorMessage":"Currency pair not supported","event":"subscriptionStatus","pair":"X","status":"error"}',
      'Currency pair not supported',
    ],
    ['{"errorMessage":"Malformed request","event":"error"}', 'Malformed request'],
  ])('says what is wrong: %s', (text, words) => {
    expect(readingOf(venue, text)).toBe(`rejected: venue_error: ${words}`);
  });

  it.each([['[]'], ['[1,2]'], ['[1,2,"trades","XBT/USD"]'], ['{"2":null}'], ['[0,[],["trade"],"XBT/USD"]']])(
    'sends what is not expected: %s',
    (text) => {
      expect(readingOf(venue, text)).toBe('rejected: unknown_message');
    },
  );

  it('has trades that are refused', () => {
    expect(readingOf(venue, frame('["1","1"]', '["x","1","1700000000","s"]', '[]', '{}'))).toEqual([
      'missing_field event_ts',
      'wrong_type ltp',
      'missing_field event_ts',
      'missing_field event_ts',
    ]);
    expect(readingOf(venue, '[1,[["1","1","1700000000","s"]],"trade"]')).toEqual(['missing_field symbol']);
  });
});
