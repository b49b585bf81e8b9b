import { CapacityError } from '../capacity.js';
import type { Bar } from '../model/model.js';
import { LogCloses } from './closes.js';
import { type Tie, TieMeter } from './cointegration.js';

/** Symbols of one timeframe: 1,000 make half a million pairs. */
const MAX_SYMBOLS = 1000;

/** Bars that are kept, of all symbols and timeframes: a month of minutes of 500 symbols. */
const MAX_BARS = 5_000_000;

/** Two symbols of one timeframe and how they are tied: x is ln close of `a`, y that of `b`, a step is a bar. */
export interface ScannedPair extends Tie {
  /** Before `b`, as bytes. */
  readonly a: string;
  readonly b: string;
  readonly tf_s: number;
}

/** Keeps the closes of bars and compares all pairs of symbols of each timeframe. */
export class PairScanner {
  private readonly timeframes = new Map<number, Map<string, LogCloses>>();
  private bars = 0;

  /** Takes a bar; they may come in any order. Throws `CapacityError`. */
  add({ symbol, tf_s, ts, c }: Pick<Bar, 'symbol' | 'tf_s' | 'ts' | 'c'>): 'used' | 'duplicate' {
    if (!this.closesOf(tf_s, symbol).add(ts, c)) return 'duplicate';
    if (++this.bars > MAX_BARS) throw new CapacityError('bars', MAX_BARS);
    return 'used';
  }

  /** The pairs that have at least `minBars` bars in common, by (timeframe, a, b). */
  *pairs(minBars: number): Generator<ScannedPair> {
    for (const [tf_s, symbols] of [...this.timeframes].sort(([one], [other]) => one - other)) {
      const sorted = [...symbols].sort(([one], [other]) => (one < other ? -1 : 1));
      const meter = new TieMeter(Math.max(...sorted.map(([, closes]) => closes.length)));
      for (const [at, [a, closesA]] of sorted.entries()) {
        for (const [b, closesB] of sorted.slice(at + 1)) {
          const n = closesA.join(closesB, meter.xs, meter.ys);
          if (n >= minBars) yield { a, b, tf_s, ...meter.measure(n) };
        }
      }
    }
  }

  private closesOf(tf_s: number, symbol: string): LogCloses {
    let symbols = this.timeframes.get(tf_s);
    if (symbols === undefined) this.timeframes.set(tf_s, (symbols = new Map<string, LogCloses>()));
    let closes = symbols.get(symbol);
    if (closes === undefined) {
      if (symbols.size >= MAX_SYMBOLS) throw new CapacityError('symbols of one timeframe', MAX_SYMBOLS);
      symbols.set(symbol, (closes = new LogCloses()));
    }
    return closes;
  }
}

/** The best of pairs that come by (timeframe, a, b): the lowest df_t first, those without one last, and else as they came. */
export function bestOf<P extends ScannedPair>(pairs: Iterable<P>, most: number): P[] {
  let best: P[] = [];
  const cut = (): P[] => best.sort(byTie).slice(0, most);
  for (const pair of pairs) {
    best.push(pair);
    // So that memory holds what is asked for, however many pairs there are.
    if (best.length >= 2 * most) best = cut();
  }
  return cut();
}

function byTie(one: ScannedPair, other: ScannedPair): number {
  const [t, u] = [one.df_t ?? Infinity, other.df_t ?? Infinity];
  return t === u ? 0 : t - u;
}
