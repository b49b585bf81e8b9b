/** Nanoseconds in one second. */
export const NS_PER_S = 1_000_000_000;

/** Range of event times: 1973-01-01 (inclusive) to 2100-01-01 (exclusive), s since the epoch. */
export const MIN_EVENT_S = 94_694_400;
export const MAX_EVENT_S = 4_102_444_800;

/** The coarsest timeframe. */
const MAX_TIMEFRAME_S = 366 * 86_400;

const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
};

const TIMEFRAME_UNITS: readonly (readonly [unit: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

/** `250ms`, `2s`, `15m`, or a bare number of seconds, in ns; undefined where the text is not a duration up to 104 days. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,9})?)(ns|us|ms|s|m|h|d)?$/.exec(text);
  if (!match) return undefined;
  const value_ns = Math.round(Number(match[1]) * (UNIT_NS[match[2] ?? 's'] ?? NaN));
  return Number.isSafeInteger(value_ns) ? value_ns : undefined;
}

/** `1s`, `15m`, `1h`: the timeframe in seconds; undefined where the text is none. */
export function parseTimeframe(text: string): number | undefined {
  const match = /^([1-9]\d{0,7})([smhd])$/.exec(text);
  if (!match) return undefined;
  const unit = TIMEFRAME_UNITS.find(([name]) => name === match[2]);
  const seconds = Number(match[1]) * (unit?.[1] ?? NaN);
  return seconds <= MAX_TIMEFRAME_S ? seconds : undefined;
}

/** The name of a timeframe, with the largest unit that divides it: 60 s is `1m`. */
export function timeframeName(tf_s: number): string {
  for (const [unit, seconds] of TIMEFRAME_UNITS) {
    if (tf_s % seconds === 0) return `${tf_s / seconds}${unit}`;
  }
  throw new RangeError(`a timeframe is a whole number of seconds, not ${tf_s}`);
}

/** An instant as the 17 to 19 digits of its ns since the epoch. */
export function instantText(s: number, ns: number): string {
  return `${s}${String(NS_PER_S + ns).slice(1)}`;
}

/** `2024-01-02 03:45:00`, with `fraction` digits behind the second where there are any. */
export function isoTime(s: number, fraction: string): string {
  const time = new Date(s * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return fraction === '' ? time : `${time}.${fraction}`;
}
