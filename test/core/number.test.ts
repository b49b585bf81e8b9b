import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainNumber } from '../../src/lib/core/model/number.js';

describe('plainNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [-1, '-1'],
    [0.1, '0.1'],
    [100, '100'],
    [0.00000638, '0.00000638'],
    [-0.00000638, '-0.00000638'],
    [0.000001, '0.000001'],
    [1e-7, '0.0000001'],
    [1e-18, '0.000000000000000001'],
    [-1.5e-18, '-0.0000000000000000015'],
    [999999999999.5, '999999999999.5'],
    [123456789012.34567, '123456789012.34567'],
    [1e21, '1000000000000000000000'],
    [-1.25e21, '-1250000000000000000000'],
    [1.7976931348623157e308, `17976931348623157${'0'.repeat(292)}`],
    [5e-324, `0.${'0'.repeat(323)}5`],
  ])('writes %d as %s', (value, text) => {
    expect(plainNumber(value)).toBe(text);
  });

  it('writes every double in plain notation that reads back as the same double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = plainNumber(value);
        expect(text).toMatch(/^(-?(0|[1-9]\d*)(\.\d*[1-9])?)$/);
        expect(text).not.toBe('-0');
        expect(Number(text)).toBe(value + 0);
      }),
      { numRuns: 1000 },
    );
  });

  it('uses no more digits than the shortest form needs', () => {
    const significant = (text: string): string =>
      text
        .replace(/e.*$/, '')
        .replace(/[-.]/g, '')
        .replace(/^0+|0+$/g, '');
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(significant(plainNumber(value))).toBe(significant(String(value)));
      }),
      { numRuns: 1000 },
    );
  });
});
