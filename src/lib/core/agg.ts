import { BarWindow, bucketOf } from './bar-window.js';
import { CapacityError } from './capacity.js';
import { DecimalSum } from './model/decimal.js';
import { type Bar, compareSymbols, type Outcome } from './model/model.js';
import type { Stateful } from './parts.js';
import { OpenWindows } from './windows.js';

interface Target {
  readonly tf_s: number;
  readonly windows: OpenWindows<BarWindow<Bar>>;
}

/** Names of the parts of the state that hold the times, and the last time of each symbol. */
export const TIMES = 'times';
export const LAST = 'last.';

/** An open bar as it is saved. */
export type SavedBar = [symbol: string, o: number, h: number, l: number, c: number, vol_e8: string, n_trades: number];

interface LastBar {
  readonly symbol: string;
  ts: number;
}

/** Symbols whose last `ts` one partition remembers. */
const MAX_SYMBOLS = 1_000_000;

/**
 * Bars of one finer timeframe into bars of several coarser ones.
 *
 * Windows close up to the larger of the last mark and the largest `ts` seen. Per symbol `ts` must rise.
 */
export class Aggregator implements Stateful {
  private readonly targets: readonly Target[];
  /** The last bar of each symbol, which is kept as the bars of a window are. */
  private readonly last = new BarWindow<LastBar>();
  /** Parts of windows that have been closed, and what the times were when they were last saved. */
  private gone = new Map<string, undefined>();
  private savedTimes = '';
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
    const last = this.last.bars.get(bar.symbol);
    if (bar.ts === last?.ts) return 'duplicate';
    if (this.isClosed(bar.ts)) return 'late';
    if (last !== undefined && bar.ts < last.ts) return { reason: 'out_of_order', detail: 'ts' };
    const overflow = this.overflowOf(bar);
    if (overflow !== undefined) return { reason: 'out_of_bounds', detail: overflow };
    if (last === undefined && this.last.bars.size >= MAX_SYMBOLS) throw new CapacityError('symbols', MAX_SYMBOLS);
    const bucket = bucketOf(bar.symbol);
    if (last === undefined) this.last.bars.set(bar.symbol, { symbol: bar.symbol, ts: bar.ts });
    else last.ts = bar.ts;
    this.last.touch(bucket);
    for (const target of this.targets) this.addToTarget(target, bar, bucket);
    this.closeThrough(bar.ts);
    return 'used';
  }

  /** Closes every window that ends at or before `through_s`; false where that is not news. */
  closeThrough(through_s: number): boolean {
    if (through_s <= this.closedThrough) return false;
    this.closedThrough = through_s;
    const closed = this.targets.flatMap(({ tf_s, windows }) =>
      windows.takeThrough(through_s - tf_s).map(([start, window]) => {
        window.drop(`${tf_s}.${start}.`, this.gone);
        return { end: start + tf_s, tf_s, bars: window.bars };
      }),
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

  changes(): Map<string, string | undefined> {
    const parts = new Map<string, string | undefined>(this.gone);
    this.gone = new Map();
    const times = JSON.stringify([this.closedThrough]);
    if (times !== this.savedTimes && this.closedThrough !== -Infinity) parts.set(TIMES, times);
    this.savedTimes = times;
    this.last.save(LAST, parts, ({ symbol, ts }) => [symbol, ts]);
    for (const { tf_s, windows } of this.targets) {
      for (const [start, window] of windows.entries()) window.save(`${tf_s}.${start}.`, parts, savedOf);
    }
    return parts;
  }

  restore(parts: ReadonlyMap<string, string>): void {
    for (const [name, text] of parts) {
      if (name === TIMES) {
        [this.closedThrough] = JSON.parse(text) as [number];
        this.savedTimes = text;
      } else if (name.startsWith(LAST)) {
        const saved = JSON.parse(text) as [string, number][];
        const last = saved.map(([symbol, ts]) => ({ symbol, ts }));
        this.last.restore(Number(name.slice(LAST.length)), last);
      } else this.restoreWindow(name, JSON.parse(text) as SavedBar[]);
    }
  }

  private restoreWindow(name: string, saved: readonly SavedBar[]): void {
    const [tf_s, start, bucket] = name.split('.').map(Number) as [number, number, number];
    const windows = this.targets.find((target) => target.tf_s === tf_s)?.windows;
    if (windows === undefined) return;
    const window = windows.get(start) ?? windows.open(start, new BarWindow<Bar>());
    window.restore(
      bucket,
      saved.map((values) => restoredBar(start, tf_s, values)),
    );
  }

  private isClosed(ts: number): boolean {
    return this.targets.some(({ tf_s }) => startOf(ts, tf_s) + tf_s <= this.closedThrough);
  }

  /** The field that some target's sum would take out of its bounds. */
  private overflowOf(bar: Bar): 'vol' | 'n_trades' | undefined {
    for (const { tf_s, windows } of this.targets) {
      const open = windows.get(startOf(bar.ts, tf_s))?.bars.get(bar.symbol);
      if (open === undefined) continue;
      if (!open.vol.canAdd(bar.vol)) return 'vol';
      if (open.n_trades + bar.n_trades > Number.MAX_SAFE_INTEGER) return 'n_trades';
    }
    return undefined;
  }

  private addToTarget({ tf_s, windows }: Target, bar: Bar, bucket: number): void {
    const start = startOf(bar.ts, tf_s);
    const window = windows.get(start) ?? windows.open(start, new BarWindow<Bar>());
    window.touch(bucket);
    const open = window.bars.get(bar.symbol);
    if (open === undefined) window.bars.set(bar.symbol, firstOf(bar, tf_s, start));
    else extendBar(open, bar);
  }
}

function startOf(ts: number, tf_s: number): number {
  return Math.floor(ts / tf_s) * tf_s;
}

function savedOf({ symbol, o, h, l, c, vol, n_trades }: Bar): SavedBar {
  return [symbol, o, h, l, c, String(vol.toE8()), n_trades];
}

function restoredBar(ts: number, tf_s: number, [symbol, o, h, l, c, vol_e8, n_trades]: SavedBar): Bar {
  return { symbol, tf_s, ts, o, h, l, c, vol: DecimalSum.fromE8(BigInt(vol_e8)) ?? new DecimalSum(), n_trades };
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
