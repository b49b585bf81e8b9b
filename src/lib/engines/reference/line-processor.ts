import type { Outcome, Refusal } from '../../core/model/model.js';
import { Counts } from '../../runtime/counts.js';
import { QfError } from '../../runtime/errors.js';
import type { Processor, Produced } from '../../runtime/processor.js';
import { type LineReader, LineSplitter } from './lines.js';
import { StageOutput } from './output.js';
import { encodeReject, type LinePlace, placeText, refusalText, type Refused } from './reject.js';

export const LATE: Refusal = { reason: 'late', detail: '' };
export const TOO_LONG: Refusal = { reason: 'line_too_long', detail: '' };

/** The reference engine's way through a byte stream: every line is judged once, counted once, and a reject where it is refused. */
export abstract class LineProcessor implements Processor<Buffer>, LineReader {
  readonly counts = new Counts();
  protected readonly output = new StageOutput();
  protected readonly splitter = new LineSplitter(this);
  private readonly stage: string;
  private readonly isStrict: boolean;
  private keepsRejects = true;

  /** `isStrict`: stop at the first refused line. */
  constructor(stage: string, isStrict: boolean) {
    this.stage = stage;
    this.isStrict = isStrict;
  }

  /** Says what becomes of the line [start, end), and does it; `held` where that is counted later. */
  protected abstract judge(bytes: Buffer, start: number, end: number): Outcome | 'held';

  push(chunk: Buffer, _arrival_ms: number): void {
    this.read(chunk);
  }

  protected read(chunk: Buffer): void {
    this.splitter.push(chunk);
  }

  forgetRejects(): void {
    this.keepsRejects = false;
  }

  cut(): void {
    this.splitter.cut();
  }

  end(): void {
    this.splitter.end();
  }

  take(): Produced {
    const produced = this.output.take();
    this.counts.out += produced.output.records;
    return produced;
  }

  line(bytes: Buffer, start: number, end: number, number: number): void {
    const outcome = this.judge(bytes, start, end);
    if (outcome === 'held') return;
    this.counts.add(outcome);
    if (outcome === 'used' || outcome === 'duplicate' || outcome === 'ignored') return;
    const refused = { head: bytes.subarray(start, end), size: end - start, place: { line: number } };
    if (outcome === 'late') this.reject(LATE, refused);
    else this.refuse(outcome, refused);
  }

  tooLong(head: Buffer, size: number, number: number): void {
    this.counts.add(TOO_LONG);
    this.refuse(TOO_LONG, { head, size, place: { line: number } });
  }

  /** Reports a refused line, which has been counted. */
  protected refuse(refusal: Refusal, refused: Refused<LinePlace>): void {
    this.reject(refusal, refused);
    if (this.isStrict && refusal.isByRule !== true) throw strictError(refusal, refused);
  }

  private reject(refusal: Refusal, refused: Refused): void {
    if (this.keepsRejects) this.output.rejects.add(encodeReject(this.stage, refusal, refused));
  }
}

/** The error that ends a stage with `--strict`. */
export function strictError(refusal: Refusal, { place }: Refused): QfError {
  return new QfError('bad_data', `${placeText(place)}: ${refusalText(refusal)}; --strict stops here`);
}
