import { BarWindow, bucketOf } from './bar-window.js';
import { CapacityError } from './capacity.js';
import { DecimalSum } from './model/decimal.js';
import { type Bar, compareSymbols, type Tick } from './model/model.js';
import { NS_PER_S } from './model/time.js';
import type { Stateful } from './parts.js';
import { OpenWindows } from './windows.js';

/** Length of a window. */
const TF_S = 1;

/** Trade ids that one partition may remember. */
const MAX_IDS = 1_000_000;

/** Bars that one partition may hold open: symbols times seconds of grace. */
const MAX_OPEN_BARS = 4_000_000;

interface OpenBar extends Bar {
  readonly bucket: number;
  o_ns: number;
  c_ns: number;
  /** Trade ids to forget when this bar closes. */
  ids: string[] | undefined;
}

/** Name of the part of the state that holds the times. */
export const TIMES = 'times';

/** An open bar as it is saved. */
export type SavedBar = [
  symbol: string,
  o: number,
  h: number,
  l: number,
  c: number,
  vol: string,
  n_trades: number,
  o_ns: number,
  c_ns: number,
  ids: string[],
];

/**
 * 1 s bars of one partition of ticks, by event time.
 *
 * The watermark W is the largest event time of a used tick minus the grace. A second is final once it ends at or before W;
 * `closedThrough_s` is the end of the last final second and never falls. What arrives for a final second is late.
 */
export class BarBuilder implements Stateful {
  private readonly windows = new OpenWindows<BarWindow<OpenBar>>();
  private readonly ids = new Map<string, Set<string>>();
  private readonly grace_s: number;
  private readonly grace_ns: number;
  private readonly emit: (bar: Bar) => void;
  private idCount = 0;
  private openBars = 0;
  private max_s = -Infinity;
  private max_ns = 0;
  private closedThrough = -Infinity;
  /** Parts of windows that have been closed, and what the times were when they were last saved. */
  private gone = new Map<string, undefined>();
  private savedTimes = '';

  /** `grace_ns`: how long to wait for ticks that come out of order. `emit` receives the closed bars by (time, symbol). */
  constructor(grace_ns: number, emit: (bar: Bar) => void) {
    this.grace_s = Math.floor(grace_ns / NS_PER_S);
    this.grace_ns = grace_ns % NS_PER_S;
    this.emit = emit;
  }

  /** End of the last final second, s since the epoch; -Infinity before the first tick. */
  get closedThrough_s(): number {
    return this.closedThrough;
  }

  /** Largest event time of a used tick, in ms; -Infinity before the first tick. */
  get newestEvent_ms(): number {
    return this.max_s * 1000 + this.max_ns / 1e6;
  }

  /** Takes the next tick of the partition. Throws `CapacityError`. */
  add(tick: Tick): 'used' | 'late' | 'duplicate' {
    if (tick.event_s + TF_S <= this.closedThrough) return 'late';
    if (tick.trade_id !== undefined && this.isKnown(tick.symbol, tick.trade_id)) return 'duplicate';
    this.addToBar(tick);
    this.raiseWatermark(tick.event_s, tick.event_ns);
    return 'used';
  }

  /** Closes every second that ends at or before `through_s`; false where that closes nothing new. */
  closeThrough(through_s: number): boolean {
    if (through_s <= this.closedThrough) return false;
    this.closedThrough = through_s;
    for (const [start, window] of this.windows.takeThrough(through_s - TF_S)) {
      window.drop(`${start}.`, this.gone);
      for (const bar of [...window.bars.values()].sort(compareSymbols)) {
        this.openBars--;
        this.forgetIds(bar);
        this.emit(bar);
      }
    }
    return true;
  }

  /** Closes everything that is open. */
  closeAll(): void {
    const newest = this.windows.newest();
    if (newest !== undefined) this.closeThrough(newest + TF_S);
  }

  changes(): Map<string, string | undefined> {
    const parts = new Map<string, string | undefined>(this.gone);
    this.gone = new Map();
    const times = JSON.stringify([this.max_s, this.max_ns, this.closedThrough]);
    if (times !== this.savedTimes && this.max_s !== -Infinity) parts.set(TIMES, times);
    this.savedTimes = times;
    for (const [start, window] of this.windows.entries()) window.save(`${start}.`, parts, savedOf);
    return parts;
  }

  restore(parts: ReadonlyMap<string, string>): void {
    for (const [name, text] of parts) {
      if (name === TIMES) {
        [this.max_s, this.max_ns, this.closedThrough] = JSON.parse(text) as [number, number, number];
        this.savedTimes = text;
      } else this.restoreWindow(name, JSON.parse(text) as SavedBar[]);
    }
  }

  private restoreWindow(name: string, saved: readonly SavedBar[]): void {
    const [start, bucket] = name.split('.').map(Number) as [number, number];
    const window = this.windows.get(start) ?? this.windows.open(start, new BarWindow<OpenBar>());
    const bars = saved.map((values) => restoredBar(start, bucket, values));
    window.restore(bucket, bars);
    this.openBars += bars.length;
    for (const bar of bars) for (const id of bar.ids ?? []) this.knowId(bar.symbol, id);
  }

  private addToBar(tick: Tick): void {
    const window = this.windows.get(tick.event_s) ?? this.windows.open(tick.event_s, new BarWindow<OpenBar>());
    const { bars } = window;
    let bar = bars.get(tick.symbol);
    if (bar === undefined) {
      if (this.openBars >= MAX_OPEN_BARS) throw new CapacityError('open bars', MAX_OPEN_BARS);
      this.openBars++;
      bar = newBar(tick);
      bars.set(tick.symbol, bar);
    } else {
      extendBar(bar, tick);
    }
    bar.vol.add(tick.vol_units, tick.vol_e8);
    bar.n_trades++;
    window.touch(bar.bucket);
    if (tick.trade_id !== undefined) this.rememberId(bar, tick.trade_id);
  }

  private raiseWatermark(s: number, ns: number): void {
    if (s < this.max_s || (s === this.max_s && ns <= this.max_ns)) return;
    this.max_s = s;
    this.max_ns = ns;
    this.closeThrough(s - this.grace_s - (ns < this.grace_ns ? 1 : 0));
  }

  private isKnown(symbol: string, id: string): boolean {
    return this.ids.get(symbol)?.has(id) ?? false;
  }

  private rememberId(bar: OpenBar, id: string): void {
    if (this.idCount >= MAX_IDS) throw new CapacityError('trade ids in open bars', MAX_IDS);
    (bar.ids ??= []).push(id);
    this.knowId(bar.symbol, id);
  }

  private knowId(symbol: string, id: string): void {
    const known = this.ids.get(symbol);
    if (known === undefined) this.ids.set(symbol, new Set([id]));
    else known.add(id);
    this.idCount++;
  }

  private forgetIds(bar: OpenBar): void {
    if (bar.ids === undefined) return;
    const known = this.ids.get(bar.symbol);
    for (const id of bar.ids) known?.delete(id);
    if (known?.size === 0) this.ids.delete(bar.symbol);
    this.idCount -= bar.ids.length;
  }
}

function newBar(tick: Tick): OpenBar {
  return {
    symbol: tick.symbol,
    tf_s: TF_S,
    ts: tick.event_s,
    o: tick.ltp,
    h: tick.ltp,
    l: tick.ltp,
    c: tick.ltp,
    vol: new DecimalSum(),
    n_trades: 0,
    bucket: bucketOf(tick.symbol),
    o_ns: tick.event_ns,
    c_ns: tick.event_ns,
    ids: undefined,
  };
}

function savedOf({ symbol, o, h, l, c, vol, n_trades, o_ns, c_ns, ids }: OpenBar): SavedBar {
  return [symbol, o, h, l, c, String(vol.toE8()), n_trades, o_ns, c_ns, ids ?? []];
}

function restoredBar(ts: number, bucket: number, saved: SavedBar): OpenBar {
  const [symbol, o, h, l, c, vol_e8, n_trades, o_ns, c_ns, ids] = saved;
  const vol = DecimalSum.fromE8(BigInt(vol_e8)) ?? new DecimalSum();
  return { symbol, tf_s: TF_S, ts, o, h, l, c, vol, n_trades, bucket, o_ns, c_ns, ids: ids.length === 0 ? undefined : ids };
}

/** Open: the earliest time, its first arrival. Close: the latest time, its last arrival. */
function extendBar(bar: OpenBar, tick: Tick): void {
  if (tick.event_ns < bar.o_ns) {
    bar.o = tick.ltp;
    bar.o_ns = tick.event_ns;
  }
  if (tick.event_ns >= bar.c_ns) {
    bar.c = tick.ltp;
    bar.c_ns = tick.event_ns;
  }
  if (tick.ltp > bar.h) bar.h = tick.ltp;
  if (tick.ltp < bar.l) bar.l = tick.ltp;
}
