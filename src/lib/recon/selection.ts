import type { BarKey } from '../core/recon.js';
import { type Instant, parseTime, UTC } from '../formats/time-text.js';
import { QfError } from '../runtime/errors.js';

/** Years 1 and 9999, s: what a table may hold besides bars in range is found, too. */
const FIRST_S = -62_135_596_800;
const LAST_S = 253_402_300_800;

/** Which bars are compared: those of these symbols whose whole windows are between two times. */
export interface Selection {
  /** undefined: all. */
  readonly symbols: ReadonlySet<string> | undefined;
  readonly since_s: number;
  readonly until_s: number;
}

/** A selection as it is given on a command line. Throws a usage error where a text is no time. */
export function selectionOf(
  since: string | undefined,
  until: string | undefined,
  symbols: readonly string[] | undefined,
): Selection {
  const first = since === undefined ? { s: FIRST_S, ns: 0 } : timeOf('--since', since);
  return {
    symbols: symbols && new Set(symbols),
    // Bars start at whole seconds: the first one behind the fraction of a second.
    since_s: first.s + Math.sign(first.ns),
    until_s: until === undefined ? LAST_S : timeOf('--until', until).s,
  };
}

function timeOf(option: string, text: string): Instant {
  const time = parseTime(text, 'iso', UTC);
  if (time === undefined) throw new QfError('usage', `${option} ${text}: expected a time such as 2024-01-02T09:15:00Z`);
  return time;
}

/** Whether a bar of a timeframe belongs to a selection. */
export function isSelected({ symbols, since_s, until_s }: Selection, { symbol, ts }: BarKey, tf_s: number): boolean {
  return ts >= since_s && ts + tf_s <= until_s && symbols?.has(symbol) !== false;
}

/** The finer bars from which those of a selection with timeframe `tf_s` follow: whole windows only. */
export function finerSelection({ symbols, since_s, until_s }: Selection, tf_s: number): Selection {
  return { symbols, since_s: Math.ceil(since_s / tf_s) * tf_s, until_s: Math.floor(until_s / tf_s) * tf_s };
}
