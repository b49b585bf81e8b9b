import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText, DecimalSum } from '../../src/lib/core/model/decimal.js';
import { sum } from '../support/records.js';
import { e8Text, toE8 } from '../support/volumes.js';

const LIMIT = 2n ** 127n;

const part = fc.record({ units: fc.integer({ min: 0, max: 999_999_999_999_999 }), e8: fc.integer({ min: 0, max: 99_999_999 }) });
const parts = fc.array(part, { maxLength: 60, size: 'max' });

function sumOf(values: readonly { units: number; e8: number }[]): DecimalSum {
  const total = new DecimalSum();
  for (const { units, e8 } of values) total.add(units, e8);
  return total;
}

function exactSumOf(values: readonly { units: number; e8: number }[]): bigint {
  return values.reduce((total, { units, e8 }) => total + toE8(units, e8), 0n);
}

describe('DecimalSum', () => {
  it('adds any tick volumes exactly, as BigInt does', () => {
    fc.assert(
      fc.property(parts, (values) => {
        const total = sumOf(values);
        expect(total.toE8()).toBe(exactSumOf(values));
        expect(total.toString()).toBe(e8Text(exactSumOf(values)));
      }),
    );
  });

  it('adds other sums exactly, with and without digits in the bigint', () => {
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), (groups) => {
        const total = new DecimalSum();
        for (const group of groups) {
          const other = sumOf(group);
          expect(total.canAdd(other)).toBe(true);
          total.addSum(other);
        }
        expect(total.toE8()).toBe(groups.reduce((exact, group) => exact + exactSumOf(group), 0n));
      }),
    );
  });

  it('carries from the decimal places into the whole part', () => {
    const total = new DecimalSum();
    total.add(0, 99_999_999);
    total.add(0, 1);
    expect(total.toString()).toBe('1');
    total.add(0, 99_999_999);
    total.add(1, 99_999_999);
    expect(total.toString()).toBe('3.99999998');
  });

  it('stays exact far beyond 2^53', () => {
    const total = new DecimalSum();
    for (let count = 0; count < 20_000; count++) total.add(999_999_999_999_999, 99_999_999);
    expect(total.toE8()).toBe(20_000n * 99_999_999_999_999_999_999_999n);
    expect(total.toString()).toBe('19999999999999999999.9998');
  });

  it('adds tenths as people do, not as doubles do', () => {
    const total = new DecimalSum();
    total.add(0, 10_000_000);
    total.add(0, 20_000_000);
    expect(total.toString()).toBe('0.3');
  });

  it('is zero before anything is added', () => {
    expect(new DecimalSum().toString()).toBe('0');
    expect(new DecimalSum().toE8()).toBe(0n);
  });

  it('leaves the sum that was added as it was', () => {
    const other = sum('99999999999999999999.5');
    sum('88888888888888888888.25').addSum(other);
    expect(other.toString()).toBe('99999999999999999999.5');
  });

  it('reads back what it wrote', () => {
    const values = fc.oneof(fc.bigInt({ min: 0n, max: LIMIT - 1n }), fc.bigInt({ min: 0n, max: 10n ** 24n }));
    fc.assert(
      fc.property(values, (value) => {
        const read = DecimalSum.fromE8(value);
        expect(read?.toE8()).toBe(value);
        expect(read?.toString()).toBe(e8Text(value));
      }),
    );
  });
});

describe('the limit of a volume', () => {
  it('is 2^127 in units of 1e-8, which is outside', () => {
    expect(DecimalSum.fromE8(LIMIT - 1n)?.toString()).toBe('1701411834604692317316873037158.84105727');
    expect(DecimalSum.fromE8(LIMIT)).toBeUndefined();
    expect(DecimalSum.fromE8(-1n)).toBeUndefined();
    expect(DecimalSum.fromE8(0n)?.toString()).toBe('0');
  });

  it('is checked before another sum is added', () => {
    const most = sum('1701411834604692317316873037158.84105727');
    const least = sum('0.00000001');
    expect(most.canAdd(new DecimalSum())).toBe(true);
    expect(most.canAdd(least)).toBe(false);
    expect(least.canAdd(most)).toBe(false);
    expect(sum('1701411834604692317316873037158.84105726').canAdd(least)).toBe(true);
  });

  it('holds for any two sums as it does for BigInt', () => {
    const value = fc.bigInt({ min: 0n, max: LIMIT - 1n });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [left, right] = [sum(e8Text(a)), sum(e8Text(b))];
        expect(left.canAdd(right)).toBe(a + b < LIMIT);
      }),
    );
  });
});

describe('decimalText', () => {
  it.each([
    [0, 0, '0'],
    [5, 0, '5'],
    [0, 1, '0.00000001'],
    [0, 10_000_000, '0.1'],
    [7, 50_000_000, '7.5'],
    [999_999_999_999_999, 0, '999999999999999'],
    [1, 99_999_999, '1.99999999'],
  ])('writes %d units and %d parts as %s', (units, e8, text) => {
    expect(decimalText(units, e8)).toBe(text);
  });
});
