import { encodeBar } from '../../src/lib/engines/reference/bar-codec.js';
import { DecimalSum } from '../../src/lib/core/model/decimal.js';

const START_S = 1_704_167_100;
const TF_S = 180;

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

/** Bars of the first pair of configs/pairs.yaml: its spread swings, and now and then leaps out and comes back. */
function pairBars(tf_s: number): string {
  return Array.from({ length: 200 * (TF_S / tf_s) }, (_, index) => {
    const step = Math.floor((index * tf_s) / TF_S);
    const b = 200 + (step % 13) / 4;
    const leap = step % 50 === 44 ? 4 : step % 50 === 45 ? 2 : 0;
    const a = b + (step % 3) / 2 + (step % 100 < 50 ? leap : -leap);
    const bar = (symbol: string, c: number): string =>
      `{"symbol":"${symbol}","tf":"${tf_s / 60}m","ts":${START_S + index * tf_s},"o":${c},"h":${c},"l":${c},"c":${c},"vol":1,"n_trades":1}\n`;
    return bar('SIM0001', b) + bar('SIM0002', a);
  }).join('');
}

const PAIR = 'SIM0002_SIM0001_3m';

/** An entry and its exit, over and over. */
const SIGNALS = Array.from({ length: 20 }, (_, index) => {
  const [action, sideA, sideB, reason] =
    index % 2 === 0 ? ['ENTER_LONG_A_SHORT_B', 'BUY', 'SELL', 'reentry'] : ['EXIT', 'SELL', 'BUY', 'revert'];
  return (
    `{"pair_id":"${PAIR}","pair_symbol":"SIM0002-SIM0001","a_symbol":"SIM0002","b_symbol":"SIM0001","tf":3,` +
    `"ts":${START_S + index * TF_S},"beta":0.9,"z":-1.5,"action":"${action}","sideA":"${sideA}","sideB":"${sideB}","pxA":${200 + index},` +
    `"pxB":210,"risk_bucket":"MED","risk_per_trade":200000,"reason":"${reason}"}\n`
  );
}).join('');

/** Both legs of entries and exits, so that each stage of the flow lets them pass. */
const ORDERS = Array.from({ length: 20 }, (_, index) => {
  const ts = START_S + index * TF_S;
  const [kind, reason, sides] = index % 2 === 0 ? ['ENTER', 'reentry', ['BUY', 'SELL']] : ['EXIT', 'revert', ['SELL', 'BUY']];
  return ['A', 'B'].map(
    (leg, at) =>
      `{"client_order_id":"PAIR:${PAIR}:${leg}:${ts}:${kind}","symbol":"SIM000${2 - at}","side":"${sides[at]}","qty":${100 - 10 * at},` +
      `"order_type":"MKT","strategy":"PAIR","risk_bucket":"MED","status":"NEW","ts":${ts},"reason":"${reason}",` +
      `"extra":{"pair_id":"${PAIR}","leg":"${leg}","kind":"${kind}","tf_s":${TF_S},"px_ref":${200 + index},"beta":0.9,"leverage":2,` +
      `"base_notional":100000}}\n`,
  );
})
  .flat()
  .join('');

/** Purchases and sales of two symbols. */
const FILLS = Array.from({ length: 40 }, (_, index) => {
  const side = index % 3 === 0 ? 'SELL' : 'BUY';
  return (
    `{"fill_id":"${index}:1","client_order_id":"${index}","symbol":"${'AB'[index % 2] ?? ''}","side":"${side}","qty":${index + 1},` +
    `"price":${100 + index / 4},"ts":${START_S + index},"venue":"PAPER","fees":{"brokerage":20,"stt":1.25,"exchange":0.3,` +
    `"sebi":0.01,"stamp":0,"gst":3.65,"total":25.21},"extra":{}}\n`
  );
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
  'pairs watch': { args: [], input: pairBars(TF_S) },
  'pairs exec': { args: [], input: SIGNALS },
  'risk size': { args: [], input: ORDERS },
  'risk guard': { args: [], input: ORDERS },
  'paper match': { args: [], input: ORDERS },
  'run paper': { args: [], input: pairBars(60) },
  'paper pnl': { args: ['--as', 'ndjson'], input: FILLS },
  'chart bars': { args: [], input: BARS },
  'chart pairs': { args: [], input: pairBars(TF_S) },
  'chart fills': { args: [], input: FILLS },
  fmt: { args: ['ndjson'], input: BARS },
};
