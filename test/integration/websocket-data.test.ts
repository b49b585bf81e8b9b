import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shell, summariesIn } from '../support/cli.js';
import { barsIn, barsOf, DATA } from '../support/data.js';

const TIMEFRAMES = ['1s', '1m', '3m', '5m', '15m'];
const BTC = 'btcusdt-20240808';
const SESSIONS = [BTC, 'ethusdt-20240808'];

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'qf-ws-data-'))));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

interface Tick {
  readonly symbol: string;
  readonly event_ts: string;
  readonly ltp: string;
  readonly vol: string;
  readonly trade_id: string;
  readonly side: string;
}

/** Ticks of NDJSON, every value as its text. */
function ticksIn(ndjson: string): Tick[] {
  const lines = ndjson === '' ? [] : ndjson.trimEnd().split('\n');
  return lines.map((line) => {
    const text = (field: string): string => new RegExp(`"${field}":"?([^",}]+)`).exec(line)?.[1] ?? '';
    return {
      symbol: text('symbol'),
      event_ts: text('event_ts'),
      ltp: text('ltp'),
      vol: text('vol'),
      trade_id: text('trade_id'),
      side: text('side'),
    };
  });
}

/** A decimal without the zeros that say nothing. */
function trimmed(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

describe.skipIf(DATA === undefined)('recorded sessions through a real websocket', () => {
  const data = String(DATA);

  test.each(SESSIONS)('binance %s gives exactly the published ticks, and the bars of them', async (name) => {
    const ticks = join(dir, `${name}.ndjson`);
    const run = await shell(
      `qf ingest ws --venue binance --replay ${data}/ws/binance/spot_${name.replace('-', '_')}.gz > ${ticks}`,
    );
    expect(run.exitCode, run.stderr).toBe(0);
    const file = await shell(`qf ingest file ${data}/ticks/binance-ws-${name}.csv.gz`);
    expect(readFileSync(ticks, 'utf8') === file.stdout, 'the same bytes').toBe(true);
    const bars1s = join(dir, `${name}.1s.ndjson`);
    const bars = await shell(`qf bars1s --from file:${ticks} > ${bars1s} && qf agg --tf 1m,3m,5m,15m --from file:${bars1s}`);
    expect(bars.exitCode, bars.stderr).toBe(0);
    const all = readFileSync(bars1s, 'utf8') + bars.stdout;
    for (const tf of TIMEFRAMES) expect(barsIn(all, tf), tf).toEqual(barsOf(`${data}/expected/binance-ws-${name}.${tf}.csv.gz`));
    expect(summariesIn(run.stderr)[0]).toMatchObject({
      rejected: 0,
      adds_up: true,
      feed: { gaps: 0, behind: 0, connections: 1, frames: { rejected: 0, adds_up: true } },
    });
  });

  const captures = DATA === undefined ? [] : readdirSync(`${data}/ws/captures`).filter((name) => name.endsWith('.gz'));

  test('there are captures of every venue that is described', () => {
    expect(new Set(captures.map(venueOf))).toEqual(new Set(['binance', 'bybit', 'coinbase', 'kraken']));
  });

  test.each(captures)('%s gives exactly the trades to find, without those that the venue repeated', async (capture) => {
    const run = await shell(`qf ingest ws --venue ${venueOf(capture)} --replay ${data}/ws/captures/${capture}`);
    expect(run.exitCode, run.stderr).toBe(0);
    const rows = rowsOf(`${data}/ws/captures/expected-${capture.replace('.gz', '')}.csv`);
    const kept = rows.filter(([, event]) => event !== 'last_match');
    const found = ticksIn(run.stdout).map(({ symbol, event_ts, ltp, vol, side, trade_id }) =>
      [millisOf(venueOf(capture), event_ts), symbol, ltp, vol, side, trade_id].join(),
    );
    expect(found).toEqual(
      kept.map(([, , ts_ms, symbol, price = '', size = '', side, id]) =>
        [ts_ms, symbol, trimmed(price), trimmed(size), side, id].join(),
      ),
    );
    const repeated = rows.length - kept.length;
    expect(repeated).toBe(venueOf(capture) === 'coinbase' ? 10 : 0);
    expect(summariesIn(run.stderr)[0]).toMatchObject({
      in: rows.length,
      used: kept.length,
      ignored: repeated,
      rejected: 0,
      feed: { repeated, gaps: 0, frames: { rejected: 0, adds_up: true } },
    });
  });

  test('kite frames give every field that a tick keeps', async () => {
    const modes = ['ltp', 'quote', 'full'] as const;
    const expected = JSON.parse(readFileSync(`${data}/ws/kite/expected.json`, 'utf8')) as Record<
      (typeof modes)[number],
      readonly { instrument_token: number; last_price: number; exchange_timestamp?: number }[]
    >;
    const session = join(dir, 'kite.ws');
    const frames = modes.map((mode) => readFileSync(`${data}/ws/kite/${mode}Mode_binary.packet`).toString('base64'));
    writeFileSync(session, frames.map((frame, index) => `165537833${index}.25: base64:${frame}\n`).join(''));
    const instruments = join(dir, 'instruments.csv');
    writeFileSync(
      instruments,
      `instrument_token,exchange_token,tradingsymbol,exchange\n${expected.ltp[0]?.instrument_token ?? ''},1,ABC,NSE\n`,
    );
    const run = await shell(`qf ingest ws --venue kite --instruments ${instruments} --replay ${session}`);
    expect(run.exitCode, run.stderr).toBe(0);
    expect(ticksIn(run.stdout)).toEqual(
      modes.map((mode, index) => {
        const [{ last_price, exchange_timestamp } = { last_price: NaN, exchange_timestamp: undefined }] = expected[mode];
        return {
          symbol: 'ABC',
          event_ts: exchange_timestamp === undefined ? `165537833${index}250000000` : `${exchange_timestamp}000000000`,
          ltp: String(last_price),
          // The first volume of a day says nothing of what this tick traded, and the next one is the same.
          vol: '0',
          trade_id: '',
          side: '',
        };
      }),
    );
    expect(summariesIn(run.stderr)[0]).toMatchObject({ used: 3, feed: { receive_time: 2 } });
  });

  test('a recording of a replay replays to the same ticks', async () => {
    const copy = join(dir, 'copy.ws');
    const original = `${data}/ws/binance/spot_${BTC.replace('-', '_')}.gz`;
    const [first, second] = [
      await shell(`qf ingest ws --venue binance --replay ${original} --record ${copy} | sha256sum`),
      await shell(`qf ingest ws --venue binance --replay ${copy} | sha256sum`),
    ];
    expect(second.stdout).toBe(first.stdout);
  });
});

/** The list has whole ms: those of Coinbase were rounded, those of Kraken cut. */
function millisOf(venue: string, event_ts: string): number {
  const us = Number(event_ts.slice(0, -3));
  return venue === 'coinbase' ? Math.round(us / 1000) : Math.floor(us / 1000);
}

function venueOf(capture: string): string {
  return /^[A-Z]+/.exec(capture)?.[0].toLowerCase() ?? '';
}

/** Rows of the plain CSV files beside the captures, without their header. */
function rowsOf(path: string): string[][] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}
