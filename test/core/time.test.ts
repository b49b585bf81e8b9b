import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantText, parseDuration, parseTimeframe, timeframeName } from '../../src/lib/core/model/time.js';

describe('parseDuration', () => {
  it.each([
    ['250ms', 250_000_000],
    ['2s', 2_000_000_000],
    ['2', 2_000_000_000],
    ['15m', 900_000_000_000],
    ['1h', 3_600_000_000_000],
    ['1d', 86_400_000_000_000],
    ['1.5s', 1_500_000_000],
    ['0.25', 250_000_000],
    ['7us', 7_000],
    ['1ns', 1],
    ['0', 0],
    ['0s', 0],
    ['104d', 8_985_600_000_000_000],
  ])('reads %s as %d ns', (text, ns) => {
    expect(parseDuration(text)).toBe(ns);
  });

  it.each([
    '',
    ' 2s',
    '2s ',
    '-1s',
    '+1s',
    '1e3',
    '2 s',
    's',
    '.5s',
    '1.',
    '2S',
    '2min',
    '1s500ms',
    '105d',
    '1'.repeat(13),
    '٣s',
    'off',
  ])('does not take %j for a duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('parseTimeframe', () => {
  it.each([
    ['1s', 1],
    ['60s', 60],
    ['3m', 180],
    ['15m', 900],
    ['1h', 3600],
    ['1d', 86_400],
    ['366d', 31_622_400],
    ['31622400s', 31_622_400],
  ])('reads %s as %d s', (text, seconds) => {
    expect(parseTimeframe(text)).toBe(seconds);
  });

  it.each(['', '0s', '01m', '1', 's', '1.5m', '1w', '1M', '-1m', '1m ', ' 1m', '367d', '31622401s', '999999999s', '1m\n'])(
    'does not take %j for a timeframe',
    (text) => {
      expect(parseTimeframe(text)).toBeUndefined();
    },
  );
});

describe('timeframeName', () => {
  it.each([
    [1, '1s'],
    [59, '59s'],
    [60, '1m'],
    [90, '90s'],
    [900, '15m'],
    [3600, '1h'],
    [5400, '90m'],
    [86_400, '1d'],
    [90_000, '25h'],
  ])('names %d s with the largest unit that divides it: %s', (seconds, name) => {
    expect(timeframeName(seconds)).toBe(name);
  });

  it('gives a name that is read as the same timeframe', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31_622_400 }), (seconds) => {
        expect(parseTimeframe(timeframeName(seconds))).toBe(seconds);
      }),
    );
  });

  it('refuses a part of a second', () => {
    expect(() => timeframeName(0.5)).toThrow(RangeError);
  });
});

describe('instantText', () => {
  it.each([
    [94_694_400, 0, '94694400000000000'],
    [1_700_000_000, 1, '1700000000000000001'],
    [1_700_000_000, 999_999_999, '1700000000999999999'],
    [4_102_444_799, 999_999_999, '4102444799999999999'],
  ])('writes %d s and %d ns as %s', (s, ns, text) => {
    expect(instantText(s, ns)).toBe(text);
  });
});
