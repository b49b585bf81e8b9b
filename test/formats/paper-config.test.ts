import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { localMinutes, PAPER_CONFIGS, readCosts, readPairs, readRisk } from '../../src/lib/formats/paper-config.js';
import { QfError } from '../../src/lib/runtime/errors.js';

/** Lines are counted from 1; the pairs begin in line 11. */
const PAIRS = `defaults:
  tf: 3m
  lookback: 40
  entry_z: 2
  exit_z: 0.5
  stop_z: 4
  max_hold: 2h
  bucket: MED
  base_notional: 100000
pairs:
  - { a: A, b: B }
  - a: C
    b: D
    tf: 1h
`;

const RISK = `total_cash: 1000000
holdback_fraction: 0.1
buckets:
  LOW: { split: 0.2, max_per_trade: 60000 }
  MED: { split: 0.5, max_per_trade: 90000 }
  HIGH: { split: 0.3, max_per_trade: 120000 }
per_symbol_max_qty: 5000
min_qty: 1
max_open_pairs: 4
max_entries_per_minute: 3
`;

const COSTS = `slippage_bps: 2
tick_size: 0.05
brokerage_per_order: 20
stt_bps: 1.25
exchange_txn_bps: 0.3
sebi_turnover_bps: 0.01
stamp_bps_buy: 0.3
gst_pct: 18
`;

/** The text with a part of it changed. */
function changed(text: string, part: string, into: string): string {
  expect(text).toContain(part);
  return text.replace(part, into);
}

/** The usage error of a configuration that is refused, behind the name of its file. */
function refusalOf(read: (path: string, text: string) => unknown, text: string): string {
  try {
    read('c.yaml', text);
  } catch (error) {
    expect(error).toBeInstanceOf(QfError);
    expect(error).toMatchObject({ code: 'usage' });
    return (error as QfError).message.replace(/^c\.yaml: /, '');
  }
  return 'taken';
}

describe('pairs', () => {
  it('have what the defaults say, and what is meant where nothing is said', () => {
    const [first] = readPairs('c.yaml', PAIRS);
    expect(first).toEqual({
      ...{ pair_id: 'A_B_3m', a: 'A', b: 'B', tf_s: 180, lookback: 40, entry_z: 2, exit_z: 0.5, stop_z: 4, max_hold_s: 7200 },
      ...{ bucket: 'MED', base_notional: 100_000 },
      ...{
        beta: 'ols',
        beta_lookback: 40,
        fixed_beta: 1,
        min_ready: 0,
        flatten_minute: undefined,
        session_tz: 'UTC',
        leverage: 1,
      },
    });
  });

  it('say otherwise what they want', () => {
    const own = `{ a: A, b: B, tf: 120m, lookback: 10, beta: 0.5, beta_lookback: 7, fixed_beta: 2, entry_z: 1, exit_z: 0, stop_z: 3,
      max_hold: 90, min_ready: 10, flatten: "15:20", session_tz: Asia/Kolkata, bucket: HIGH, base_notional: 5, leverage: 2.5 }`;
    const [first] = readPairs('c.yaml', changed(PAIRS, '{ a: A, b: B }', own));
    expect(first).toEqual({
      ...{ pair_id: 'A_B_2h', a: 'A', b: 'B', tf_s: 7200, lookback: 10, entry_z: 1, exit_z: 0, stop_z: 3, max_hold_s: 90 },
      ...{ bucket: 'HIGH', base_notional: 5, beta: 0.5, beta_lookback: 7, fixed_beta: 2, min_ready: 10 },
      ...{ flatten_minute: 920, session_tz: 'Asia/Kolkata', leverage: 2.5 },
    });
  });

  it('stand in their order, each with its timeframe in its id', () => {
    const text = `${PAIRS}  - { a: A, b: B, tf: 5m }\n`;
    expect(readPairs('c.yaml', text).map(({ pair_id }) => pair_id)).toEqual(['A_B_3m', 'C_D_1h', 'A_B_5m']);
  });

  it('may be none, and may do without defaults', () => {
    expect(readPairs('c.yaml', 'pairs: []\n')).toEqual([]);
    const alone =
      '{ a: A, b: B, tf: 1m, lookback: 2, entry_z: 2, exit_z: 0, stop_z: 4, max_hold: 1h, bucket: LOW, base_notional: 1 }';
    expect(readPairs('c.json', `pairs: [${alone}]`)).toHaveLength(1);
  });

  it('may take beta_lookback from their own lookback', () => {
    const [first] = readPairs('c.yaml', changed(PAIRS, 'b: B }', 'b: B, lookback: 25 }'));
    expect(first).toMatchObject({ lookback: 25, beta_lookback: 25 });
  });

  it.each([
    [
      'an unknown key',
      '- { a: A, b: B }',
      '- { a: A, b: B, entry: 2 }',
      /^line 11: pairs\.0 has an unknown key "entry": there are a, b, tf, /,
    ],
    ['an unknown default', 'entry_z: 2', 'entryz: 2', /^line 4: defaults has an unknown key "entryz": there are tf, /],
    ['an unknown part', 'defaults:', 'default:', /^line 1: the file has an unknown key "default": there are defaults, pairs$/],
    ['no pairs', 'pairs:', 'pair:', /^line 10: the file has an unknown key "pair": there are defaults, pairs$/],
    ['a wrong type', 'entry_z: 2', 'entry_z: two', /^line 4: defaults\.entry_z must be number$/],
    ['a number for a symbol', 'a: A', 'a: 7', /^line 11: pairs\.0\.a must be string: put it in quotes$/],
    ['a symbol that is none', 'a: A', 'a: -A', /^line 11: pairs\.0\.a must match .*: a symbol$/],
    ['a missing leg', '{ a: A, b: B }', '{ a: A }', /^line 11: pairs\.0 lacks "b"$/],
    ['a missing setting', '  exit_z: 0.5\n', '', /^line 10: pairs\.0 lacks "exit_z", and the defaults do not say it$/],
    ['one symbol for both', 'b: D', 'b: C', /^line 13: pairs\.1\.b is C as well: a pair has two symbols$/],
    ['seconds', 'tf: 3m', 'tf: 90s', /^line 2: defaults\.tf must match .*: a timeframe of whole minutes, such as 3m or 1h$/],
    [
      'a timeframe of years',
      'tf: 1h',
      'tf: 400d',
      /^line 14: pairs\.1\.tf must be a timeframe of whole minutes, such as 3m or 1h$/,
    ],
    ['a lookback of 1', 'lookback: 40', 'lookback: 1', /^line 3: defaults\.lookback must be >= 2$/],
    ['a word for beta', 'entry_z: 2', 'beta: OLS', /^line 4: defaults\.beta must be "ols", or must be number$/],
    ['an entry at 0', 'entry_z: 2', 'entry_z: 0', /^line 4: defaults\.entry_z must be > 0$/],
    ['no duration', 'max_hold: 2h', 'max_hold: soon', /^line 7: defaults\.max_hold must be a duration, such as 90m or 2h$/],
    ['a time below 0', 'max_hold: 2h', 'max_hold: -5', /^line 7: defaults\.max_hold must be a duration, such as 90m or 2h$/],
    ['a bucket that is none', 'bucket: MED', 'bucket: MID', /^line 8: defaults\.bucket must be one of LOW, MED, HIGH$/],
    ['no money', 'base_notional: 100000', 'base_notional: 0', /^line 9: defaults\.base_notional must be > 0$/],
    [
      'an hour of 24',
      'bucket: MED',
      'flatten: "24:00"',
      /^line 8: defaults\.flatten must match .*: a local time such as "15:20" /,
    ],
    [
      'a zone that is none',
      'tf: 1h',
      'session_tz: Mars',
      /^line 14: pairs\.1\.session_tz must be a time zone, such as UTC or Asia\/Kolkata$/,
    ],
    ['an early start', 'tf: 1h', 'min_ready: 41', /^line 14: pairs\.1\.min_ready must be at most lookback, which is 40$/],
    ['a stop at the exit', 'stop_z: 4', 'stop_z: 0.5', /^line 6: defaults\.stop_z must be above exit_z, which is 0\.5$/],
    ['a stop within the exit', 'tf: 1h', 'exit_z: 5', /^line 6: defaults\.stop_z must be above exit_z, which is 5$/],
  ])('are refused for %s, with the line and what would be right', (_, part, into, message) => {
    expect(refusalOf(readPairs, changed(PAIRS, part, into))).toMatch(message);
  });

  it('are refused where one is there twice, by whatever name of its timeframe', () => {
    const message = 'line 15: pairs.2 is C_D_1h, as pairs.1 is: a pair is there once for each tf';
    expect(refusalOf(readPairs, `${PAIRS}  - { a: C, b: D, tf: 1h }\n`)).toBe(message);
    expect(refusalOf(readPairs, `${PAIRS}  - { a: C, b: D, tf: 60m }\n`)).toBe(message);
    expect(refusalOf(readPairs, `${PAIRS}  - { a: D, b: C, tf: 1h }\n`)).toBe('taken');
  });
});

describe('limits', () => {
  it('are read as they are', () => {
    expect(readRisk('c.yaml', RISK)).toMatchObject({
      total_cash: 1_000_000,
      buckets: { HIGH: { split: 0.3, max_per_trade: 120_000 } },
      max_entries_per_minute: 3,
    });
  });

  it.each([
    [
      'an unknown key',
      'min_qty: 1',
      'min_quantity: 1',
      /^line 8: the file has an unknown key "min_quantity": there are total_cash, /,
    ],
    ['an unknown bucket', '  LOW', '  LOWER', /^line 4: buckets has an unknown key "LOWER": there are LOW, MED, HIGH$/],
    ['a missing bucket', '  HIGH: { split: 0.3, max_per_trade: 120000 }\n', '', /^line 4: buckets lacks "HIGH"$/],
    ['a missing setting', 'max_open_pairs: 4\n', '', /^line 1: the file lacks "max_open_pairs"$/],
    ['a missing limit', ', max_per_trade: 60000', '', /^line 4: buckets\.LOW lacks "max_per_trade"$/],
    ['a wrong type', 'min_qty: 1', 'min_qty: one', /^line 8: min_qty must be integer$/],
    ['a fraction of a unit', 'min_qty: 1', 'min_qty: 1.5', /^line 8: min_qty must be integer$/],
    ['no units', 'min_qty: 1', 'min_qty: 0', /^line 8: min_qty must be >= 1$/],
    ['nothing to use', 'holdback_fraction: 0.1', 'holdback_fraction: 1', /^line 2: holdback_fraction must be < 1$/],
    ['a split above 1', 'split: 0.5', 'split: 1.5', /^line 5: buckets\.MED\.split must be <= 1$/],
    ['splits above 1', 'split: 0.5', 'split: 0.51', /^line 4: buckets have splits that are together more than 1$/],
    ['splits a little above 1', 'split: 0.5', 'split: 0.50001', /^line 4: buckets have splits that are together more than 1$/],
  ])('are refused for %s, with the line and what would be right', (_, part, into, message) => {
    expect(refusalOf(readRisk, changed(RISK, part, into))).toMatch(message);
  });

  it.each([
    // 0.1 + 0.2 + 0.7 is 1, though not in doubles.
    ['0.1', '0.2', '0.7'],
    ['0.50005', '0.49995', '0'],
    ['0.3', '0.3', '0.3'],
    ['0', '0', '0'],
  ])('may be split as %s, %s, %s', (low, med, high) => {
    const text = RISK.replace('0.2,', `${low},`).replace('0.5,', `${med},`).replace('0.3,', `${high},`);
    expect(refusalOf(readRisk, text)).toBe('taken');
  });

  it('may keep everything shut', () => {
    const text = changed(changed(RISK, 'pairs: 4', 'pairs: 0'), 'minute: 3', 'minute: 0');
    expect(readRisk('c.yaml', text)).toMatchObject({ max_open_pairs: 0, max_entries_per_minute: 0 });
  });
});

describe('costs', () => {
  it('are read as they are', () => {
    expect(readCosts('c.yaml', COSTS)).toMatchObject({ slippage_bps: 2, tick_size: 0.05, gst_pct: 18 });
  });

  it.each([
    ['an unknown key', 'gst_pct: 18', 'gst: 18', /^line 8: the file has an unknown key "gst": there are slippage_bps, /],
    ['a missing setting', 'stt_bps: 1.25\n', '', /^line 1: the file lacks "stt_bps"$/],
    ['a wrong type', 'stt_bps: 1.25', "stt_bps: '1.25'", /^line 4: stt_bps must be number$/],
    ['no tick', 'tick_size: 0.05', 'tick_size: 0', /^line 2: tick_size must be > 0$/],
    ['a fee below 0', 'stt_bps: 1.25', 'stt_bps: -1', /^line 4: stt_bps must be >= 0$/],
    ['a slippage of all', 'slippage_bps: 2', 'slippage_bps: 10000', /^line 1: slippage_bps must be < 10000$/],
  ])('are refused for %s, with the line and what would be right', (_, part, into, message) => {
    expect(refusalOf(readCosts, changed(COSTS, part, into))).toMatch(message);
  });
});

describe('the configurations that come with qf', () => {
  it.each(Object.keys(PAPER_CONFIGS) as (keyof typeof PAPER_CONFIGS)[])('%s is valid', (name) => {
    const text = readFileSync(new URL(`../../configs/${name}`, import.meta.url), 'utf8');
    expect(refusalOf(PAPER_CONFIGS[name], text)).toBe('taken');
  });
});

describe('the minute of the local day', () => {
  const minuteOfDay = localMinutes();
  const at = (text: string): number => Date.parse(text) / 1000;

  it.each([
    ['UTC', '2024-01-02T00:00:00Z', 0],
    ['UTC', '2024-01-02T23:59:59Z', 1439],
    // 5 h 30 min ahead.
    ['Asia/Kolkata', '2024-01-02T09:45:00Z', 15 * 60 + 15],
    ['Asia/Kolkata', '2024-01-02T18:30:00Z', 0],
    // Clocks are put forward at 07:00Z: 01:59 is followed by 03:00.
    ['America/New_York', '2024-03-10T06:59:00Z', 119],
    ['America/New_York', '2024-03-10T07:00:00Z', 180],
  ])('in %s at %s is %d', (zone, text, minute) => {
    expect(minuteOfDay(zone, at(text))).toBe(minute);
  });
});
