import type { Produced } from '../../runtime/processor.js';
import { RecordProcessor, type RecordStage, type RecordStep } from '../reference/record-processor.js';
import type { RecordKernel } from './record-kernel.js';

const LF = 0x0a;

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

  constructor(stage: KernelStage<R>) {
    super(stage);
    this.kernel = stage.kernel;
    this.kernel.writeTo((bytes, lines) => this.output.out.addLines(Buffer.from(bytes), lines));
  }

  override push(chunk: Buffer, arrival_ms: number): void {
    this.kernel.arriveAt(arrival_ms);
    super.push(chunk, arrival_ms);
  }

  override take(): Produced {
    this.kernel.flush();
    return super.take();
  }

  protected override read(chunk: Buffer): void {
    const from = this.splitter.isOpen ? endOfLine(chunk, 0) : 0;
    const to = Math.max(from, chunk.lastIndexOf(LF) + 1);
    this.splitter.push(chunk.subarray(0, from));
    this.readLines(chunk.subarray(from, to));
    this.splitter.push(chunk.subarray(to));
  }

  private readLines(lines: Buffer): void {
    this.kernel.load(lines);
    for (let at = 0; at < lines.length;) {
      const { at: stopped, used, duplicates } = this.kernel.run(at, lines.length);
      this.counts.addPlain(used, duplicates);
      this.splitter.skip(used + duplicates);
      at = stopped;
      if (at === lines.length) return;
      const end = endOfLine(lines, at);
      this.splitter.push(lines.subarray(at, end));
      at = end;
    }
  }
}

/** Behind the line break that follows `at`; the end where there is none. */
function endOfLine(bytes: Buffer, at: number): number {
  const lineEnd = bytes.indexOf(LF, at);
  return lineEnd === -1 ? bytes.length : lineEnd + 1;
}
