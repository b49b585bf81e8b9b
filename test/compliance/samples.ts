import { encodeBar } from '../../src/lib/engines/reference/bar-codec.js';
import { DecimalSum } from '../../src/lib/core/model/decimal.js';

const START_S = 1_704_167_100;

/** How the suite runs one stage. */
export interface Sample {
  /** Flags and arguments for a run over `input`, or for a finite source. */
  readonly args: readonly string[];
  /** Good input, one record a line; absent for a source that reads none. */
  readonly input?: string;
  /** Lines at its beginning that are no records. */
  readonly headerLines?: number;
  /** What stands in a line before its record. */
  readonly linePrefix?: string;
  /** For a source: flags of a run without end. */
  readonly endless?: readonly string[];
}

/** Ticks of three symbols over a few seconds, with ids, some of them late, twice, or not in order. */
export const TICKS = Array.from({ length: 400 }, (_, index) => {
  const s = START_S + Math.floor(index / 20) - (index % 50 === 49 ? 6 : 0);
  const ns = (index % 20) * 50_000_000 - (index % 7 === 0 && index % 20 !== 0 ? 60_000_000 : 0);
  const id = index % 30 === 29 ? index - 1 : index;
  return `{"symbol":"${'ABC'[index % 3] ?? ''}","event_ts":${s}${String(1e9 + ns).slice(1)},"ltp":${100 + (index % 9) / 4},"vol":${index / 8},"trade_id":${id}}\n`;
}).join('');

/** 1 s bars of two symbols over ten minutes. */
export const BARS = Array.from({ length: 600 }, (_, index) =>
  ['A', 'B/C'].map((symbol) => {
    const vol = new DecimalSum();
    vol.add(index, 12_345_678);
    return encodeBar({ symbol, tf_s: 1, ts: START_S + index, o: 10, h: 12 + index, l: 9, c: 11, vol, n_trades: 3 });
  }),
)
  .flat()
  .join('');

const CSV = `ts_ms,symbol,price,size\n${Array.from({ length: 50 }, (_, index) => `${START_S}${100 + index},A,${100 + index},1.5\n`).join('')}`;

/** A recorded session of Kraken: trades of a few seconds, one a frame, with consecutive ids. */
export const SESSION = Array.from({ length: 50 }, (_, index) => {
  const [s, ds] = [Math.floor(index / 10), index % 10];
  const trade = `{"symbol":"A/USD","side":"buy","price":${100 + (index % 9) / 4},"qty":0.5,"trade_id":${index + 1},"timestamp":"2024-01-02T03:45:0${s}.${ds}Z"}`;
  return `${START_S + s}.${ds}5: {"channel":"trade","type":"update","data":[${trade}]}\n`;
}).join('');

/** Every stage has a sample: a new one without fails the suite. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  'ingest sim': { args: ['--count', '500', '--pace', 'max'], endless: ['--pace', 'max'] },
  'ingest file': { args: ['-'], input: CSV, headerLines: 1 },
  'ingest ws': { args: ['--venue', 'kraken', '--replay', '-'], input: SESSION, linePrefix: `${START_S + 9}: ` },
  bars1s: { args: ['--max-future', 'off'], input: TICKS },
  agg: { args: ['--tf', '1m,5m'], input: BARS },
  'pairs scan': { args: ['--as', 'ndjson', '--min-bars', '2'], input: BARS },
  check: { args: ['--as', 'bar'], input: BARS },
  fmt: { args: ['ndjson'], input: BARS },
};
