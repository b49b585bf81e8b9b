import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type SourceItem, TickWriter } from '../../src/lib/engines/reference/tick-writer.js';
import { FrameReader } from '../../src/lib/venues/frame-reader.js';
import { parseVenue } from '../../src/lib/venues/map-venue.js';
import type { Engine, Venue } from '../../src/lib/venues/venue.js';
import { ROOT } from '../support/cli.js';
import { instant } from '../support/venues.js';

const FUZZ_S = Number(process.env['QF_FUZZ_S'] ?? 4);

/** A venue with what those that come with qf do not ask for. */
const OTHER = {
  summary: 'a venue of the tests',
  url: 'wss://host/feed',
  trades: [
    {
      name: 'a',
      when: { '/k': ['a*z', 'b'], '/1': '*' },
      at: '/l/0',
      symbol: { value: 'X Y' },
      event_ts: { at: '/t', unit: 'us' },
      ltp: '',
      vol: { frame: '/v' },
      trade_id: '/0',
      consecutive_ids: true,
    },
    { when: { '/k': 'a' }, at: '/l', symbol: '/s', event_ts: { at: '/t', unit: 'ns' }, ltp: '/p', vol: '/v', side: '/d' },
    { when: { '/k': 'c' }, at: '/l', symbol: '/s', event_ts: 'receive', ltp: '/p', vol: '/v' },
    { when: { '/k': '*' }, at: '', symbol: '/l/s', event_ts: { at: '/t', unit: 's' }, ltp: '/p', vol: { cumulative: '/v' } },
  ],
  ignore: [{ '/1': 'x*' }, { '/v': ['*', 'y'] }],
};

/** Frames as each venue sends them: trades that follow each other, and others. */
const FRAMES: Readonly<Record<string, readonly string[]>> = {
  binance: [
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1704167100001,"s":"BTCUSDT","t":7,"p":"42000.10000000","q":"0.00100000","T":1704167100000,"m":true,"M":true}}',
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1704167100001,"s":"BTCUSDT","t":9,"p":"42000.10","q":"3","T":1704167100000,"m":false}}',
    '{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","s":"BTCUSDT","a":7,"p":"1","q":"2","T":1704167100000,"m":false}}',
    '{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","b":[["1.5","2"],["1.4","0"]],"a":[]}}',
    '{"result":null,"id":1}',
    '{"error":{"code":2,"msg":"no"},"id":1}',
  ],
  bybit: [
    '{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1704167100001,"data":[{"T":1704167100000,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"42000.5","i":"2290-a"},{"T":1704167100001,"s":"BTCUSDT","S":"Sell","v":"1","p":"42000","i":"2291"}]}',
    '{"topic":"publicTrade.BTCUSDT","data":[]}',
    '{"topic":"trade.BTCUSD","data":[{"trade_time_ms":"1704167100000","symbol":"BTCUSD","side":"SELL","size":20,"price":42000.5,"trade_id":"x"}]}',
    '{"success":true,"ret_msg":"","op":"subscribe"}',
    '{"topic":"orderbook.50.BTCUSDT","data":{"b":[["1","2"]]}}',
  ],
  coinbase: [
    '{"type":"match","trade_id":11,"side":"sell","size":"0.5","price":"42000.01","product_id":"BTC-USD","time":"2024-01-31T03:45:00.123456Z"}',
    '{"type":"match","trade_id":14,"side":"buy","size":"0.5","price":"42000.01","product_id":"BTC-USD","time":"2024-02-29T03:45:00Z"}',
    '{"type":"last_match","trade_id":10,"side":"sell","size":"0.5","price":"42000.01","product_id":"BTC-USD","time":"2024-01-02T03:45:00.1Z"}',
    '{"type":"heartbeat","sequence":5}',
    '{"type":"error","message":"no"}',
  ],
  kraken: [
    '{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":42000.1,"qty":0.5,"trade_id":5,"timestamp":"2024-01-02T03:45:00.123456Z"},{"symbol":"BTC/USD","side":"sell","price":42000,"qty":1.50,"trade_id":6,"timestamp":"2024-01-02T03:45:01Z"}]}',
    '{"channel":"trade","type":"snapshot","data":[{"symbol":"BTC/USD","side":"buy","price":42000.1,"qty":0.5,"trade_id":4,"timestamp":"2024-01-02T03:45:00Z"}]}',
    '[337,[["42000.1","0.5","1704167100.123456","s","l",""]],"trade","XBT/USD"]',
    '{"channel":"heartbeat"}',
    '[5,"ticker"]',
    '["book-10"]',
    '[5,{},"ticker"]',
  ],
  map: [
    '{"k":"a-z","1":2,"l":[{"t":1704167100000000,"0":5,"p":1}],"v":"7.50"}',
    '{"k":"a","l":[{"s":"A","t":1704167100000000000,"p":"1.5","v":2,"d":"b"}]}',
    '{"k":"c","l":{"s":"A","p":1,"v":2}}',
    '{"k":[],"l":{"s":"A"},"t":1704167100,"p":1,"v":5}',
    '{"1":"xyz"}',
    '{"v":null}',
  ],
};

const VALUES = [
  '"2608-08-01T03:45:00Z"', '"9999-12-31T23:59:59Z"', '"BTC!"', '"5.x5"', '"2024-01-02x03:45:00Z"', '"2024-01-02T03:45:00.Z"', '"2024-01-02T03:45:00.1x2Z"', '"2024-01-02T03:45:00+01:00"',
  '0', '-1', '1.5', '00', '1e3', '-0.0', '.5', '5.', '123456789012345', '1234567890123456', '0.000000001', '1000000000000', 'true', 'null',
  '"', '""', '"trade"', '"a\\u0062"', '"é"', '"\\n"', '[]', '{}', '[1,{"a":[]}]', '"1704167100000"', '1704167100000', '"2024-13-01T00:00:00Z"',
  '"1972-01-01T00:00:00Z"', '"2023-02-29T00:00:00Z"', '"2024-04-31T00:00:00Z"', '"0.000000001"', '1704167097000', '1704167096999', '"0.00000001"',
   '"0.10"', '"BTC USD_1:&/-."', '" A"', '"x".', '1704167100000000000', '99999999999999999999',
]; // prettier-ignore

/** A frame as it is, with a value changed, with spaces, or with bytes changed. */
function changed(frame: string): fc.Arbitrary<string> {
  const tokens = frame.split(/("[^"]*"|[-\d.]+|[[\]{}:,])/).filter((token) => token !== '');
  const at = fc.nat({ max: tokens.length - 1 });
  const values = tokens.flatMap((token, place) => (/^[\[\]{}:,]$/.test(token) || tokens[place + 1] === ':' ? [] : [place]));
  const value = fc.constantFrom(...(values.length === 0 ? [0] : values));
  const put = (place: number, text: string): string => tokens.map((token, index) => (index === place ? text : token)).join('');
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(frame) },
    { weight: 6, arbitrary: fc.tuple(value, fc.constantFrom(...VALUES)).map(([place, text]) => put(place, text)) },
    { weight: 1, arbitrary: fc.tuple(at, fc.constantFrom(...VALUES)).map(([place, text]) => put(place, text)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(at, fc.constantFrom(' ', '\t', '\r', '\n', '  '))
        .map(([place, text]) => put(place, `${text}${tokens[place] ?? ''}${text}`)),
    },
    { weight: 1, arbitrary: at.map((place) => put(place, '')) },
    { weight: 1, arbitrary: fc.nat({ max: frame.length }).map((size) => frame.slice(0, size)) },
    { weight: 1, arbitrary: fc.tuple(at, at).map(([one, other]) => put(one, tokens[other] ?? '')) },
  );
}

function venueOf(name: string, engine: Engine): Venue {
  const path = `${ROOT}configs/venues/${name}.yaml`;
  return parseVenue(name, path, name === 'map' ? JSON.stringify(OTHER) : readFileSync(path, 'utf8'), [], engine);
}

/** What a session comes to, and how many of its frames the kernel has taken. */
function outcomeOf(name: string, engine: Engine, session: readonly string[]): { readonly seen: unknown; readonly taken: number } {
  const venue = venueOf(name, engine);
  let taken = 0;
  const kernel = venue.kernel && {
    gaps: venue.kernel.gaps,
    takeGaps: () => venue.kernel?.takeGaps() ?? [],
    read: (frame: Parameters<Venue['read']>[0]) => {
      const lines = venue.kernel?.read(frame);
      if (lines !== undefined) taken++;
      return lines;
    },
  };
  const seen: unknown[] = [];
  const listener = { gap: (gap: unknown) => seen.push(gap), notice: (text: string) => seen.push(text) };
  const own: Venue = { ...venue, read: (frame) => venue.read(frame), kernel };
  const reader = new FrameReader(own, listener);
  const writer = new TickWriter('ingest-ws', false);
  const opened = [instant('1704167099'), instant('1704167200')];
  for (const [index, text] of session.entries()) {
    const bytes = Buffer.from(text);
    const items: readonly SourceItem[] = reader.read({
      bytes,
      isBinary: false,
      received: instant('1704167300.5'),
      opened: opened[index < session.length / 2 ? 0 : 1] ?? instant('0'),
    });
    seen.push(items.length);
    writer.push(items);
    const { output, rejects } = writer.take();
    seen.push(output.bytes.toString('latin1'), rejects.bytes.toString('latin1'));
  }
  const { frames, repeated, withReceiveTime, gaps } = reader;
  seen.push(frames, repeated, withReceiveTime, gaps.gaps, gaps.missed, gaps.behind, writer.counts.saved());
  return { seen, taken };
}

it.each(Object.entries(FRAMES))('%s: frames say the same to both engines', { timeout: (FUZZ_S + 60) * 1000 }, (name, frames) => {
  const session = fc.array(fc.constantFrom(...frames).chain(changed), { maxLength: 12 });
  let taken = 0;
  fc.assert(
    fc.property(session, (texts) => {
      const reference = outcomeOf(name, 'reference', texts);
      const wasm = outcomeOf(name, 'wasm', texts);
      expect(wasm.seen).toEqual(reference.seen);
      taken += wasm.taken;
    }),
    { numRuns: Infinity, interruptAfterTimeLimit: FUZZ_S * 1000, markInterruptAsFailure: false },
  );
  expect(taken).toBeGreaterThan(50);
});
