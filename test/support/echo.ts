import { Counts } from '../../src/lib/runtime/counts.js';
import type { Processor, Produced } from '../../src/lib/runtime/processor.js';

const NOTHING = { bytes: Buffer.alloc(0), records: 0 };

/** A processor that writes each batch as one record, and says when its input ended and when it was woken. */
export class Echo implements Processor<string> {
  readonly counts = new Counts();
  /** When to be woken next. */
  wake_ms: number | undefined;
  /** The batch on which `push` throws. */
  failOn: string | undefined;
  rejectOn: string | undefined;
  private pending: string[] = [];
  private rejected: string[] = [];

  push(batch: string, arrival_ms: number): void {
    this.counts.add('used');
    this.pending.push(`${batch}@${arrival_ms}\n`);
    if (batch === this.rejectOn) this.rejected.push(`no ${batch}\n`);
    if (batch === this.failOn) throw new Error(`cannot take ${batch}`);
  }

  wakeAt_ms(): number | undefined {
    return this.wake_ms;
  }

  onTime(now_ms: number): void {
    this.pending.push(`time@${now_ms}\n`);
    this.wake_ms = undefined;
  }

  end(): void {
    this.pending.push('end\n');
  }

  take(): Produced {
    const produced = { output: outputOf(this.pending), rejects: outputOf(this.rejected) };
    this.pending = [];
    this.rejected = [];
    return produced;
  }
}

function outputOf(lines: readonly string[]): Produced['output'] {
  return lines.length === 0 ? NOTHING : { bytes: Buffer.from(lines.join('')), records: lines.length };
}
