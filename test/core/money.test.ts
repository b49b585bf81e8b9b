import { describe, expect, it } from 'vitest';
import { cents, decimalText, exact, roundedTo, toStep, wholePart } from '../../src/lib/core/money.js';

describe('a double as a decimal', () => {
  it('has the digits that it is written with', () => {
    expect(decimalText(exact(0.1).plus(exact(0.2)))).toBe('0.3');
    expect(decimalText(exact(1.005).times(100))).toBe('100.5');
  });

  it.each([
    [0, '0'],
    [-0, '0'],
    [1e21, '1000000000000000000000'],
    [1e-7, '0.0000001'],
    [-12.5, '-12.5'],
  ])('%d is written as %s', (value, text) => {
    expect(decimalText(exact(value))).toBe(text);
  });
});

describe('cents', () => {
  it.each([
    [1.005, '1.01'],
    [1.0049999, '1'],
    [0.015, '0.02'],
    [2.675, '2.68'],
    [0.004, '0'],
    [-0.004, '0'],
    [-0.005, '-0.01'],
    [-1.005, '-1.01'],
    [-2.6749, '-2.67'],
  ])('of %d are %s: half away from zero', (value, text) => {
    expect(decimalText(cents(exact(value)))).toBe(text);
  });
});

describe('a double rounded to six places', () => {
  it.each([
    [0.0000005, 0.000001],
    [-0.0000005, -0.000001],
    [1.0000005, 1.000001],
    [-1.0000005, -1.000001],
    // 1.0000015 · 10⁶ is less than 1000001.5 in doubles.
    [1.0000015, 1.000002],
    [0.00000049, 0],
    [-0.00000049, 0],
    [123456.7, 123456.7],
    [-2, -2],
  ])('%d is %d: half away from zero, and never -0', (value, rounded) => {
    expect(roundedTo(value, 6)).toBe(rounded);
  });
});

describe('the next step', () => {
  it.each([
    [10.01, 0.05, '10.05', '10'],
    [10.05, 0.05, '10.05', '10.05'],
    [0.3, 0.1, '0.3', '0.3'],
    [0.03, 0.05, '0.05', '0'],
    [0, 0.05, '0', '0'],
    [7.1, 2.5, '7.5', '5'],
    [-0.03, 0.05, '0', '-0.05'],
    [-10.01, 0.05, '-10', '-10.05'],
    [-10.05, 0.05, '-10.05', '-10.05'],
  ])('of %d by %d is %s up and %s down', (value, step, up, down) => {
    expect(decimalText(toStep(exact(value), exact(step), 'up'))).toBe(up);
    expect(decimalText(toStep(exact(value), exact(step), 'down'))).toBe(down);
  });
});

describe('the whole part', () => {
  it.each([
    [2.999999, 2],
    [3, 3],
    [0.5, 0],
  ])('of %d is %d', (value, whole) => {
    expect(wholePart(exact(value))).toBe(whole);
  });

  it('of a quotient that is a little less than 1 is 0, however many of its digits are 9', () => {
    // (10¹² − 10⁻¹²) / 10¹² = 1 − 10⁻²⁴
    const divisor = exact(1e12);
    expect(wholePart(divisor.minus(exact(1e-12)).div(divisor))).toBe(0);
    expect(wholePart(divisor.div(divisor))).toBe(1);
  });
});
