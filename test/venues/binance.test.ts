import { describe, expect, it } from 'vitest';
import { presetVenue, readingOf } from '../support/venues.js';

const venue = presetVenue('binance');

/** A frame of a combined stream. */
function stream(name: string, data: string): string {
  return `{"stream":"${name}","data":${data}}`;
}

/** A trade, with other texts of its members. */
function trade(changes: object = {}): string {
  const fields = {
    e: 'trade',
    E: 1700000000456,
    s: 'BTCUSDT',
    t: 31,
    p: '43000.10000000',
    q: '0.00100000',
    T: 1700000000123,
    m: true,
  };
  return stream('btcusdt@trade', JSON.stringify({ ...fields, M: true, ...changes }));
}

describe('Binance', () => {
  it('is asked for trades of each symbol in lower case, in one message', () => {
    expect(presetVenue('binance', ['BTCUSDT', 'ETHUSDT'])).toMatchObject({
      name: 'binance',
      url: 'wss://stream.binance.com:9443/stream',
      greeting: ['{"method":"SUBSCRIBE","params":["btcusdt@trade","ethusdt@trade"],"id":1}'],
      heartbeat: undefined,
    });
    expect(venue.lacksSymbols).toBe(true);
  });

  it('has trades, of which the taker sold where the buyer was the maker', () => {
    expect(readingOf(venue, trade())).toEqual([
      'trade {"symbol":"BTCUSDT","event_ts":1700000000123000000,"ltp":43000.1,"vol":0.001,"trade_id":"31","side":"sell"}',
    ]);
    expect(readingOf(venue, trade({ m: false, q: '123456.00000001' }))).toEqual([
      'trade {"symbol":"BTCUSDT","event_ts":1700000000123000000,"ltp":43000.1,"vol":123456.00000001,"trade_id":"31","side":"buy"}',
    ]);
  });

  it('has trades of the time of the trade, not of the event', () => {
    expect(readingOf(venue, trade({ T: 1700000000000, E: 1700000009999 }))[0]).toContain('"event_ts":1700000000000000000,');
  });

  it('has aggregate trades, whose ids are others', () => {
    const data =
      '{"e":"aggTrade","E":1700000000456,"s":"ETHUSDT","a":1234567890123456789,"p":"2300.05","q":"10.5","f":100,"l":105,"T":1700000000123,"m":false}';
    expect(readingOf(venue, stream('ethusdt@aggTrade', data))).toEqual([
      'aggTrade {"symbol":"ETHUSDT","event_ts":1700000000123000000,"ltp":2300.05,"vol":10.5,"trade_id":"1234567890123456789","side":"buy"}',
    ]);
  });

  it('never repeats trades', () => {
    expect(readingOf(venue, trade({ T: 1600000000000 }))[0]).toMatch(
      /^trade \{"symbol":"BTCUSDT","event_ts":1600000000000000000,/,
    );
  });

  it.each([
    ['{"result":null,"id":1}'],
    ['{"result":["btcusdt@trade"],"id":3}'],
    ['{"lastUpdateId":160,"bids":[["0.0024","10"]],"asks":[["0.0026","100"]]}'],
    [stream('btcusdt@bookTicker', '{"u":400900217,"s":"BTCUSDT","b":"25.35","B":"31.21","a":"25.36","A":"40.66"}')],
    [stream('btcusdt@depth', '{"e":"depthUpdate","E":1700000000456,"s":"BTCUSDT","U":157,"u":160,"b":[],"a":[]}')],
    [stream('btcusdt@depth20@100ms', '{"lastUpdateId":160,"bids":[],"asks":[]}')],
    [stream('btcusdt@kline_1m', '{"e":"kline","E":1700000000456,"s":"BTCUSDT","k":{}}')],
    [stream('btcusdt@ticker', '{"e":"24hrTicker","s":"BTCUSDT"}')],
    [stream('btcusdt@ticker_1h', '{"e":"1hTicker","s":"BTCUSDT"}')],
    [stream('btcusdt@miniTicker', '{"e":"24hrMiniTicker","s":"BTCUSDT"}')],
    [stream('btcusdt@markPrice@1s', '{"e":"markPriceUpdate","s":"BTCUSDT"}')],
    [stream('btcusdt@avgPrice', '{"e":"avgPrice","s":"BTCUSDT"}')],
  ])('has frames that hold no trades: %s', (text) => {
    expect(readingOf(venue, text)).toBe('ignored');
  });

  it.each([
    ['{"error":{"code":2,"msg":"Invalid request: no such method"},"id":1}', 'Invalid request: no such method'],
    ['{"code":0,"msg":"Unknown property","id":2}', 'Unknown property'],
  ])('says what is wrong: %s', (text, words) => {
    expect(readingOf(venue, text)).toBe(`rejected: venue_error: ${words}`);
  });

  it.each([
    [stream('btcusdt@forceOrder', '{"e":"forceOrder"}')],
    ['{"e":"trade","s":"BTCUSDT"}'],
    ['{"result":null}'],
    ['{"stream":"btcusdt@trade","data":null}'],
    ['{"stream":"btcusdt@trade","constructor":{"e":"trade"}}'],
    ['{"__proto__":{"data":{"e":"trade"}}}'],
  ])('sends what is not expected: %s', (text) => {
    expect(readingOf(venue, text)).toBe('rejected: unknown_message');
  });

  it.each([
    ['missing_field symbol', { s: undefined }],
    ['missing_field event_ts', { T: undefined }],
    ['timestamp_range event_ts', { T: 1700000000 }],
    ['wrong_type ltp', { p: 'x' }],
    ['out_of_bounds vol', { q: '0.000000001' }],
    ['wrong_type trade_id', { t: [] }],
    ['out_of_bounds side', { m: 'buy' }],
    ['wrong_type side', { m: {} }],
  ])('has trades that are refused: %s', (reason, changes) => {
    expect(readingOf(venue, trade(changes))).toEqual([reason]);
  });
});
