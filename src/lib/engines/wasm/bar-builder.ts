import { type SavedBar, TIMES } from '../../core/bars.js';
import { CapacityError } from '../../core/capacity.js';
import type { Tick } from '../../core/model/model.js';
import { plainNumber } from '../../core/model/number.js';
import { NS_PER_S } from '../../core/model/time.js';
import type { Stateful } from '../../core/parts.js';
import type { InputRecord, RecordBatch } from '../../runtime/task-processor.js';
import { Kernel } from './kernel.js';
import { wtf8 } from './wtf8.js';

const MS_PER_S = 1000;
const NS_PER_MS = 1e6;

/** Of a volume, 1e8 parts, and as the kernel keeps it. */
const E8_PER_UNIT = 100_000_000n;
const LOW_UNITS = 10n ** 18n;

const OUTCOMES = ['used', 'late', 'duplicate'] as const;

/** What the kernel says where it can keep no more; the numbers are those of the core. */
const LIMITS = new Map([
  [3, new CapacityError('open bars', 4_000_000)],
  [4, new CapacityError('trade ids in open bars', 1_000_000)],
]);

const NO_ID = -1;

/** Takes finished bars as lines, or as records of a batch; `bytes` is only valid during the call. */
export type BarSink = (bytes: Buffer, records: number) => void;

/** What a run has come to: where it stopped, at the end or at what is not for the kernel, and what became of what it took. */
export interface Ran {
  readonly at: number;
  readonly used: number;
  readonly duplicates: number;
}

/** 1 s bars of one partition of ticks, as `BarBuilder` of the core makes them, in the kernel. */
export class KernelBarBuilder implements Stateful {
  private readonly kernel: Kernel;
  private sink: BarSink = () => undefined;
  private parts = new Map<string, string | undefined>();
  private savedTimes = '';
  /** Says that what is written now is no part of the state any more. */
  private readonly endPart: () => void;
  /** Where the input stands that was loaded last. */
  private base = 0;

  constructor(grace_ns: number) {
    let part = '';
    this.kernel = new Kernel({
      write: (bytes, records) => {
        if (part === '') this.sink(bytes, records);
        else this.parts.set(part, (this.parts.get(part) ?? '') + bytes.toString());
      },
      part: (start_s, bucket) => (part = nameOf(start_s, bucket)),
      drop: (start_s, bucket) => this.parts.set(nameOf(start_s, bucket), undefined),
    });
    this.kernel.calls.setGrace(Math.floor(grace_ns / NS_PER_S), grace_ns % NS_PER_S);
    this.endPart = () => (part = '');
  }

  /** Where finished bars go. */
  writeTo(sink: BarSink): void {
    this.sink = sink;
  }

  /** From now on finished bars are records of a batch of Kafka's format v2, which begins anew with each write. */
  frameRecords(): void {
    this.kernel.calls.frameRecords();
  }

  /** How many finished bars and marks have not been written. */
  get waiting(): number {
    return this.kernel.calls.waiting();
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

  /** Ticks that are later than their record by more than this are left over by `runRecords`, ms. */
  setFuture(future_ms: number): void {
    this.kernel.calls.setFuture(Math.floor(future_ms));
  }

  /** Brings whole lines in, of which `run` then speaks by their place. */
  load(lines: Buffer): void {
    this.base = this.kernel.calls.inputFor(lines.length);
    this.kernel.memory.set(lines, this.base);
  }

  /** Takes plain lines from `at` on, up to the first one that is not for it; gives where that begins, `end` where there is none. */
  run(at: number, end: number): Ran {
    return this.ran(this.kernel.calls.run(this.base + at, this.base + end));
  }

  /** Brings the records of a batch in. */
  loadBatch({ bytes, timestamp_ms, hasDeltas, firstDelta }: RecordBatch): void {
    this.load(bytes);
    this.kernel.calls.setBatch(timestamp_ms, hasDeltas, firstDelta);
  }

  /** As `run`, for records. Throws where the bytes are no records. */
  runRecords(at: number, end: number): Ran {
    const stopped = this.kernel.calls.runRecords(this.base + at, this.base + end);
    if (stopped === 0) throw new RangeError('a batch holds something that is no record');
    return this.ran(stopped);
  }

  /** The record of a batch at which `runRecords` has stopped, and where it ends. */
  recordIn({ firstOffset, timestamp_ms }: RecordBatch): { readonly record: InputRecord; readonly end: number } {
    const { calls } = this.kernel;
    const key = this.copied(calls.keyAt.value, calls.keySize.value);
    const value = this.copied(calls.valueAt.value, calls.valueSize.value);
    const record = {
      key,
      value,
      offset: firstOffset + BigInt(calls.offsetDelta.value),
      timestamp_ms: timestamp_ms + this.delta_ms,
    };
    return { record, end: calls.recordEnd.value - this.base };
  }

  /** How much later than its batch the record was written that was read last, ms. */
  get delta_ms(): number {
    return Number(this.kernel.calls.timestampDelta.value);
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

  closeThrough(through_s: number): boolean {
    return this.kernel.calls.closeSeconds(through_s) !== 0;
  }

  closeAll(): void {
    this.kernel.calls.closeAll();
  }

  /** Writes a mark, a text without line break. */
  mark(text: string): void {
    this.put(text, undefined);
    this.kernel.calls.mark(text.length);
  }

  /** Writes what is finished. */
  flush(): void {
    this.kernel.calls.flush();
  }

  changes(): Map<string, string | undefined> {
    const { calls } = this.kernel;
    this.flush();
    calls.save();
    this.endPart();
    const { parts } = this;
    this.parts = new Map();
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
    this.put(symbol, undefined);
    const e8 = BigInt(vol_e8);
    const units = e8 / E8_PER_UNIT;
    const [high, low] = [units / LOW_UNITS, units % LOW_UNITS];
    const place = calls.textAt.value;
    const bar = calls.restoreBar(place, symbol.length, start_s, o_ns, c_ns, n_trades, high, low, Number(e8 % E8_PER_UNIT));
    for (const [which, price] of [o, h, l, c].entries()) {
      const { mantissa, scale } = decimalOf(price);
      calls.restorePrice(bar, which, price, mantissa, scale);
    }
    // The kernel keeps the one that came last first.
    for (const id of [...ids].reverse()) {
      const bytes = wtf8(id);
      this.kernel.memory.set(bytes, place);
      calls.restoreId(bar, place, bytes.length);
    }
  }

  private ran(stopped: number): Ran {
    const { calls } = this.kernel;
    return { at: stopped - this.base, used: calls.takeUsed(), duplicates: calls.takeDuplicates() };
  }

  /** Puts an ASCII text to where the kernel expects it, and behind it an id. */
  private put(text: string, id: Buffer | undefined): void {
    const { calls, memory } = this.kernel;
    const place = calls.textAt.value;
    memory.write(text, place, 'latin1');
    if (id !== undefined) memory.set(id, place + text.length);
  }

  private copied(at: number, size: number): Buffer | null {
    return size < 0 ? null : Buffer.from(this.kernel.memory.subarray(at, at + size));
  }
}

function nameOf(start_s: number, bucket: number): string {
  return `${start_s}.${bucket}`;
}

/** A double as the decimal that it is written as: `mantissa / 10 ** scale`. */
function decimalOf(value: number): { readonly mantissa: bigint; readonly scale: number } {
  const [whole = '', fraction = ''] = plainNumber(value).split('.');
  return { mantissa: BigInt(whole + fraction), scale: fraction.length };
}
