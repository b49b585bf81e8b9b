import { type SavedBar, TIMES } from '../../core/bars.js';
import { CapacityError } from '../../core/capacity.js';
import type { Tick } from '../../core/model/model.js';
import { NS_PER_S } from '../../core/model/time.js';
import type { Stateful } from '../../core/parts.js';
import { decimalOf, type KernelCalls, RecordKernel, volumeOf } from './record-kernel.js';
import { wtf8 } from './wtf8.js';

const MS_PER_S = 1000;
const NS_PER_MS = 1e6;

const OUTCOMES = ['used', 'late', 'duplicate'] as const;

/** What the kernel says where it can keep no more; the numbers are those of the core. */
const LIMITS = new Map([
  [3, new CapacityError('open bars', 4_000_000)],
  [4, new CapacityError('trade ids in open bars', 1_000_000)],
]);

const NO_ID = -1;

/** What `src/kernel/bars1s` exports besides. */
interface Calls extends KernelCalls {
  setGrace(s: number, ns: number): void;
  setLimit(s: number, ns: number): void;
  setFuture(ms: number): void;
  add(
    symbolSize: number,
    s: number,
    ns: number,
    price: number,
    mantissa: bigint,
    scale: number,
    units: number,
    e8: number,
    idSize: number,
  ): number;
  newestS(): number;
  newestNs(): number;
  restoreTimes(s: number, ns: number, closedThrough_s: number): void;
  restoreBar(
    symbolAt: number,
    symbolSize: number,
    s: number,
    oNs: number,
    cNs: number,
    trades: number,
    high: bigint,
    low: bigint,
    e8: number,
  ): number;
  restoreId(bar: number, at: number, size: number): void;
}

/** 1 s bars of one partition of ticks, as `BarBuilder` of the core makes them, in the kernel. */
export class KernelBarBuilder extends RecordKernel<Calls> implements Stateful {
  private savedTimes = '';
  private readonly maxFuture_ms: number | undefined;

  /**
   * `maxFuture_ms`: ticks that are later than their record, or the arrival of their line, by more than this are left over by
   * `runRecords` and `run`; undefined: none.
   */
  constructor(grace_ns: number, maxFuture_ms: number | undefined) {
    super('bars1s', (_tf_s, start_s, bucket) => `${start_s}.${bucket}`);
    const { calls } = this.kernel;
    calls.setGrace(Math.floor(grace_ns / NS_PER_S), grace_ns % NS_PER_S);
    this.maxFuture_ms = maxFuture_ms;
    if (maxFuture_ms !== undefined) calls.setFuture(Math.floor(maxFuture_ms));
  }

  get newestEvent_ms(): number {
    const { calls } = this.kernel;
    return calls.newestS() * MS_PER_S + calls.newestNs() / NS_PER_MS;
  }

  arriveAt(arrival_ms: number): void {
    if (this.maxFuture_ms === undefined) return;
    const limit_ms = arrival_ms + this.maxFuture_ms;
    const s = Math.floor(limit_ms / MS_PER_S);
    this.kernel.calls.setLimit(s, (limit_ms - s * MS_PER_S) * NS_PER_MS);
  }

  /** Takes the next tick of the partition. Throws `CapacityError`. */
  add(tick: Tick): (typeof OUTCOMES)[number] {
    const { symbol, event_s, event_ns, ltp, vol_units, vol_e8, trade_id } = tick;
    const id = trade_id === undefined ? undefined : wtf8(trade_id);
    this.put(symbol, id);
    const { mantissa, scale } = decimalOf(ltp);
    const idSize = id?.length ?? NO_ID;
    const { calls } = this.kernel;
    const outcome = calls.add(symbol.length, event_s, event_ns, ltp, mantissa, scale, vol_units, vol_e8, idSize);
    const limit = LIMITS.get(outcome);
    if (limit !== undefined) throw limit;
    return OUTCOMES[outcome] as (typeof OUTCOMES)[number];
  }

  changes(): Map<string, string | undefined> {
    const parts = this.changedParts();
    const { calls } = this.kernel;
    const newest_s = calls.newestS();
    const times = JSON.stringify([newest_s, calls.newestNs(), this.closedThrough_s]);
    if (times !== this.savedTimes && newest_s !== -Infinity) parts.set(TIMES, times);
    this.savedTimes = times;
    return parts;
  }

  restore(parts: ReadonlyMap<string, string>): void {
    for (const [name, text] of parts) {
      if (name === TIMES) {
        this.kernel.calls.restoreTimes(...(JSON.parse(text) as [number, number, number]));
        this.savedTimes = text;
      } else {
        const start_s = Number(name.slice(0, name.indexOf('.')));
        for (const bar of JSON.parse(text) as SavedBar[]) this.restoreBar(start_s, bar);
      }
    }
  }

  private restoreBar(start_s: number, [symbol, o, h, l, c, vol_e8, n_trades, o_ns, c_ns, ids]: SavedBar): void {
    const { calls } = this.kernel;
    const place = this.put(symbol);
    const bar = calls.restoreBar(place, symbol.length, start_s, o_ns, c_ns, n_trades, ...volumeOf(BigInt(vol_e8)));
    this.putPrices(bar, [o, h, l, c]);
    // The kernel keeps the one that came last first.
    for (const id of [...ids].reverse()) {
      const bytes = wtf8(id);
      this.kernel.memory.set(bytes, place);
      calls.restoreId(bar, place, bytes.length);
    }
  }
}
