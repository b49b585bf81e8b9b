import { CapacityError } from './capacity.js';
import { DecimalSum } from './model/decimal.js';
import { type Bar, compareSymbols, type Outcome } from './model/model.js';
import { OpenWindows } from './windows.js';

interface Target {
  readonly tf_s: number;
  readonly windows: OpenWindows<Map<string, Bar>>;
}

/** Symbols whose last `ts` one partition remembers. */
const MAX_SYMBOLS = 1_000_000;

/**
 * Bars of one finer timeframe into bars of several coarser ones.
 *
 * Windows close up to the larger of the last mark and the largest `ts` seen. Per symbol `ts` must rise.
 */
export class Aggregator {
  private readonly targets: readonly Target[];
  private readonly lastTs = new Map<string, number>();
  private readonly emit: (bar: Bar) => void;
  private closedThrough = -Infinity;

  /** `targets_s`: the timeframes to build, s. `emit` receives closed bars by (close time, timeframe, symbol). */
  constructor(targets_s: readonly number[], emit: (bar: Bar) => void) {
    this.targets = [...new Set(targets_s)].sort((a, b) => a - b).map((tf_s) => ({ tf_s, windows: new OpenWindows() }));
    this.emit = emit;
  }

  /** Every window that ends at or before this time is closed; -Infinity before the first bar. */
  get closedThrough_s(): number {
    return this.closedThrough;
  }

  /** Takes the next bar; all bars have the same timeframe, which divides every target. */
  add(bar: Bar): Outcome {
    const last = this.lastTs.get(bar.symbol);
    if (bar.ts === last) return 'duplicate';
    if (this.isClosed(bar.ts)) return 'late';
    if (last !== undefined && bar.ts < last) return { reason: 'out_of_order', detail: 'ts' };
    const overflow = this.overflowOf(bar);
    if (overflow !== undefined) return { reason: 'out_of_bounds', detail: overflow };
    if (last === undefined && this.lastTs.size >= MAX_SYMBOLS) throw new CapacityError('symbols', MAX_SYMBOLS);
    this.lastTs.set(bar.symbol, bar.ts);
    for (const target of this.targets) this.addToTarget(target, bar);
    this.closeThrough(bar.ts);
    return 'used';
  }

  /** Closes every window that ends at or before `through_s`; false where that is not news. */
  closeThrough(through_s: number): boolean {
    if (through_s <= this.closedThrough) return false;
    this.closedThrough = through_s;
    const closed = this.targets.flatMap(({ tf_s, windows }) =>
      windows.takeThrough(through_s - tf_s).map(([start, bars]) => ({ end: start + tf_s, tf_s, bars })),
    );
    closed.sort((a, b) => a.end - b.end || a.tf_s - b.tf_s);
    for (const { bars } of closed) [...bars.values()].sort(compareSymbols).forEach(this.emit);
    return true;
  }

  /** Closes everything that is open. */
  closeAll(): void {
    const ends = this.targets.map(({ tf_s, windows }) => (windows.newest() ?? -Infinity) + tf_s);
    this.closeThrough(Math.max(...ends));
  }

  private isClosed(ts: number): boolean {
    return this.targets.some(({ tf_s }) => startOf(ts, tf_s) + tf_s <= this.closedThrough);
  }

  /** The field that some target's sum would take out of its bounds. */
  private overflowOf(bar: Bar): 'vol' | 'n_trades' | undefined {
    for (const { tf_s, windows } of this.targets) {
      const open = windows.get(startOf(bar.ts, tf_s))?.get(bar.symbol);
      if (open === undefined) continue;
      if (!open.vol.canAdd(bar.vol)) return 'vol';
      if (open.n_trades + bar.n_trades > Number.MAX_SAFE_INTEGER) return 'n_trades';
    }
    return undefined;
  }

  private addToTarget({ tf_s, windows }: Target, bar: Bar): void {
    const start = startOf(bar.ts, tf_s);
    const bars = windows.get(start) ?? windows.open(start, new Map<string, Bar>());
    const open = bars.get(bar.symbol);
    if (open === undefined) bars.set(bar.symbol, firstOf(bar, tf_s, start));
    else extendBar(open, bar);
  }
}

function startOf(ts: number, tf_s: number): number {
  return Math.floor(ts / tf_s) * tf_s;
}

function firstOf(bar: Bar, tf_s: number, ts: number): Bar {
  const vol = new DecimalSum();
  vol.addSum(bar.vol);
  return { symbol: bar.symbol, tf_s, ts, o: bar.o, h: bar.h, l: bar.l, c: bar.c, vol, n_trades: bar.n_trades };
}

function extendBar(target: Bar, bar: Bar): void {
  if (bar.h > target.h) target.h = bar.h;
  if (bar.l < target.l) target.l = bar.l;
  target.c = bar.c;
  target.vol.addSum(bar.vol);
  target.n_trades += bar.n_trades;
}
