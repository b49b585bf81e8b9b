import { CapacityError } from './capacity.js';
import { DecimalSum } from './model/decimal.js';
import { type Bar, compareSymbols, type Tick } from './model/model.js';
import { NS_PER_S } from './model/time.js';
import { OpenWindows } from './windows.js';

/** Length of a window. */
const TF_S = 1;

/** Trade ids that one partition may remember. */
const MAX_IDS = 1_000_000;

/** Bars that one partition may hold open: symbols times seconds of grace. */
const MAX_OPEN_BARS = 4_000_000;

interface OpenBar extends Bar {
  o_ns: number;
  c_ns: number;
  /** Trade ids to forget when this bar closes. */
  ids: string[] | undefined;
}

/**
 * 1 s bars of one partition of ticks, by event time.
 *
 * The watermark W is the largest event time of a used tick minus the grace. A second is final once it ends at or before W;
 * `closedThrough_s` is the end of the last final second and never falls. What arrives for a final second is late.
 */
export class BarBuilder {
  private readonly windows = new OpenWindows<Map<string, OpenBar>>();
  private readonly ids = new Map<string, Set<string>>();
  private readonly grace_s: number;
  private readonly grace_ns: number;
  private readonly emit: (bar: Bar) => void;
  private idCount = 0;
  private openBars = 0;
  private max_s = -Infinity;
  private max_ns = 0;
  private closedThrough = -Infinity;

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
    for (const [, bars] of this.windows.takeThrough(through_s - TF_S)) {
      for (const bar of [...bars.values()].sort(compareSymbols)) {
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

  private addToBar(tick: Tick): void {
    const bars = this.windows.get(tick.event_s) ?? this.windows.open(tick.event_s, new Map<string, OpenBar>());
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
    const known = this.ids.get(bar.symbol);
    if (known === undefined) this.ids.set(bar.symbol, new Set([id]));
    else known.add(id);
    (bar.ids ??= []).push(id);
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
    o_ns: tick.event_ns,
    c_ns: tick.event_ns,
    ids: undefined,
  };
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
