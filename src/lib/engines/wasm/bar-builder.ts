import { CapacityError } from '../../core/capacity.js';
import type { Tick } from '../../core/model/model.js';
import { plainNumber } from '../../core/model/number.js';
import { NS_PER_S } from '../../core/model/time.js';
import { Kernel, type LineSink } from './kernel.js';
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

/** 1 s bars of one partition of ticks, as `BarBuilder` of the core makes them, in the kernel: finished bars come as lines. */
export class KernelBarBuilder {
  private readonly kernel = new Kernel((bytes, lines) => {
    this.sink(bytes, lines);
  });
  private sink: LineSink = () => undefined;

  constructor(grace_ns: number) {
    this.kernel.calls.setGrace(Math.floor(grace_ns / NS_PER_S), grace_ns % NS_PER_S);
  }

  /** Where finished lines go. */
  writeTo(sink: LineSink): void {
    this.sink = sink;
  }

  get closedThrough_s(): number {
    return this.kernel.calls.closedThrough();
  }

  get newestEvent_ms(): number {
    const { calls } = this.kernel;
    return calls.newestS() * MS_PER_S + calls.newestNs() / NS_PER_MS;
  }

  /** Ticks later than this are left over by `run`, ms since the epoch. */
  setLimit(time_ms: number): void {
    const s = Math.floor(time_ms / MS_PER_S);
    this.kernel.calls.setLimit(s, (time_ms - s * MS_PER_S) * NS_PER_MS);
  }

  /** How many bytes `load` takes. */
  get room(): number {
    return this.kernel.calls.inputRoom.value;
  }

  /** Brings whole lines in, of which `run` then speaks by their place. */
  load(lines: Buffer): void {
    this.kernel.memory.set(lines, this.kernel.calls.inputAt.value);
  }

  /** Takes plain lines from `at` on, up to the first one that is not for it; gives where that begins, `end` where there is none. */
  run(at: number, end: number): { readonly at: number; readonly used: number; readonly duplicates: number } {
    const { calls } = this.kernel;
    const base = calls.inputAt.value;
    const stopped = calls.run(base + at, base + end) - base;
    return { at: stopped, used: calls.takeUsed(), duplicates: calls.takeDuplicates() };
  }

  /** Takes the next tick of the partition. Throws `CapacityError`. */
  add(tick: Tick): (typeof OUTCOMES)[number] {
    const { calls, memory } = this.kernel;
    const { symbol, event_s, event_ns, ltp, vol_units, vol_e8, trade_id } = tick;
    const place = calls.tickAt.value;
    memory.write(symbol, place, 'latin1');
    let idSize = NO_ID;
    if (trade_id !== undefined) {
      const id = wtf8(trade_id);
      memory.set(id, place + symbol.length);
      idSize = id.length;
    }
    const { mantissa, scale } = decimalOf(ltp);
    const outcome = calls.add(symbol.length, event_s, event_ns, ltp, mantissa, scale, vol_units, vol_e8, idSize);
    const limit = LIMITS.get(outcome);
    if (limit !== undefined) throw limit;
    return OUTCOMES[outcome] as (typeof OUTCOMES)[number];
  }

  closeThrough(through_s: number): boolean {
    const isNews = this.kernel.calls.closeSeconds(through_s) !== 0;
    this.flush();
    return isNews;
  }

  closeAll(): void {
    this.kernel.calls.closeAll();
    this.flush();
  }

  /** Writes the lines that are finished. */
  flush(): void {
    this.kernel.calls.flush();
  }
}

/** A double as the decimal that it is written as: `mantissa / 10 ** scale`. */
function decimalOf(value: number): { readonly mantissa: bigint; readonly scale: number } {
  const [whole = '', fraction = ''] = plainNumber(value).split('.');
  return { mantissa: BigInt(whole + fraction), scale: fraction.length };
}
