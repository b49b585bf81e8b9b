import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shell, summariesIn } from '../support/cli.js';
import { type Bars, barsIn, barsOf, DATA, namesIn, rowsOf } from '../support/data.js';

const TIMEFRAMES = ['1s', '1m', '3m', '5m', '15m'];

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'qf-data-'))));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** Only the prices of bars. */
function pricesOf(bars: Bars): Bars {
  return new Map([...bars].map(([key, text]) => [key, text.split(',').slice(0, 4).join(',')]));
}

/** Bars of every timeframe that a shell line, which writes 1 s bars, leads to. */
async function allBars(seconds: string): Promise<Map<string, Bars>> {
  const bars1s = join(dir, 'bars1s.ndjson');
  const first = await shell(`${seconds} > ${bars1s}`);
  expect(first.exitCode, first.stderr).toBe(0);
  const second = await shell(`qf agg --tf 1m,3m,5m,15m --from file:${bars1s}`);
  expect(second.exitCode, second.stderr).toBe(0);
  const ndjson = readFileSync(bars1s, 'utf8') + second.stdout;
  return new Map(TIMEFRAMES.map((tf) => [tf, barsIn(ndjson, tf)]));
}

describe.skipIf(DATA === undefined)('real market data', () => {
  const data = String(DATA);

  test.each(namesIn('ticks'))('%s: every bar equals the expected one in every field', async (name) => {
    const bars = await allBars(`qf ingest file ${data}/ticks/${name}.csv.gz | qf bars1s --grace 600s`);
    for (const tf of TIMEFRAMES) {
      const expected = barsOf(`${data}/expected/${name}.${tf}.csv.gz`);
      expect(expected.size).toBeGreaterThan(0);
      expect(bars.get(tf), `${name} ${tf}`).toEqual(expected);
      const published = `${data}/thirdparty/${name}.${tf}.csv.gz`;
      if (existsSync(published)) expect(pricesOf(bars.get(tf) as Bars)).toEqual(pricesOf(barsOf(published)));
    }
  });

  test('there are bars published by others for both FX files', () => {
    const fx = namesIn('ticks').filter((name) => name.startsWith('fx-'));
    expect(fx).toHaveLength(2);
    for (const name of fx) expect(existsSync(`${data}/thirdparty/${name}.1m.csv.gz`)).toBe(true);
  });

  test.each(['2021-04-08', '2021-04-09'])('NSE %s from the raw files gives the same ticks and bars', async (day) => {
    const raw = `qf ingest file ${data}/nse-raw/${day}/*.csv.gz`;
    const merged = `qf ingest file ${data}/ticks/nse-${day}.csv.gz`;
    const [fromRaw, fromMerged] = await Promise.all([shell(`${raw} | sha256sum`), shell(`${merged} | sha256sum`)]);
    expect(fromRaw.stdout).toBe(fromMerged.stdout);
    const bars = await allBars(`${raw} | qf bars1s --grace 600s`);
    for (const tf of TIMEFRAMES) expect(bars.get(tf)).toEqual(barsOf(`${data}/expected/nse-${day}.${tf}.csv.gz`));
  });

  test.each(['2021-04-08', '2021-04-09'])('NSE %s without grace differs by exactly the ticks reported as late', async (day) => {
    const rejects = join(dir, `late-${day}.ndjson`);
    const ticks = `${data}/ticks/nse-${day}.csv.gz`;
    const run = await shell(`qf ingest file ${ticks} | qf bars1s --grace 0s --rejects ${rejects}`);
    expect(run.exitCode).toBe(0);
    const late = readFileSync(rejects, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { reason: string; line: number });
    expect(late.length).toBeGreaterThanOrEqual(600);
    expect(new Set(late.map(({ reason }) => reason))).toEqual(new Set(['late']));
    expect(summariesIn(run.stderr).find(({ stage }) => stage === 'bars1s')).toMatchObject({ late: late.length, rejected: 0 });
    const lateRows = new Set(late.map(({ line }) => line - 1));
    const onTime = rowsOf(ticks).filter((_, index) => !lateRows.has(index));
    expect(barsIn(run.stdout, '1s')).toEqual(naiveBars(onTime));
  });

  test('1 s bars of Coinbase, published by others, aggregate to their 1 m bars', async () => {
    const input = rowsOf(`${data}/thirdparty/coinbase-btcusd.1s.csv.gz`).map(
      ([symbol, ts_ms, o, h, l, c, vol]) =>
        `{"symbol":"${symbol ?? ''}","tf":"1s","ts":${Number(ts_ms) / 1000},"o":${o ?? ''},"h":${h ?? ''},"l":${l ?? ''},"c":${c ?? ''},"vol":${vol ?? ''},"n_trades":1}\n`,
    );
    const path = join(dir, 'coinbase.ndjson');
    writeFileSync(path, input.join(''));
    const run = await shell(`qf agg --tf 1m,3m,5m,15m --from file:${path}`);
    expect(run.exitCode).toBe(0);
    const withoutCount = (tf: string): Bars =>
      new Map([...barsIn(run.stdout, tf)].map(([key, text]) => [key, text.replace(/,\d+$/, '')]));
    expect(withoutCount('1m')).toEqual(barsOf(`${data}/thirdparty/coinbase-btcusd.1m.csv.gz`));
    for (const tf of ['3m', '5m', '15m'])
      expect(withoutCount(tf)).toEqual(barsOf(`${data}/expected/coinbase-btcusd.${tf}.csv.gz`));
  });
});

/** 1 s bars of rows `ts_ms,symbol,price,size,…` in arrival order, computed in the plainest way; sizes are whole numbers. */
function naiveBars(rows: readonly string[][]): Bars {
  const groups = new Map<string, { ms: number; price: number; size: number }[]>();
  for (const [ts_ms = '', symbol = '', price, size] of rows) {
    const key = `${symbol} ${Math.floor(Number(ts_ms) / 1000)}`;
    groups.set(key, [...(groups.get(key) ?? []), { ms: Number(ts_ms), price: Number(price), size: Number(size) }]);
  }
  return new Map(
    [...groups].map(([key, ticks]) => {
      const prices = ticks.map(({ price }) => price);
      const open = ticks.reduce((first, tick) => (tick.ms < first.ms ? tick : first));
      const close = ticks.reduce((last, tick) => (tick.ms >= last.ms ? tick : last));
      const volume = ticks.reduce((sum, { size }) => sum + size, 0);
      return [key, [open.price, Math.max(...prices), Math.min(...prices), close.price, volume, ticks.length].join(',')];
    }),
  );
}
