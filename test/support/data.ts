import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ROOT } from './cli.js';

/** Folder of the real market data, which is no part of the project; undefined where it is absent. */
export const DATA = [process.env['QF_DATA'], `${ROOT}../shared/data`].find(
  (path) => path !== undefined && existsSync(`${path}/ticks`),
);

if (DATA === undefined) console.warn('SKIPPED: tests on real data, because neither QF_DATA nor ../shared/data holds any');

/** Names of the files in a folder of the data, without `.csv.gz`. */
export function namesIn(folder: string): string[] {
  if (DATA === undefined) return [];
  return readdirSync(`${DATA}/${folder}`)
    .filter((name) => name.endsWith('.csv.gz'))
    .map((name) => name.slice(0, -'.csv.gz'.length));
}

/** Rows of a gzipped CSV file, without its header. */
export function rowsOf(path: string): string[][] {
  return gunzipSync(readFileSync(path))
    .toString()
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
}

/** Bars by `symbol ts`, each as the text of `o,h,l,c,vol,n_trades`: compared as text, so that no digit is lost. */
export type Bars = Map<string, string>;

const BAR =
  /^\{"symbol":"([^"]+)","tf":"([^"]+)","ts":(\d+),"o":([^,]+),"h":([^,]+),"l":([^,]+),"c":([^,]+),"vol":([^,]+),"n_trades":(\d+)\}$/;

/** Bars of one timeframe in NDJSON. */
export function barsIn(ndjson: string, tf: string): Bars {
  const bars: Bars = new Map();
  for (const line of ndjson.split('\n')) {
    if (line === '') continue;
    const match = BAR.exec(line);
    if (match === null) throw new Error(`not a bar: ${line}`);
    const [, symbol = '', itsTf, ts = '', ...rest] = match;
    if (itsTf === tf) bars.set(`${symbol} ${ts}`, rest.join(','));
  }
  return bars;
}

/** Bars of a CSV file of the data, `symbol,ts_ms,open,high,low,close,volume[,ticks]`. */
export function barsOf(path: string): Bars {
  return new Map(rowsOf(path).map(([symbol = '', ts_ms = '', ...rest]) => [`${symbol} ${Number(ts_ms) / 1000}`, rest.join(',')]));
}
