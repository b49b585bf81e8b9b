import { DecimalSum, E8_PER_UNIT } from '../../core/model/decimal.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_N = 0x6e;

/** Digits of an integer that a double holds exactly, whatever they are. */
const EXACT_DIGITS = 15;

/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

export type ValueKind = 'string' | 'number' | 'null' | 'other';

/** Kind of the JSON value that starts at `start`. */
export function kindAt(bytes: Buffer, start: number): ValueKind {
  const byte = bytes[start] as number;
  if (byte === QUOTE) return 'string';
  if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return 'number';
  return byte === LOWER_N ? 'null' : 'other';
}

/** Whether the number [start, end) is written without fraction and exponent. */
export function isInteger(bytes: Buffer, start: number, end: number): boolean {
  for (let at = bytes[start] === MINUS ? start + 1 : start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return false;
  }
  return true;
}

/** The JSON string [start, end), quotes included, as a JavaScript string. */
export function stringAt(bytes: Buffer, start: number, end: number): string {
  for (let at = start + 1; at < end - 1; at++) {
    const byte = bytes[at] as number;
    if (byte === BACKSLASH || byte > 0x7f) return JSON.parse(bytes.toString('utf8', start, end)) as string;
  }
  return bytes.toString('latin1', start + 1, end - 1);
}

/**
 * A number as digits and a power of ten: `mantissa / 10 ** scale`, exact. Filled by `readPlain` for numbers without sign and
 * exponent of at most 15 digits, which nearly all are.
 */
const plain = { mantissa: 0, scale: 0 };

function readPlain(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > EXACT_DIGITS + 1) return false;
  let mantissa = 0;
  let point = end;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === DOT) point = at + 1;
    else if (byte >= ZERO && byte <= NINE) mantissa = mantissa * 10 + (byte - ZERO);
    else return false;
  }
  if (point === end && end - start > EXACT_DIGITS) return false;
  plain.mantissa = mantissa;
  plain.scale = end - point;
  return true;
}

/**
 * The number [start, end) as the nearest double; may be infinite, never `-0`. One division of two exact doubles rounds once,
 * so the short way gives the same double as `Number` (Clinger, "How to read floating point numbers accurately", 1990).
 */
export function doubleAt(bytes: Buffer, start: number, end: number): number {
  if (readPlain(bytes, start, end)) return plain.mantissa / (POWERS[plain.scale] as number);
  return Number(bytes.toString('latin1', start, end)) + 0;
}

/** Volume of a tick as whole units and 1e-8 parts. */
export interface Volume {
  vol_units: number;
  vol_e8: number;
}

/** Reads the number [start, end) as the volume of a tick into `into`; false where it is out of bounds. */
export function readTickVolume(bytes: Buffer, start: number, end: number, into: Volume): boolean {
  if (readPlain(bytes, start, end) && plain.scale <= 8) {
    const power = POWERS[plain.scale] as number;
    const units = Math.floor(plain.mantissa / power);
    into.vol_units = units;
    into.vol_e8 = (plain.mantissa - units * power) * (POWERS[8 - plain.scale] as number);
    return true;
  }
  return parseTickVolume(bytes.toString('latin1', start, end), into);
}

/** Like `readTickVolume`, from any decimal text; false also where the text is not a number. */
export function parseTickVolume(text: string, into: Volume): boolean {
  const decimal = parseDecimal(text);
  if (decimal === undefined || decimal.digits.length > EXACT_DIGITS) return false;
  const e8 = toE8(decimal, 15);
  if (e8 === undefined) return false;
  into.vol_units = Number(e8 / BigInt(E8_PER_UNIT));
  into.vol_e8 = Number(e8 % BigInt(E8_PER_UNIT));
  return true;
}

/** The number [start, end) as the volume of a bar; undefined where it is out of bounds. */
export function barVolumeAt(bytes: Buffer, start: number, end: number): DecimalSum | undefined {
  const volume: Volume = { vol_units: 0, vol_e8: 0 };
  if (readTickVolume(bytes, start, end, volume)) {
    const sum = new DecimalSum();
    sum.add(volume.vol_units, volume.vol_e8);
    return sum;
  }
  const decimal = parseDecimal(bytes.toString('latin1', start, end));
  const e8 = decimal && toE8(decimal, 31);
  return e8 === undefined ? undefined : DecimalSum.fromE8(e8);
}

/** `digits * 10 ** exponent`, digits without leading and trailing zeros, empty for 0. */
interface Decimal {
  readonly isNegative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

function parseDecimal(text: string): Decimal | undefined {
  const match = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const all = whole + fraction;
  if (all === '') return undefined;
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  let end = all.length;
  while (end > leading && all.charCodeAt(end - 1) === ZERO) end--;
  return {
    isNegative: sign === '-',
    digits: all.slice(leading, end),
    exponent: Number(exponent) - fraction.length + (all.length - end),
  };
}

/** The value times 1e8; undefined where it is negative, has more than eight decimal places or `maxWhole` whole digits. */
function toE8({ isNegative, digits, exponent }: Decimal, maxWhole: number): bigint | undefined {
  if (digits === '') return 0n;
  if (isNegative || exponent < -8 || digits.length + exponent > maxWhole) return undefined;
  return BigInt(digits) * 10n ** BigInt(exponent + 8);
}
