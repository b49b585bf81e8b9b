/** Digits behind the second in one unit's number of ns. */
const UNIT_DIGITS = { s: 9, ms: 6, us: 3, ns: 0 } as const;

export const TIME_UNITS = ['s', 'ms', 'us', 'ns', 'iso'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

const DAY_S = 86_400;

/** What a time zone says of times. */
export interface Zone {
  /** The instant at which clocks show a local time, s. */
  toUtc_s(local_s: number): number;
  /** Number of the local day at an instant. */
  dayOf(utc_s: number): number;
}

export const UTC: Zone = { toUtc_s: (local_s) => local_s, dayOf: (utc_s) => Math.floor(utc_s / DAY_S) };

/** An instant: whole seconds since the epoch, and ns. */
export interface Instant {
  readonly s: number;
  readonly ns: number;
}

/** No such time is in range, so its value does not matter. */
const BEFORE_THE_EPOCH: Instant = { s: -1, ns: 0 };

const NUMBER = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/;
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,30}))?)?)?(Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;

/**
 * Reads a time exactly; digits beyond the nanosecond are cut. A time without an offset is local time of `zone`. Undefined where
 * the text is no time of this unit.
 */
export function parseTime(text: string, unit: TimeUnit, zone: Zone): Instant | undefined {
  return unit === 'iso' ? parseIso(text, zone) : parseCount(text, UNIT_DIGITS[unit]);
}

function parseCount(text: string, digits: number): Instant | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  if (sign === '-') return BEFORE_THE_EPOCH;
  const all_ns = whole + fraction.slice(0, digits).padEnd(digits, '0');
  return { s: Number(all_ns.slice(0, -9)), ns: Number(all_ns.slice(-9)) };
}

function parseIso(text: string, zone: Zone): Instant | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = match;
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // Years below 100 count from 1900 there, and a day too many is one of the next month.
  const isDate = midnight.getUTCFullYear() === Number(year) && midnight.getUTCMonth() === Number(month) - 1;
  if (!isDate || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const local_s = midnight.getTime() / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const ns = Number(fraction.slice(0, 9).padEnd(9, '0'));
  return { s: offset === undefined ? zone.toUtc_s(local_s) : local_s - offsetOf(offset), ns };
}

function offsetOf(text: string): number {
  if (text === 'Z') return 0;
  const sign = text.startsWith('-') ? -1 : 1;
  return sign * (Number(text.slice(1, 3)) * 3600 + Number(text.slice(-2)) * 60);
}
