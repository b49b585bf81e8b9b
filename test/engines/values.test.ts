import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barVolumeAt, doubleAt, parseTickVolume, readTickVolume } from '../../src/lib/engines/reference/values.js';
import { numberText, shortNumberText } from '../support/json-lines.js';
import { toE8 } from '../support/volumes.js';

const text = fc.oneof(numberText, shortNumberText, fc.stringMatching(/^(0|[1-9][0-9]{0,15})(\.[0-9]{1,16})?0{0,9}$/));

/** A number's value times 1e8 as an exact fraction of integers, straight from its definition; the exponent is kept small. */
function exactOf(number: string): { digits: bigint; tens: number } {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  let digits = BigInt(whole + fraction);
  let tens = Number(exponent) - fraction.length;
  if (digits === 0n) return { digits: 0n, tens: 0 };
  for (; digits % 10n === 0n; tens++) digits /= 10n;
  return { digits, tens };
}

/** The value times 1e8 where the contract allows it as the volume of a tick. */
function tickVolumeOf(number: string): bigint | undefined {
  const { digits, tens } = exactOf(number);
  if (digits < 0n || tens < -8 || tens > 15 || digits >= 10n ** 15n) return undefined;
  const e8 = digits * 10n ** BigInt(tens + 8);
  return e8 < 10n ** 23n ? e8 : undefined;
}

/** The same as the volume of a bar. */
function barVolumeOf(number: string): bigint | undefined {
  const { digits, tens } = exactOf(number);
  if (digits < 0n || tens < -8 || tens > 40) return undefined;
  const e8 = digits * 10n ** BigInt(tens + 8);
  return e8 < 2n ** 127n ? e8 : undefined;
}

describe('numbers', () => {
  it('are the doubles that Number gives, never -0, wherever they stand', () => {
    fc.assert(
      fc.property(text, (number) => {
        const bytes = Buffer.from(`7${number}7`);
        expect(doubleAt(bytes, 1, bytes.length - 1)).toBe(Number(number) + 0);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    '9007199254740993',
    '0.1',
    '123456789012345',
    '1234567890123456',
    '0.30000000000000004',
    '2.2250738585072011e-308',
    '1e23',
  ])('read %s exactly as Number does', (number) => {
    expect(doubleAt(Buffer.from(number), 0, number.length)).toBe(Number(number));
  });
});

describe('volumes', () => {
  it('of ticks are exact, and refused where the contract says so', () => {
    fc.assert(
      fc.property(text, (number) => {
        const volume = { vol_units: 0, vol_e8: 0 };
        const isGood = readTickVolume(Buffer.from(number), 0, number.length, volume);
        expect(isGood ? toE8(volume.vol_units, volume.vol_e8) : undefined).toBe(tickVolumeOf(number));
      }),
      { numRuns: 5000 },
    );
  });

  it('of ticks are the same from text', () => {
    fc.assert(
      fc.property(text, (number) => {
        const volume = { vol_units: 0, vol_e8: 0 };
        const isGood = parseTickVolume(number, volume);
        expect(isGood ? toE8(volume.vol_units, volume.vol_e8) : undefined).toBe(tickVolumeOf(number));
      }),
      { numRuns: 2000 },
    );
  });

  it('of bars are exact, and refused where the contract says so', () => {
    const long = fc.stringMatching(/^(0|[1-9][0-9]{0,31})(\.[0-9]{1,9})?$/);
    fc.assert(
      fc.property(fc.oneof(text, long), (number) => {
        expect(barVolumeAt(Buffer.from(number), 0, number.length)?.toE8()).toBe(barVolumeOf(number));
      }),
      { numRuns: 5000 },
    );
  });

  it.each(['', '.', '-', 'e5', '1e', '1.2.3', '0x10', 'NaN', ' 1', '1 '])('are not read from the text %j', (number) => {
    expect(parseTickVolume(number, { vol_units: 0, vol_e8: 0 })).toBe(false);
  });
});
