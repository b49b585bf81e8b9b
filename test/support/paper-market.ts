import { DecimalSum } from '../../src/lib/core/model/decimal.js';
import type { Bar } from '../../src/lib/core/model/model.js';
import { Random } from '../../src/lib/core/sim/random.js';
import { encodeBar, encodeMark } from '../../src/lib/engines/reference/bar-codec.js';
import { sum } from './records.js';

const MINUTE_S = 60;

/** 2023-11-14 22:15 UTC, where bars of all timeframes begin. */
const START_S = 1_700_000_100;

/** Longest timeframe, minutes. */
const LONG = 3;

/** What a random market is made of: the same one gives the same bars. */
export interface MarketShape {
  readonly seed: number;
  readonly minutes: number;
  readonly symbols: number;
}

/** Bars of 1 m and 3 m in the order in which they close, with marks between them: s. */
export type MarketStream = readonly (Bar | number)[];

export function lineOf(next: Bar | number): string {
  return typeof next === 'number' ? encodeMark(next) : encodeBar(next);
}

export function textOf(stream: MarketStream): string {
  return stream.map(lineOf).join('');
}

/** Minutes alone, without marks. */
export function minutesOf(stream: MarketStream): Bar[] {
  return stream.filter((next) => typeof next !== 'number' && next.tf_s === MINUTE_S) as Bar[];
}

export function marketOf({ seed, minutes, symbols }: MarketShape): MarketStream {
  const random = new Random(seed, 1);
  const books = Array.from({ length: symbols }, (_, index) => new Book(`S${index}`, random));
  const stream: (Bar | number)[] = [];
  let open: Bar[] = [];
  let common = 0;
  let calmUntil = 0;
  for (let minute = 0; minute < minutes; minute++) {
    const ts = START_S + minute * MINUTE_S;
    if (random.below(200) === 0) calmUntil = minute + 5 + random.below(40);
    const isCalm = minute < calmUntil;
    if (!isCalm) common += 0.001 * random.normal();
    const bars = books.flatMap((book) => book.minute(ts, common, isCalm) ?? []);
    open.push(...bars);
    stream.push(...bars);
    if ((minute + 1) % LONG === 0) {
      stream.push(...merged(open, ts - (LONG - 1) * MINUTE_S));
      open = [];
    }
    if (random.below(10) === 0) stream.push(ts + MINUTE_S);
  }
  return stream;
}

/** One symbol: prices that follow the common ones and come back to them, jump, stand still, or make no sense. */
class Book {
  private readonly symbol: string;
  private readonly random: Random;
  private readonly base: number;
  private readonly load: number;
  private readonly missing: number;
  private readonly digits: number;
  private off = 0;
  private last: number;
  private silentUntil_s = 0;

  constructor(symbol: string, random: Random) {
    this.symbol = symbol;
    this.random = random;
    this.base = ([0.1, 20, 150, 1000, 30_000][random.below(5)] as number) * (0.5 + random.uniform());
    this.load = [-0.5, 0.7, 1, 1, 1, 1.3][random.below(6)] as number;
    this.missing = [0, 0.02, 0.1][random.below(3)] as number;
    this.digits = [0, 3, 8][random.below(3)] as number;
    this.last = this.price(0);
  }

  /** Undefined: no trade. */
  minute(ts: number, common: number, isCalm: boolean): Bar | undefined {
    const { random } = this;
    if (!isCalm) {
      this.off = 0.85 * this.off + 0.002 * random.normal();
      if (random.below(80) === 0) this.off += (random.uniform() - 0.5) * 0.08;
    }
    if (random.below(300) === 0) this.silentUntil_s = ts + random.below(30) * MINUTE_S;
    if (random.uniform() < this.missing || ts < this.silentUntil_s) return undefined;
    const [o, next] = [this.last, this.price(common)];
    this.last = next;
    const c = random.below(150) === 0 ? ([0, -1.5, -next][random.below(3)] as number) : next;
    const reach = isCalm ? 0 : 0.001 * random.uniform() * this.base;
    const h = rounded(Math.max(o, c) + reach);
    const l = rounded(Math.min(o, c) - reach);
    return { symbol: this.symbol, tf_s: MINUTE_S, ts, o, h, l, c, vol: this.volume(), n_trades: 1 + random.below(50) };
  }

  private price(common: number): number {
    return rounded(this.base * Math.exp(this.load * common + this.off));
  }

  private volume(): DecimalSum {
    const { random, digits } = this;
    const whole = random.below(20) === 0 ? 0 : random.below(5000);
    const parts = digits === 0 ? '' : `.${String(random.below(10 ** digits)).padStart(digits, '0')}`;
    return sum(`${whole}${parts}`);
  }
}

function rounded(price: number): number {
  return Number(price.toFixed(2));
}

/** A longer bar of each symbol, in the order of symbols. */
function merged(bars: readonly Bar[], ts: number): Bar[] {
  const symbols = [...new Set(bars.map(({ symbol }) => symbol))].sort();
  return symbols.map((symbol) => {
    const own = bars.filter((bar) => bar.symbol === symbol);
    const [first, last] = [own[0] as Bar, own.at(-1) as Bar];
    const vol = new DecimalSum();
    for (const bar of own) vol.addSum(bar.vol);
    return {
      ...last,
      tf_s: LONG * MINUTE_S,
      ts,
      o: first.o,
      h: Math.max(...own.map(({ h }) => h)),
      l: Math.min(...own.map(({ l }) => l)),
      vol,
    };
  });
}
