// The market that the paper flow is measured on, and how it is traded.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random } from './random.mjs';

export const SYMBOLS = 40;

export const MARKET_TEXT = `${SYMBOLS} symbols in ${SYMBOLS / 2} pairs that come back to their mean, 1 m bars without a gap; thresholds are low, so that much is traded`;

const START_S = 1704167100; // 2024-01-02T03:45:00Z
const MINUTE_S = 60;
const TICK = 0.05;

/** Of a random step, in ticks. */
const MAX_STEP = 10;

/** How much of the distance within a pair is left after a minute. */
const PERSISTENCE = 0.9;

/** The bars of each minute, one of each symbol: `{ end_s, bars: [{ symbol, line }] }`. The same in every run. */
export function* minutesOf(count) {
  const below = random(7);
  const step = () => below(2 * MAX_STEP + 1) - MAX_STEP;
  const levels = Array.from({ length: SYMBOLS }, (_, index) => (index % 2 === 0 ? 20_000 : 0));
  for (let minute = 0; minute < count; minute++) {
    const ts = START_S + minute * MINUTE_S;
    const bars = levels.map((before, index) => {
      const base = index % 2 === 0 ? 0 : levels[index - 1];
      const after = Math.round(base === 0 ? Math.max(10_000, before + step()) : PERSISTENCE * before + 3 * step());
      levels[index] = after;
      return barOf(index, ts, base + before, base + after, 100 + below(1000));
    });
    yield { end_s: ts + MINUTE_S, bars };
  }
}

function barOf(index, ts, open, close, vol) {
  const [o, c] = [open, close].map((ticks) => (ticks * TICK).toFixed(2));
  const [h, l] = open > close ? [o, c] : [c, o];
  const symbol = symbolOf(index);
  const line = `{"symbol":"${symbol}","tf":"1m","ts":${ts},"o":${Number(o)},"h":${Number(h)},"l":${Number(l)},"c":${Number(c)},"vol":${vol},"n_trades":10}`;
  return { symbol, line };
}

function symbolOf(index) {
  return `SIM${String(index + 1).padStart(4, '0')}`;
}

/** Writes the configurations and gives the flags of each stage. */
export function writeConfigs(directory) {
  const path = (name, content) => {
    const file = join(directory, `${name}.json`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const pairs = path('pairs', {
    defaults: {
      tf: '1m',
      beta: 1,
      lookback: 30,
      min_ready: 20,
      entry_z: 1,
      exit_z: 0.3,
      stop_z: 4,
      max_hold: '1h',
      flatten: 'off',
      bucket: 'MED',
      base_notional: 50_000,
      leverage: 2,
    },
    pairs: Array.from({ length: SYMBOLS / 2 }, (_, pair) => ({ a: symbolOf(2 * pair + 1), b: symbolOf(2 * pair) })),
  });
  const risk = path('risk', {
    total_cash: 100_000_000,
    holdback_fraction: 0,
    buckets: {
      LOW: { split: 0.2, max_per_trade: 1_000_000 },
      MED: { split: 0.6, max_per_trade: 1_000_000 },
      HIGH: { split: 0.2, max_per_trade: 1_000_000 },
    },
    per_symbol_max_qty: 100_000,
    min_qty: 1,
    max_open_pairs: SYMBOLS,
    max_entries_per_minute: SYMBOLS,
  });
  return {
    'pairs watch': ['--config', pairs],
    'pairs exec': ['--config', pairs, '--risk', risk],
    'risk size': ['--config', risk],
    'risk guard': ['--config', risk],
    'paper match': [],
  };
}
