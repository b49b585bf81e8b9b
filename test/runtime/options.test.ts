import { describe, expect, it } from 'vitest';
import {
  choice,
  decimal,
  duration,
  durationOrOff,
  integer,
  text,
  timeframe,
  timeframes,
  toggle,
} from '../../src/lib/runtime/options.js';

const common = { summary: 'what it is' };

describe('options', () => {
  it('of a duration are ns, and say what would be right', () => {
    const option = duration({ ...common, default: '2s' });
    expect(option).toMatchObject({ kind: 'value', valueName: 'duration', summary: 'what it is', default: '2s' });
    expect(option.parse('250ms')).toBe(250_000_000);
    expect(option.parse('2')).toBe(2_000_000_000);
    expect(() => option.parse('2 weeks')).toThrow('"2 weeks" is not a duration such as 250ms, 2s, 15m or 1h');
  });

  it('of a duration may be off', () => {
    const option = durationOrOff(common);
    expect(option.parse('off')).toBe('off');
    expect(option.parse('60s')).toBe(60_000_000_000);
    expect(() => option.parse('OFF')).toThrow('"OFF" is not a duration');
  });

  it('of an integer have bounds, which are inside', () => {
    const option = integer({ ...common, min: 1, max: 10 });
    expect([option.parse('1'), option.parse('10'), option.parse('007')]).toEqual([1, 10, 7]);
    for (const wrong of ['0', '11', '-1', '1.0', '1e1', '', ' 1', '0x1', 'x', '1'.repeat(400)]) {
      expect(() => option.parse(wrong), wrong).toThrow('is not a whole number from 1 to 10');
    }
  });

  it('of a decimal have bounds, which are inside', () => {
    const option = decimal({ ...common, min: 0, max: 1 });
    expect([option.parse('0'), option.parse('0.25'), option.parse('1')]).toEqual([0, 0.25, 1]);
    for (const wrong of ['1.01', '-0.5', '.5', '1.', '1e-1', '', 'NaN']) {
      expect(() => option.parse(wrong), wrong).toThrow('is not a number from 0 to 1');
    }
  });

  it('of timeframes are sorted and without repeats', () => {
    const option = timeframes(common);
    expect(option.parse('15m,1m,60s,3m')).toEqual([60, 180, 900]);
    expect(option.parse('1h')).toEqual([3600]);
    for (const wrong of ['', '1m,', ',1m', '1m, 3m', '1w', '1m;3m']) {
      expect(() => option.parse(wrong), wrong).toThrow('is not a timeframe such as 1s, 3m, 1h or 1d');
    }
  });

  it('of one timeframe are one', () => {
    expect(timeframe(common).parse('3m')).toBe(180);
    expect(() => timeframe(common).parse('1m,3m')).toThrow('"1m,3m" is not a timeframe');
  });

  it('of text are any text, or what their own parser makes of it', () => {
    expect(text({ ...common, valueName: 'PATH' }).parse(' any ')).toBe(' any ');
    expect(text({ ...common, valueName: 'N', parse: (given) => given.length }).parse('four')).toBe(4);
  });

  it('of a choice are one of the words', () => {
    const option = choice({ ...common, choices: ['fast', 'slow'], default: 'slow' });
    expect(option).toMatchObject({ valueName: 'fast|slow', default: 'slow' });
    expect(option.parse('fast')).toBe('fast');
    expect(() => option.parse('Fast')).toThrow('"Fast" is none of fast, slow');
  });

  it('that are on or off have no value', () => {
    expect(toggle('does it')).toEqual({ kind: 'switch', summary: 'does it' });
  });
});
