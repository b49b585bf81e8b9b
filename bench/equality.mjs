// Whether two programs wrote the same bars, in any order and however they print a number.
import { readFileSync } from 'node:fs';

/** Relative difference that sums of doubles may have from the exact sum. */
const DOUBLE_SUM_ERROR = 1e-12;

const NUMBERS = ['o', 'h', 'l', 'c', 'n_trades'];

/** Bars of a file by timeframe, time and symbol. Throws where a line is no bar or a bar comes twice. */
export function readBars(path) {
  const bars = new Map();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    const bar = JSON.parse(line);
    const key = `${bar.symbol} ${bar.tf} ${bar.ts}`;
    if (bars.has(key)) throw new Error(`two bars ${key}`);
    bar.vol_text = decimalOf(line);
    bars.set(key, bar);
  }
  return bars;
}

/** `{ equal, text }` of the bars of a program against those of the reference. */
export function compareBars(expected, bars, hasExactVolume) {
  let inexact = 0;
  for (const [key, bar] of expected) {
    const other = bars.get(key);
    if (other === undefined) return different(`no bar ${key}`);
    for (const field of NUMBERS) if (bar[field] !== other[field]) return different(`${field} of ${key}`);
    if (bar.vol_text === other.vol_text) continue;
    if (hasExactVolume || Math.abs(bar.vol - other.vol) > DOUBLE_SUM_ERROR * bar.vol) return different(`vol of ${key}`);
    inexact++;
  }
  if (bars.size !== expected.size) return different(`${bars.size} bars instead of ${expected.size}`);
  return { equal: true, text: inexact === 0 ? 'equal in every field' : `equal, ${inexact} volumes but for rounding` };
}

function different(what) {
  return { equal: false, text: `DIFFERENT: ${what}` };
}

/** The volume as it stands in the line, without trailing zeros: a double could not tell a long one. */
function decimalOf(line) {
  const [, whole, fraction = ''] = /"vol":(\d+)(?:\.(\d+))?/.exec(line) ?? [];
  const digits = fraction.replace(/0+$/, '');
  return digits === '' ? whole : `${whole}.${digits}`;
}
