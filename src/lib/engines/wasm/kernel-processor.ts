import type { Produced } from '../../runtime/processor.js';
import { RecordProcessor, type RecordStage, type RecordStep } from '../reference/record-processor.js';
import { KernelLines } from './kernel-lines.js';
import type { RecordKernel } from './record-kernel.js';

const LF = 0x0a;

/** The beginning of a line that is kept for the kernel until the rest has come: more than any plain record. */
const BEGUN_BYTES = 2048;

/** What there is to know beside the stage of the reference. */
export interface KernelStage<R, S extends RecordStep<R> = RecordStep<R>> extends RecordStage<R, S> {
  /** It writes to the kernel. */
  readonly step: () => S;
  /** The one that the stage's step uses. */
  readonly kernel: RecordKernel;
}

/**
 * Records that are written plainly go through the kernel, without an object for any of them. Every other line is left to the
 * reference, in its place: it reads the line and brings the record to the same kernel.
 */
export class KernelProcessor<R> extends RecordProcessor<R> {
  private readonly kernel: RecordKernel;
  private readonly lines = new KernelLines();
  private readonly begun = Buffer.allocUnsafe(BEGUN_BYTES);
  private begunSize = 0;

  constructor(stage: KernelStage<R>) {
    super(stage);
    this.kernel = stage.kernel;
    this.kernel.writeTo((bytes, lines) => this.lines.add(bytes, lines));
  }

  override push(chunk: Buffer, arrival_ms: number): void {
    this.kernel.arriveAt(arrival_ms);
    super.push(chunk, arrival_ms);
  }

  override forgetRejects(): void {
    super.forgetRejects();
    this.kernel.countLates();
  }

  override take(): Produced {
    this.kernel.flush();
    const output = this.lines.take();
    this.counts.out += output.records;
    return { output, rejects: this.output.rejects.take() };
  }

  override cut(): void {
    this.begunSize = 0;
    super.cut();
  }

  override end(): void {
    this.readBegun();
    super.end();
  }

  protected override read(chunk: Buffer): void {
    const from = this.splitter.isOpen ? endOfLine(chunk) : 0;
    this.splitter.push(chunk.subarray(0, from));
    const to = Math.max(from, chunk.lastIndexOf(LF) + 1);
    if (to > from) this.readLines(chunk.subarray(from, to));
    else this.readBegun();
    this.keep(chunk.subarray(to));
  }

  /** The end of a line that has begun in the chunk before, and whole lines. */
  private readLines(lines: Buffer): void {
    const { begunSize } = this;
    this.begunSize = 0;
    this.kernel.load(this.begun.subarray(0, begunSize), lines);
    const length = begunSize + lines.length;
    for (let at = 0; at < length;) {
      const { at: stopped, used, duplicates, lates } = this.kernel.run(at, length);
      this.counts.addPlain(used, duplicates, lates);
      this.splitter.skip(used + duplicates + lates);
      if (stopped === length) return;
      const line = this.kernel.lineAt(stopped);
      this.splitter.push(line);
      at = stopped + line.length;
    }
  }

  /** Keeps the beginning of a line; a long one is for the reference. */
  private keep(bytes: Buffer): void {
    if (this.splitter.isOpen || bytes.length > this.begun.length) this.splitter.push(bytes);
    else this.begunSize = bytes.copy(this.begun);
  }

  /** Leaves the line that has begun to the reference. */
  private readBegun(): void {
    this.splitter.push(this.begun.subarray(0, this.begunSize));
    this.begunSize = 0;
  }
}

/** Behind the first line break; the end where there is none. */
function endOfLine(bytes: Buffer): number {
  const lineEnd = bytes.indexOf(LF);
  return lineEnd === -1 ? bytes.length : lineEnd + 1;
}
