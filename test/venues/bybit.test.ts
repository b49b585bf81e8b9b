import { describe, expect, it } from 'vitest';
import { frameOf, instant, presetVenue, readingOf } from '../support/venues.js';

const venue = presetVenue('bybit');

/** Trades of version 5; the connection has opened at 1700000000. */
function frame(...trades: readonly object[]): string {
  const common = {
    T: 1700000000123,
    s: 'BTCUSDT',
    S: 'Buy',
    v: '0.001',
    p: '43000.10',
    L: 'PlusTick',
    i: '2290000000012345678',
    BT: false,
  };
  const data = trades.map((changes) => ({ ...common, ...changes }));
  return JSON.stringify({ topic: 'publicTrade.BTCUSDT', type: 'snapshot', ts: 1700000000130, data });
}

/** A trade of the older API. */
function older(changes: object = {}): string {
  const trade = {
    trade_time_ms: 1700000000123,
    timestamp: '2023-11-14T22:13:20.000Z',
    symbol: 'BTCUSD',
    side: 'Sell',
    size: 8000,
    price: 43000.5,
    tick_direction: 'MinusTick',
    trade_id: '0f1e2d3c-0000-5555-8888-00000000beef',
    cross_seq: 1052816407,
  };
  return JSON.stringify({ topic: 'trade.BTCUSD', data: [{ ...trade, ...changes }] });
}

describe('Bybit', () => {
  it('is asked for trades of ten symbols in a message, and pinged every 20 s', () => {
    const symbols = Array.from({ length: 11 }, (_, index) => `S${index}`);
    expect(presetVenue('bybit', symbols)).toMatchObject({
      url: 'wss://stream.bybit.com/v5/public/spot',
      greeting: [
        JSON.stringify({ op: 'subscribe', args: symbols.slice(0, 10).map((symbol) => `publicTrade.${symbol}`) }),
        '{"op":"subscribe","args":["publicTrade.S10"]}',
      ],
      heartbeat: { send: { text: '{"op":"ping"}', every_ms: 20_000 } },
    });
  });

  it('has many trades in one frame', () => {
    expect(readingOf(venue, frame({}, { S: 'Sell', v: '12345.00000001', p: '42999.9', i: '2290000000012345679' }))).toEqual([
      '{"symbol":"BTCUSDT","event_ts":1700000000123000000,"ltp":43000.1,"vol":0.001,"trade_id":"2290000000012345678","side":"buy"}',
      '{"symbol":"BTCUSDT","event_ts":1700000000123000000,"ltp":42999.9,"vol":12345.00000001,"trade_id":"2290000000012345679","side":"sell"}',
    ]);
  });

  it('has ids of letters as well', () => {
    expect(readingOf(venue, frame({ i: '20f43950-d8dd-5b31-9112-a178eb6023af' }))[0]).toContain(
      '"trade_id":"20f43950-d8dd-5b31-9112-a178eb6023af"',
    );
  });

  it('repeats what is older than the connection by more than 2 s, and says of all that it is a snapshot', () => {
    const opened = instant('1700000002.123');
    const text = frame({}, { T: 1700000000122 }, { T: 1700000002123 });
    const marks = readingOf(venue, frameOf(text, { opened }));
    expect(Array.isArray(marks) && marks.map((line) => line.startsWith('repeated '))).toEqual([false, true, false]);
  });

  it('has trades of the older API, with numbers', () => {
    expect(readingOf(venue, older())).toEqual([
      '{"symbol":"BTCUSD","event_ts":1700000000123000000,"ltp":43000.5,"vol":8000,"trade_id":"0f1e2d3c-0000-5555-8888-00000000beef","side":"sell"}',
    ]);
    expect(readingOf(venue, older({ trade_time_ms: 1699999997999 }))[0]).toMatch(/^repeated /);
    expect(readingOf(venue, older({ trade_time_ms: 1699999998000 }))[0]).not.toMatch(/^repeated /);
  });

  it.each([
    ['{"success":true,"ret_msg":"","conn_id":"1","req_id":"","op":"subscribe"}'],
    ['{"success":true,"ret_msg":"pong","conn_id":"1","req_id":"","op":"ping"}'],
    ['{"req_id":"1","op":"pong","args":["1700000000123"],"conn_id":"1"}'],
    ['{"success":true,"ret_msg":"","conn_id":"1","request":{"op":"subscribe","args":["trade.BTCUSD"]}}'],
    ['{"success":true,"ret_msg":"pong","conn_id":"1","request":{"op":"ping","args":null}}'],
    ['{"topic":"orderbook.50.BTCUSDT","type":"delta","data":{}}'],
    ['{"topic":"orderBookL2_25.BTCUSD","type":"snapshot","data":[]}'],
    ['{"topic":"tickers.BTCUSDT","type":"snapshot","data":{}}'],
    ['{"topic":"kline.5.BTCUSDT","data":[]}'],
    ['{"topic":"liquidation.BTCUSDT","data":{}}'],
    ['{"topic":"instrument_info.100ms.BTCUSD","data":{}}'],
    ['{"topic":"klineV2.1.BTCUSD","data":[]}'],
  ])('has frames that hold no trades: %s', (text) => {
    expect(readingOf(venue, text)).toBe('ignored');
  });

  it.each([
    [
      '{"success":false,"ret_msg":"Invalid symbol :[publicTrade.X]","conn_id":"1","req_id":"","op":"subscribe"}',
      'Invalid symbol :[publicTrade.X]',
    ],
    ['{"success":false,"ret_msg":"error:topic:trade","conn_id":"1","request":{"op":"subscribe"}}', 'error:topic:trade'],
  ])('says what is wrong: %s', (text, words) => {
    expect(readingOf(venue, text)).toBe(`rejected: venue_error: ${words}`);
  });

  it.each([
    ['{"topic":"publicTrade"}'],
    ['{"topic":["publicTrade.BTCUSDT"]}'],
    ['{"op":"subscribe"}'],
    ['{"success":true}'],
    ['{"topic":"insurance.USDT"}'],
    ['{"__proto__":{"topic":"trade.BTCUSD"},"constructor":{"op":"pong"}}'],
  ])('sends what is not expected: %s', (text) => {
    expect(readingOf(venue, text)).toBe('rejected: unknown_message');
  });

  it.each([
    ['missing_field symbol', { s: undefined }],
    ['missing_field ltp', { p: '' }],
    ['wrong_type vol', { v: 'many' }],
    ['out_of_bounds side', { S: 'None' }],
    ['timestamp_range event_ts', { T: 1700000000 }],
  ])('has trades that are refused, among others: %s', (reason, changes) => {
    expect(readingOf(venue, frame({}, changes, {}))).toEqual([
      expect.stringMatching(/^\{/) as string,
      reason,
      expect.stringMatching(/^\{/) as string,
    ]);
  });
});
