import { encodeBar } from '../../src/lib/engines/reference/bar-codec.js';
import { DecimalSum } from '../../src/lib/core/model/decimal.js';

const START_S = 1_704_167_100;

/** How the suite runs one stage. */
export interface Sample {
  /** Flags and arguments for a run over `input`, or for a finite source. */
  readonly args: readonly string[];
  /** Good input; absent for a source. */
  readonly input?: string;
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

/** Every stage has a sample: a new one without fails the suite. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  'ingest sim': { args: ['--count', '500', '--pace', 'max'], endless: ['--pace', 'max'] },
  'ingest file': { args: ['-'], input: CSV },
  bars1s: { args: ['--max-future', 'off'], input: TICKS },
  agg: { args: ['--tf', '1m,5m'], input: BARS },
  check: { args: ['--as', 'bar'], input: BARS },
  fmt: { args: ['ndjson'], input: BARS },
};
