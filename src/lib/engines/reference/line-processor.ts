import { CapacityError } from '../../core/capacity.js';
import type { Outcome, Refusal } from '../../core/model/model.js';
import { Counts } from '../../runtime/counts.js';
import { QfError } from '../../runtime/errors.js';
import type { Processor, Produced } from '../../runtime/processor.js';
import type { Decoder } from './codec.js';
import { type LineReader, LineSplitter } from './lines.js';
import { type LineBuffer, StageOutput } from './output.js';
import { encodeReject, type RefusedLine } from './reject.js';

const LATE: Refusal = { reason: 'late', detail: '' };
const TOO_LONG: Refusal = { reason: 'line_too_long', detail: '' };

/** What a stage does with its records, apart from all bytes. Output goes to the buffer that the stage was made with. */
export interface RecordStep<R> {
  /** Takes one record, read at `arrival_ms`, completely, and says what became of it. */
  take(record: R, arrival_ms: number): Outcome;
  /** A batch has been taken, which was read at `arrival_ms`. */
  afterBatch?(arrival_ms: number): void;
  /** See `Processor`. */
  wakeAt_ms?(): number | undefined;
  onTime?(now_ms: number): void;
  end(): void;
}

export interface LineProcessorOptions<R> {
  readonly stage: string;
  readonly decoder: Decoder<R>;
  /** Makes the step; it writes its records to `out`. */
  readonly step: (out: LineBuffer) => RecordStep<R>;
  /** Stop at the first refused record. */
  readonly isStrict: boolean;
  /** What to do when the step's memory is full, for the message. */
  readonly onCapacity: string;
}

/** The reference engine: chunks of NDJSON, cut anywhere, through a decoder and a step. */
export class LineProcessor<R> implements Processor<Buffer>, LineReader {
  readonly counts = new Counts();
  private readonly output = new StageOutput();
  private readonly splitter = new LineSplitter(this);
  private readonly options: LineProcessorOptions<R>;
  private readonly step: RecordStep<R>;
  private arrival_ms = 0;

  constructor(options: LineProcessorOptions<R>) {
    this.options = options;
    this.step = options.step(this.output.out);
  }

  push(chunk: Buffer, arrival_ms: number): void {
    this.arrival_ms = arrival_ms;
    this.splitter.push(chunk);
    this.step.afterBatch?.(arrival_ms);
  }

  wakeAt_ms(): number | undefined {
    return this.step.wakeAt_ms?.();
  }

  onTime(now_ms: number): void {
    this.step.onTime?.(now_ms);
  }

  end(): void {
    this.splitter.end();
    this.step.end();
  }

  take(): Produced {
    const produced = this.output.take();
    this.counts.out += produced.output.records;
    return produced;
  }

  line(bytes: Buffer, start: number, end: number, number: number): void {
    const { decoder } = this.options;
    const outcome = decoder.decode(bytes, start, end) ?? this.takeRecord(decoder.record);
    this.counts.add(outcome);
    if (outcome === 'used' || outcome === 'duplicate' || outcome === 'ignored') return;
    this.refuse(outcome, { head: bytes.subarray(start, end), size: end - start, line: number });
  }

  tooLong(head: Buffer, size: number, number: number): void {
    this.counts.add(TOO_LONG);
    this.refuse(TOO_LONG, { head, size, line: number });
  }

  private takeRecord(record: R): Outcome {
    try {
      return this.step.take(record, this.arrival_ms);
    } catch (error) {
      if (!(error instanceof CapacityError)) throw error;
      throw new QfError('fault', `${error.message}: ${this.options.onCapacity}`, { cause: error });
    }
  }

  private refuse(outcome: 'late' | Refusal, line: RefusedLine): void {
    const refusal = outcome === 'late' ? LATE : outcome;
    this.output.rejects.add(encodeReject(this.options.stage, refusal, line));
    if (outcome !== 'late' && this.options.isStrict) throw strictError(refusal, line);
  }
}

/** The error that ends a stage with `--strict`. */
export function strictError({ reason, detail }: Refusal, { line, file }: RefusedLine): QfError {
  const field = detail === '' ? '' : ` (${detail})`;
  return new QfError('bad_data', `${file === undefined ? '' : `${file}: `}line ${line}: ${reason}${field}; --strict stops here`);
}
