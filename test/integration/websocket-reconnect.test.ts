import { describe, expect, test } from 'vitest';
import { CutMarket, cutDay, type MarketTrade } from '../support/cut-market.js';
import { type HostilePeer, hostileServers, type Script } from '../support/hostile-server.js';
import { accountIn, linesIn, RunningQf, saysIn } from '../support/running.js';
import { frame } from '../support/websocket-frames.js';

const open = hostileServers();

const TRADES = 300_000;
const CUTS = 50;

/** Ranges of consecutive ids, as `symbol from to`, sorted. */
function rangesOf(trades: readonly MarketTrade[]): string[] {
  const ranges: { symbol: string; from: number; to: number }[] = [];
  const sorted = [...trades].sort((a, b) => a.symbol.localeCompare(b.symbol) || a.id - b.id);
  for (const { symbol, id } of sorted) {
    const last = ranges.at(-1);
    if (last?.symbol === symbol && last.to === id - 1) last.to = id;
    else ranges.push({ symbol, from: id, to: id });
  }
  return ranges.map(({ symbol, from, to }) => `${symbol} ${from} ${to}`);
}

test(`24 hours of market, cut ${CUTS} times: what was sent is written, what was not is named`, async () => {
  const seed = Number(process.env['QF_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  console.log(`QF_SEED=${seed} replays this`);
  const day = cutDay(seed, TRADES, CUTS);
  const sent = day.parts.flatMap(({ trades }) => trades);
  const market = new CutMarket(day);
  const port = await market.listen();
  const qf = new RunningQf([
    ...['ingest', 'ws', '--venue', 'binance', '--symbols', day.symbols.join(','), '--url', `ws://127.0.0.1:${port}/stream`],
    ...['--backoff-min', '1ms', '--backoff-max', '20ms'],
  ]);
  const last = sent.at(-1);
  await qf.output(new RegExp(`"${last?.symbol ?? ''}".*"trade_id":"${last?.id ?? ''}"`));
  const run = await qf.interrupt();
  expect(run.exitCode).toBe(130);
  expect(run.stdout === sent.map(({ line }) => line).join(''), 'exactly the trades that were sent, in order').toBe(true);

  const times = [sent[0], last].map((trade) => Number(linesIn(trade?.line ?? '')[0]?.['event_ts']));
  expect((Number(times[1]) - Number(times[0])) / 3.6e12, 'hours').toBeCloseTo(24, 1);

  const log = linesIn(run.stderr);
  const named = log.filter(({ msg }) => String(msg).startsWith('missed'));
  const ranges = rangesOf(day.missed);
  expect(named.map(({ symbol, from_id, to_id }) => [symbol, from_id, to_id].join(' ')).sort()).toEqual(ranges.sort());
  for (const { symbol, from_id, to_id, missed, msg } of named) {
    expect(missed).toBe(Number(to_id) - Number(from_id) + 1);
    const ids =
      missed === 1
        ? `trade of ${String(symbol)}: id ${String(from_id)}`
        : `trades of ${String(symbol)}: ids ${String(from_id)} to ${String(to_id)}`;
    expect(msg).toBe(`missed ${String(missed)} ${ids}`);
  }
  const { feed, ...summary } = accountIn(run.stderr);
  expect(summary).toMatchObject({ ended: 'SIGINT', in: sent.length, used: sent.length, rejected: 0, unwritten_records: 0 });
  expect(feed).toMatchObject({
    frames: { in: sent.length + CUTS + 1, used: sent.length, ignored: CUTS + 1, rejected: 0 },
    connections: CUTS + 1,
    gaps: ranges.length,
    missed: day.missed.length,
    behind: 0,
    repeated: 0,
    shed: 0,
    suppressed_warnings: 0,
  });
  expect(log.filter(({ msg }) => String(msg).startsWith('connected'))).toHaveLength(CUTS + 1);
  expect(log.filter(({ msg }) => String(msg).includes('; next attempt in'))).toHaveLength(CUTS);
  const streams = day.symbols.map((symbol) => `${symbol.toLowerCase()}@trade`);
  expect(new Set(market.requests)).toEqual(new Set([JSON.stringify({ method: 'SUBSCRIBE', params: streams, id: 1 })]));
  expect(market.requests).toHaveLength(CUTS + 1);
  console.log(
    `${sent.length} trades written, ${day.missed.length} missed in ${ranges.length} gaps, ${String(summary['elapsed_ms'])} ms`,
  );
});

describe('a venue that repeats old trades when a connection opens', () => {
  interface Venue {
    readonly venue: string;
    readonly symbol: string;
    readonly subscribed: string;
    /** Frames with what is repeated: trades of these ids. */
    readonly repeat: (ids: readonly number[]) => string[];
    readonly trade: (id: number) => string;
  }

  const MISSED = [103, 104, 105, 106, 107];

  const time = (id: number): string => `2024-01-02T03:04:05.${String(id).padStart(6, '0')}Z`;
  const match = (type: string, id: number): string =>
    JSON.stringify({
      type,
      trade_id: id,
      side: 'sell',
      size: '0.5',
      price: `${id}.25`,
      product_id: 'A-B',
      sequence: 9 * id,
      time: time(id),
    });
  const deal = (id: number): object => ({
    symbol: 'A/B',
    side: 'buy',
    price: id + 0.25,
    qty: 0.5,
    ord_type: 'limit',
    trade_id: id,
    timestamp: time(id),
  });
  const deals = (type: string, ids: readonly number[]): string => JSON.stringify({ channel: 'trade', type, data: ids.map(deal) });

  const COINBASE: Venue = {
    venue: 'coinbase',
    symbol: 'A-B',
    subscribed: '{"type":"subscriptions","channels":[{"name":"matches","product_ids":["A-B"]}]}',
    repeat: (ids) => ids.slice(-1).map((id) => match('last_match', id)),
    trade: (id) => match('match', id),
  };
  const KRAKEN: Venue = {
    venue: 'kraken',
    symbol: 'A/B',
    subscribed: '{"method":"subscribe","result":{"channel":"trade","symbol":"A/B"},"success":true}',
    repeat: (ids) => [deals('snapshot', ids)],
    trade: (id) => deals('update', [id]),
  };
  const NEWEST_FIRST: Venue = { ...KRAKEN, repeat: (ids) => [deals('snapshot', [...ids].reverse())] };
  const ONE_BY_ONE: Venue = { ...KRAKEN, repeat: (ids) => ids.map((id) => deals('snapshot', [id])) };

  test.each([
    ['coinbase', COINBASE, ['trades of A-B: ids 103 to 107']],
    ['kraken', KRAKEN, ['trades of A/B: ids 103 to 107']],
    ['kraken, if the newest came first', NEWEST_FIRST, ['trades of A/B: ids 103 to 107']],
    ['kraken, if each came in a frame of its own', ONE_BY_ONE, MISSED.map((id) => `trade of A/B: id ${id}`)],
  ])('%s: they are dropped, and say at once what was missed', async (_, { venue, symbol, subscribed, repeat, trade }, gaps) => {
    const texts = (...list: readonly string[]): Buffer => Buffer.concat(list.map((text) => frame(text)));
    const old = repeat([...Array(50).keys()].map((index) => index + 51));
    const newer = repeat([...Array(50).keys()].map((index) => index + 58));
    let client: HostilePeer | undefined;
    const first: Script = async (peer) => {
      await peer.accept();
      await peer.nextFrame();
      peer.write(texts(subscribed, ...old, trade(101), trade(102))).end();
    };
    const second: Script = async (peer) => {
      await peer.accept();
      await peer.nextFrame();
      client = peer.write(texts(subscribed, ...newer));
    };
    const { port } = await open([first, second]);
    const qf = new RunningQf([
      ...['ingest', 'ws', '--venue', venue, '--symbols', symbol, '--url', `ws://127.0.0.1:${port}/`],
      ...['--backoff-min', '5ms', '--backoff-max', '20ms'],
    ]);
    // Before any new trade.
    await qf.log(/missed/);
    client?.write(texts(trade(108), trade(109)));
    await qf.output(/"trade_id":"109"/);
    const run = await qf.interrupt();
    expect(linesIn(run.stdout).map((tick) => tick['trade_id'])).toEqual(['101', '102', '108', '109']);
    expect(saysIn(run.stderr)).toEqual([
      'connected to ws://HOST/',
      'the connection was lost; next attempt in N s',
      'connected to ws://HOST/',
      ...gaps.map((gap) => `missed ${gaps.length === 1 ? MISSED.length : 1} ${gap}`),
      'summary',
    ]);
    const repeated = venue === 'coinbase' ? 2 : 100;
    const used = old.length + newer.length + 4;
    const frames = { in: used + 2, used, ignored: 2, rejected: 0 };
    expect(accountIn(run.stderr)).toMatchObject({
      ...{ in: 4 + repeated, used: 4, ignored: repeated, rejected: 0 },
      feed: { frames, repeated, gaps: gaps.length, missed: MISSED.length, behind: 0, connections: 2 },
    });
  });
});
