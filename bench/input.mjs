// The input of the benchmarks: canonical ticks, the same bytes in every run.
import { closeSync, openSync, writeSync } from 'node:fs';
import { random } from './random.mjs';

const SYMBOLS = 500;
const TICKS_PER_BAR = 10;
const START_S = 1704167100; // 2024-01-02T03:45:00Z

/** More than the grace. */
const LATE_S = 5;

const TICKS_PER_S = SYMBOLS * TICKS_PER_BAR;
const SLOT_US = 1e6 / TICKS_PER_S;

export const INPUT_TEXT = `${SYMBOLS} symbols, each with ${TICKS_PER_BAR} ticks a second, shuffled, sorted by time`;

/** Writes `count` ticks, sorted by time, to the file at `path`. */
export function writeTicks(path, count) {
  const file = openSync(path, 'w');
  try {
    for (const second of seconds(count)) writeSync(file, second);
  } finally {
    closeSync(file);
  }
}

export const OTHER_TEXT =
  'keys in any order, blanks between them, trade ids, one tick in each bar, 2 % of the ticks 5 s late, which are refused';

/** The same number of ticks, as another writer might write them. */
export function writeOtherTicks(path, count) {
  const file = openSync(path, 'w');
  try {
    for (const second of otherSeconds(count)) writeSync(file, second);
  } finally {
    closeSync(file);
  }
}

function* otherSeconds(count) {
  const below = random(2);
  const blank = () => ' '.repeat(below(3));
  for (let made = 0, s = START_S; made < count; made += SYMBOLS, s++) {
    const lines = Array.from({ length: Math.min(SYMBOLS, count - made) }, (_, i) => {
      const time_us = String(Math.floor((i * 1e6) / SYMBOLS)).padStart(6, '0');
      const members = [
        `"symbol"${blank()}:${blank()}"SIM${String(i + 1).padStart(4, '0')}"`,
        `"event_ts"${blank()}:${blank()}${s - (below(50) === 0 ? LATE_S : 0)}${time_us}000`,
        `"ltp"${blank()}:${blank()}${(5000 + below(100_000)) / 100}`,
        `"vol"${blank()}:${blank()}${1 + below(100)}`,
        `"trade_id"${blank()}:${blank()}"T${made + i}"`,
      ];
      shuffle(members, below);
      return `{${members.join(`${blank()},${blank()}`)}}\n`;
    });
    yield lines.join('');
  }
}

/** Two ticks: the second is late enough to close the bar of the first. */
export const ticksThatCloseABar = [START_S, START_S + 60]
  .map((s) => `{"symbol":"SIM0001","event_ts":${s}000000000,"ltp":100.05,"vol":12}\n`)
  .join('');

/** One text of lines for each second, until `count` ticks are made. */
function* seconds(count) {
  const below = random(1);
  const symbols = Array.from({ length: SYMBOLS }, (_, i) => `SIM${String(i + 1).padStart(4, '0')}`);
  const price_cents = symbols.map(() => 5000 + 5 * below(100_000));
  const turns = Array.from({ length: TICKS_PER_S }, (_, i) => i % SYMBOLS);
  for (let made = 0, s = START_S; made < count; made += TICKS_PER_S, s++) {
    shuffle(turns, below);
    const lines = turns.slice(0, count - made).map((symbol, slot) => {
      price_cents[symbol] = Math.max(5, price_cents[symbol] + 5 * (below(5) - 2));
      // Microseconds, as venues give them: a reader that takes event_ts for a double keeps the order and the second.
      const time_us = slot * SLOT_US + below(SLOT_US);
      const event_ts = `${s}${String(time_us).padStart(6, '0')}000`;
      return `{"symbol":"${symbols[symbol]}","event_ts":${event_ts},"ltp":${price_cents[symbol] / 100},"vol":${1 + below(100)}}\n`;
    });
    yield lines.join('');
  }
}

function shuffle(items, below) {
  for (let i = items.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [items[i], items[j]] = [items[j], items[i]];
  }
}
