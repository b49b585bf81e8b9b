import { describe, expect, it } from 'vitest';
import { presetVenue, readingOf } from '../support/venues.js';

const venue = presetVenue('coinbase');

/** A match, with other members. */
function match(changes: object = {}): string {
  return JSON.stringify({
    type: 'match',
    trade_id: 605123456,
    maker_order_id: 'aa0e8400-e29b-41d4-a716-446655440000',
    taker_order_id: 'bb0e8400-e29b-41d4-a716-446655440000',
    side: 'sell',
    size: '0.01000001',
    price: '43000.10',
    product_id: 'BTC-USD',
    sequence: 71234567890,
    time: '2023-11-14T22:13:20.123456Z',
    ...changes,
  });
}

describe('Coinbase', () => {
  it('is asked for matches and heartbeats of all symbols in one message', () => {
    expect(presetVenue('coinbase', ['BTC-USD', 'ETH-USD'])).toMatchObject({
      url: 'wss://ws-feed.exchange.coinbase.com',
      greeting: ['{"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],"channels":["matches","heartbeat"]}'],
      heartbeat: { send: undefined },
    });
  });

  it('gives the side of the maker, so that the tick has the other one', () => {
    expect(readingOf(venue, match())).toEqual([
      'match {"symbol":"BTC-USD","event_ts":1700000000123456000,"ltp":43000.1,"vol":0.01000001,"trade_id":"605123456","side":"buy"}',
    ]);
    expect(readingOf(venue, match({ side: 'buy' }))).toEqual([
      'match {"symbol":"BTC-USD","event_ts":1700000000123456000,"ltp":43000.1,"vol":0.01000001,"trade_id":"605123456","side":"sell"}',
    ]);
  });

  it('repeats the last match before the connection, whose id belongs to the others', () => {
    expect(readingOf(venue, match({ type: 'last_match', time: '2023-11-14T22:59:59Z' }))).toEqual([
      'match repeated {"symbol":"BTC-USD","event_ts":1700002799000000000,"ltp":43000.1,"vol":0.01000001,"trade_id":"605123456","side":"buy"}',
    ]);
  });

  it('does not repeat a match because it is old', () => {
    expect(readingOf(venue, match({ time: '2023-11-14T00:00:00.000000Z' }))[0]).toMatch(/^match \{/);
  });

  it.each([
    ['{"type":"subscriptions","channels":[{"name":"matches","product_ids":["BTC-USD"]}]}'],
    ['{"type":"heartbeat","last_trade_id":20,"product_id":"BTC-USD","sequence":90,"time":"2023-11-14T22:13:20.123456Z"}'],
    ['{"type":"ticker","trade_id":20153558,"sequence":3262786978,"product_id":"BTC-USD","price":"4388.01","side":"buy"}'],
    ['{"type":"snapshot","product_id":"BTC-USD","bids":[["10101.10","0.45054140"]],"asks":[]}'],
    ['{"type":"l2update","product_id":"BTC-USD","changes":[["buy","10101.80","0.162567"]]}'],
    ['{"type":"status","products":[],"currencies":[]}'],
    ...['ticker_batch', 'level2', 'received', 'open', 'done', 'change', 'activate'].map((type) => [`{"type":"${type}"}`]),
  ])('has frames that hold no trades: %s', (text) => {
    expect(readingOf(venue, text)).toBe('ignored');
  });

  it('says what is wrong', () => {
    expect(readingOf(venue, '{"type":"error","message":"Failed to subscribe","reason":"X-USD is not a valid product"}')).toBe(
      'rejected: venue_error: Failed to subscribe',
    );
  });

  it.each([
    ['{"type":"matches"}'],
    ['{"type":null}'],
    ['[{"type":"match"}]'],
    ['{"match":{}}'],
    ['{"__proto__":{"type":"match"},"constructor":"match"}'],
  ])('sends what is not expected: %s', (text) => {
    expect(readingOf(venue, text)).toBe('rejected: unknown_message');
  });

  it.each([
    ['missing_field symbol', { product_id: null }],
    ['wrong_type event_ts', { time: 1700000000123 }],
    ['wrong_type event_ts', { time: '2023-02-30T00:00:00Z' }],
    ['timestamp_range event_ts', { time: '1970-01-01T00:00:00Z' }],
    ['out_of_bounds side', { side: 'BUY' }],
    ['out_of_bounds vol', { size: '-1' }],
  ])('has trades that are refused: %s %o', (reason, changes) => {
    expect(readingOf(venue, match(changes))).toEqual([reason]);
  });
});
