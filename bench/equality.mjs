// Whether two programs wrote the same: bars in any order and however they print a number, or ticks by their hash.
import { readFileSync, statSync } from 'node:fs';

/** Relative difference that sums of doubles may have from the exact sum. */
const DOUBLE_SUM_ERROR = 1e-12;

const NUMBERS = ['o', 'h', 'l', 'c', 'n_trades'];

const LF = 0x0a;

/** Files of bars. `mark`: what is looked at in each round; to compare all bars each time would take longer than the round. */
export const BARS = { what: 'bars', read: readBars, compare: compareBars, mark: (path) => statSync(path).size };

/** Files that hold the number of ticks and a hash over them. */
export const DIGESTS = {
  what: 'ticks',
  read: (path) => {
    const text = readFileSync(path, 'utf8');
    return { size: Number.parseInt(text, 10), text };
  },
  compare: ({ text }, path) =>
    readFileSync(path, 'utf8') === text ? { equal: true, text: 'equal in every byte' } : different('other ticks'),
  mark: (path) => readFileSync(path, 'utf8'),
};

/** Bars of a file, as their lines, by symbol, timeframe and time. Throws where a line is no bar or a bar comes twice. */
function readBars(path) {
  const bars = new Map();
  for (const line of linesIn(path)) {
    const key = keyOf(JSON.parse(line));
    if (bars.has(key)) throw new Error(`two bars ${key}`);
    bars.set(key, line);
  }
  return bars;
}

/** `{ equal, text }` of the bars in a file against those that are expected. Throws as `readBars` does. */
function compareBars(expected, path, hasExactVolume) {
  const seen = new Set();
  let inexact = 0;
  for (const line of linesIn(path)) {
    const bar = JSON.parse(line);
    const key = keyOf(bar);
    if (seen.has(key)) throw new Error(`two bars ${key}`);
    seen.add(key);
    const right = expected.get(key);
    if (right === undefined) return different(`a bar too many: ${key}`);
    if (right === line) continue;
    const other = JSON.parse(right);
    for (const field of NUMBERS) if (bar[field] !== other[field]) return different(`${field} of ${key}`);
    if (volumeIn(right) === volumeIn(line)) continue;
    if (hasExactVolume || Math.abs(bar.vol - other.vol) > DOUBLE_SUM_ERROR * other.vol) return different(`vol of ${key}`);
    inexact++;
  }
  if (seen.size !== expected.size) return different(`${seen.size} bars instead of ${expected.size}`);
  return { equal: true, text: inexact === 0 ? 'equal in every field' : `equal, ${inexact} volumes but for rounding` };
}

/** Lines that are not empty, of a file that is longer than a text may be. */
function* linesIn(path) {
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(LF, at);
    const end = found === -1 ? bytes.length : found;
    if (end > at) yield bytes.toString('utf8', at, end);
    at = end + 1;
  }
}

function keyOf({ symbol, tf, ts }) {
  return `${symbol} ${tf} ${ts}`;
}

function different(what) {
  return { equal: false, text: `DIFFERENT: ${what}` };
}

/** The volume as it stands in the line, without trailing zeros: a double could not tell a long one. */
function volumeIn(line) {
  const [, whole, fraction = ''] = /"vol":(\d+)(?:\.(\d+))?/.exec(line) ?? [];
  const digits = fraction.replace(/0+$/, '');
  return digits === '' ? whole : `${whole}.${digits}`;
}
