import { plainNumber } from '../../core/model/number.js';
import type { InputRecord, RecordBatch } from '../../runtime/task-processor.js';
import { type Global, Kernel, type WritingCalls } from '../../runtime/kernel.js';

/** What every kernel exports that takes records. Places are in its memory. */
export interface KernelCalls extends WritingCalls {
  readonly stream: Global<number>;
  readonly recordEnd: Global<number>;
  readonly timestampDelta: Global<bigint>;
  readonly offsetDelta: Global<number>;
  readonly keyAt: Global<number>;
  readonly keySize: Global<number>;
  readonly valueAt: Global<number>;
  readonly valueSize: Global<number>;
  inputFor(size: number): number;
  run(from: number, end: number): number;
  setBatch(base_ms: number, hasDeltas: boolean, firstDelta: number): void;
  runRecords(from: number, end: number): number;
  takeUsed(): number;
  takeDuplicates(): number;
  takeLates(): number;
  countLates(): void;
  closeSeconds(through_s: number): number;
  closeAll(): void;
  closedThrough(): number;
  writeTo(stream: number): void;
  mark(size: number): void;
  frameRecords(): void;
  save(): void;
  restorePrice(bar: number, which: number, price: number, mantissa: bigint, scale: number): void;
}

const LF = 0x0a;
const NOTHING = Buffer.alloc(0);

/** Of a volume, 1e8 parts, and as a kernel keeps it. */
const E8_PER_UNIT = 100_000_000n;
const LOW_UNITS = 10n ** 18n;

/** Takes finished bars of one of the outputs as lines, or as records of a batch; `bytes` is only valid during the call. */
export type BarSink = (bytes: Buffer, records: number, output: number) => void;

/** What a run has come to: where it stopped, at the end or at what is not for the kernel, and what became of what it took. */
export interface Ran {
  readonly at: number;
  readonly used: number;
  readonly duplicates: number;
  readonly lates: number;
}

/** Records into bars, in a kernel: what does not depend on which records. */
export abstract class RecordKernel<C extends KernelCalls = KernelCalls> {
  protected readonly kernel: Kernel<C>;
  private sink: BarSink = () => undefined;
  private parts = new Map<string, string | undefined>();
  /** The part of the state that is written now. */
  private part = '';
  /** Where the input stands that was loaded last. */
  private base = 0;
  /** How many outputs a mark goes to. */
  private marked = 1;

  /** `nameOf`: of the part of the state that holds a bucket of a window. */
  protected constructor(stage: string, nameOf: (tf_s: number, start_s: number, bucket: number) => string) {
    this.kernel = new Kernel<C>(stage, {
      write: (bytes, records) => {
        if (this.part === '') this.sink(bytes, records, this.kernel.calls.stream.value);
        else this.parts.set(this.part, (this.parts.get(this.part) ?? '') + bytes.toString());
      },
      part: (tf_s, start_s, bucket) => (this.part = nameOf(tf_s, start_s, bucket)),
      drop: (tf_s, start_s, bucket) => this.parts.set(nameOf(tf_s, start_s, bucket), undefined),
    });
  }

  /** Where finished bars go. */
  writeTo(sink: BarSink): void {
    this.sink = sink;
  }

  /**
   * From now on finished bars are records of batches of Kafka's format v2, of which each write begins a new one, and belong to one of
   * these outputs.
   */
  frameRecords(outputs: number): void {
    this.marked = outputs;
    this.kernel.calls.frameRecords();
  }

  /** From now on late records are counted, and not left over. */
  countLates(): void {
    this.kernel.calls.countLates();
  }

  /** How many finished bars and marks have not been written. */
  get waiting(): number {
    return this.kernel.calls.waiting();
  }

  get closedThrough_s(): number {
    return this.kernel.calls.closedThrough();
  }

  /** The lines that `run` takes next were read then, ms since the epoch. */
  abstract arriveAt(arrival_ms: number): void;

  /** Brings lines in, of which `run` then speaks by their place: `begun` is the beginning of the first one. */
  load(begun: Buffer, lines: Buffer): void {
    this.base = this.kernel.calls.inputFor(begun.length + lines.length);
    this.kernel.memory.set(begun, this.base);
    this.kernel.memory.set(lines, this.base + begun.length);
  }

  /** A copy of the line at a place, with its break. */
  lineAt(at: number): Buffer {
    const { memory } = this.kernel;
    const from = this.base + at;
    return Buffer.from(memory.subarray(from, memory.indexOf(LF, from) + 1));
  }

  /** Takes plain lines from `at` on, up to the first one that is not for it; gives where that begins, `end` where there is none. */
  run(at: number, end: number): Ran {
    return this.ran(this.kernel.calls.run(this.base + at, this.base + end));
  }

  /** Brings the records of a batch in. */
  loadBatch({ bytes, timestamp_ms, hasDeltas, firstDelta }: RecordBatch): void {
    this.load(NOTHING, bytes);
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

  closeThrough(through_s: number): boolean {
    return this.kernel.calls.closeSeconds(through_s) !== 0;
  }

  closeAll(): void {
    this.kernel.calls.closeAll();
  }

  /** Writes a mark, a text without line break. */
  mark(text: string): void {
    const { calls } = this.kernel;
    for (let output = 0; output < this.marked; output++) {
      calls.writeTo(output);
      this.put(text);
      calls.mark(text.length);
    }
  }

  /** Writes what is finished. */
  flush(): void {
    this.kernel.calls.flush();
  }

  /** The parts of the state that the kernel keeps, as `Stateful.changes` gives them. */
  protected changedParts(): Map<string, string | undefined> {
    this.flush();
    this.kernel.calls.save();
    this.part = '';
    const { parts } = this;
    this.parts = new Map();
    return parts;
  }

  /** Open, high, low and close of a bar. */
  protected putPrices(bar: number, prices: readonly [o: number, h: number, l: number, c: number]): void {
    for (const [which, price] of prices.entries()) {
      const { mantissa, scale } = decimalOf(price);
      this.kernel.calls.restorePrice(bar, which, price, mantissa, scale);
    }
  }

  /** Puts an ASCII text to where the kernel expects it, and behind it an id; gives the place. */
  protected put(text: string, id?: Buffer): number {
    const { calls, memory } = this.kernel;
    const place = calls.textAt.value;
    memory.write(text, place, 'latin1');
    if (id !== undefined) memory.set(id, place + text.length);
    return place;
  }

  private ran(stopped: number): Ran {
    const { calls } = this.kernel;
    return { at: stopped - this.base, used: calls.takeUsed(), duplicates: calls.takeDuplicates(), lates: calls.takeLates() };
  }

  private copied(at: number, size: number): Buffer | null {
    return size < 0 ? null : Buffer.from(this.kernel.memory.subarray(at, at + size));
  }
}

/** A double as the decimal that it is written as: `mantissa / 10 ** scale`. */
export function decimalOf(value: number): { readonly mantissa: bigint; readonly scale: number } {
  const [whole = '', fraction = ''] = plainNumber(value).split('.');
  return { mantissa: BigInt(whole + fraction), scale: fraction.length };
}

/** A volume in 1e-8 as a kernel keeps it: `high * 1e18 + low + e8 / 1e8`. */
export function volumeOf(vol_e8: bigint): readonly [high: bigint, low: bigint, e8: number] {
  const units = vol_e8 / E8_PER_UNIT;
  return [units / LOW_UNITS, units % LOW_UNITS, Number(vol_e8 % E8_PER_UNIT)];
}
