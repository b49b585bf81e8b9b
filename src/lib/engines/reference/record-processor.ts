import { CapacityError } from '../../core/capacity.js';
import type { Outcome } from '../../core/model/model.js';
import type { Stateful } from '../../core/parts.js';
import { QfError } from '../../runtime/errors.js';
import type { GaugeValues } from '../../runtime/metrics.js';
import type { Decoder } from './codec.js';
import { LineProcessor } from './line-processor.js';
import { PipeOut, type RecordOut } from './output.js';

/** What a stage does with its records, apart from all bytes. Output goes to the buffer that the step was made with. */
export interface RecordStep<R> {
  /**
   * Takes one record, read at `arrival_ms`, completely, and says what became of it; `held` where that is known only later, which is
   * then said to the output with `settle`.
   */
  take(record: R, arrival_ms: number): Outcome | 'held';
  /** A batch has been taken, which was read at `arrival_ms`. */
  afterBatch?(arrival_ms: number): void;
  /** See `Processor`. */
  wakeAt_ms?(): number | undefined;
  onTime?(now_ms: number): void;
  /** Of several inputs that are merged: everything up to `through_s` has come, of all of them. */
  passThrough?(through_s: number): void;
  end(): void;
  /** The end of the last time that is final, s since the epoch; -Infinity before the first one. */
  watermark_s?(): number;
  /** See `Processor`. */
  gauges?(): GaugeValues;
}

/** A step whose memory can be saved. */
export type SavedStep<R> = RecordStep<R> & Stateful;

/** A stage whose records are of one kind, however they come. */
export interface RecordStage<R, S extends RecordStep<R> = RecordStep<R>> {
  readonly stage: string;
  readonly decoder: Decoder<R>;
  /** Makes the step; it writes its records to `out`. */
  readonly step: (out: RecordOut) => S;
  /** Everything that the step may write to, for marks. */
  readonly streams: readonly string[];
  readonly isStrict: boolean;
  /** What to do when the step's memory is full, for the message. */
  readonly onCapacity: string;
}

/** A stage whose lines are records of one kind: a decoder and a step. */
export class RecordProcessor<R> extends LineProcessor {
  private readonly decoder: Decoder<R>;
  private readonly step: RecordStep<R>;
  private readonly onCapacity: string;
  private arrival_ms = 0;

  constructor({ stage, decoder, step, isStrict, onCapacity }: RecordStage<R>) {
    super(stage, isStrict);
    this.decoder = decoder;
    this.step = step(new PipeOut(this.output, this.counts));
    this.onCapacity = onCapacity;
  }

  override push(chunk: Buffer, arrival_ms: number): void {
    this.arrival_ms = arrival_ms;
    super.push(chunk, arrival_ms);
    this.step.afterBatch?.(arrival_ms);
  }

  watermark_s(): number | undefined {
    return watermarkOf(this.step);
  }

  gauges(): GaugeValues {
    return this.step.gauges?.() ?? {};
  }

  wakeAt_ms(): number | undefined {
    return this.step.wakeAt_ms?.();
  }

  onTime(now_ms: number): void {
    this.step.onTime?.(now_ms);
  }

  passThrough(through_s: number): void {
    this.step.passThrough?.(through_s);
  }

  override end(): void {
    super.end();
    this.step.end();
  }

  protected judge(bytes: Buffer, start: number, end: number): Outcome | 'held' {
    return this.decoder.decode(bytes, start, end) ?? takeRecord(this.step, this.decoder.record, this.arrival_ms, this.onCapacity);
  }
}

/** Undefined where a step has none, or none yet. */
export function watermarkOf<R>(step: RecordStep<R>): number | undefined {
  const watermark_s = step.watermark_s?.();
  return watermark_s === -Infinity ? undefined : watermark_s;
}

/** One record into a step; `onCapacity` is what to do where the step's memory is full, for the message. */
export function takeRecord<R>(step: RecordStep<R>, record: R, arrival_ms: number, onCapacity: string): Outcome | 'held' {
  try {
    return step.take(record, arrival_ms);
  } catch (error) {
    throw capacityFault(error, onCapacity);
  }
}

/** What to throw where a named maximum of memory is reached: it says what to do. Any other error is given back as it is. */
export function capacityFault(error: unknown, onCapacity: string): unknown {
  if (!(error instanceof CapacityError)) return error;
  return new QfError('fault', `${error.message}: ${onCapacity}`, { cause: error });
}
