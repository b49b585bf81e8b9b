import { describe, expect, it, test } from 'vitest';
import type { ScannedPair } from '../../src/lib/core/pairs/scan.js';
import { readPairs } from '../../src/lib/formats/paper-config.js';
import { pairsText, shortNumber, tradable } from '../../src/lib/formats/scanned-pairs.js';

const PAIR: ScannedPair = {
  a: 'A',
  b: 'B',
  tf_s: 60,
  n: 375,
  corr: 0.98765,
  corr_returns: 0.5,
  beta: 1.23456,
  resid_sd: 0.001,
  df_t: -4.56789,
  half_life: 12.34567,
};

function textOf(...pairs: readonly Partial<ScannedPair>[]): string {
  return pairsText([...tradable(pairs.map((pair) => ({ ...PAIR, ...pair })))]);
}

/** What `qf pairs watch` reads of them. */
function settingsOf(...pairs: readonly Partial<ScannedPair>[]) {
  return readPairs('p.yaml', textOf(...pairs));
}

describe('a configuration of scanned pairs', () => {
  it('is complete, with lengths from the half-life', () => {
    expect(settingsOf({})).toEqual([
      {
        pair_id: 'A_B_1m',
        a: 'A',
        b: 'B',
        tf_s: 60,
        lookback: 75,
        beta: 1.235,
        beta_lookback: 75,
        fixed_beta: 1,
        entry_z: 2,
        exit_z: 0.5,
        stop_z: 4,
        max_hold_s: 38 * 60,
        min_ready: 20,
        flatten_minute: undefined,
        session_tz: 'UTC',
        bucket: 'MED',
        base_notional: 100_000,
        leverage: 1,
      },
    ]);
  });

  it('says of each pair why it is there', () => {
    expect(textOf({})).toContain('# df_t -4.568, half-life 12.35 bars, corr 0.9877\n');
    expect(textOf({ df_t: undefined })).toContain('# df_t unknown, half-life');
  });

  it('keeps the order of the pairs', () => {
    expect(settingsOf({ b: 'Z' }, { b: 'C', tf_s: 3600 }, { b: 'D' }).map(({ pair_id }) => pair_id)).toEqual([
      'A_Z_1m',
      'A_C_1h',
      'A_D_1m',
    ]);
  });

  test.each([
    ['no beta', { beta: undefined }],
    ['a negative beta', { beta: -0.1 }],
    ['a beta of 0', { beta: 0 }],
    ['no half-life', { half_life: undefined }],
    ['a timeframe of seconds', { tf_s: 30 }],
    ['a timeframe between whole minutes', { tf_s: 90 }],
    ['a timeframe of more minutes than a configuration has digits for', { tf_s: 60 * 100_001 }],
  ])('has no pair with %s', (_, change) => {
    expect(settingsOf(change)).toEqual([]);
    expect(settingsOf(change, { b: 'C' })).toHaveLength(1);
  });

  it('has the better of two pairs that would have one name', () => {
    const settings = settingsOf({ a: 'A_B', b: 'C' }, { a: 'A', b: 'B_C' }, { a: 'A', b: 'B_C', tf_s: 300 });
    expect(settings.map(({ a, tf_s }) => [a, tf_s])).toEqual([
      ['A_B', 60],
      ['A', 300],
    ]);
  });

  test.each(['1', '1e5', 'null', 'NO', '0x1F', 'A: B', 'D E', 'a&b', '1:30', '12-3', 'x/y', '2024-01-02'])(
    'takes the symbol %s',
    (a) => {
      expect(settingsOf({ a })[0]).toMatchObject({ a, b: 'B' });
    },
  );

  test.each([
    [1e-9, 60, 20, 60],
    [1e12, 366 * 86_400, 10_000, 104 * 86_400],
    [40, 86_400, 240, 104 * 86_400],
  ])('a half-life of %d bars of %d s stays within what a configuration may say', (half_life, tf_s, lookback, max_hold_s) => {
    expect(settingsOf({ half_life, tf_s })[0]).toMatchObject({ lookback, max_hold_s });
  });
});

test.each([
  [undefined, ''],
  [0, '0'],
  [0.0000123456, '0.00001235'],
  [-1234567, '-1235000'],
  [375, '375'],
  [0.99999, '1'],
])('%d is short for a table', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});
