import type { Refusal, Tick } from '../../core/model/model.js';
import { Counts } from '../../runtime/counts.js';
import type { Output, Processor, Produced } from '../../runtime/processor.js';
import { strictError } from './line-processor.js';
import { StageOutput } from './output.js';
import { encodeReject, type Refused } from './reject.js';
import { encodeTick } from './tick-codec.js';

/** A line of a source that is not a tick. */
export class RefusedItem {
  constructor(
    readonly refusal: Refusal,
    readonly refused: Refused,
  ) {}
}

/** A tick that was not asked for. */
export const IGNORED = Symbol('ignored');

/** Ticks that are written already. */
export class TickLines {
  constructor(readonly lines: Output) {}
}

/** What a source hands to its processor: ticks, raw lines to write as they are, and what it could not or should not use. */
export type SourceItem = Tick | Uint8Array | TickLines | RefusedItem | typeof IGNORED;

/** Writes what a source brings in as ticks. */
export class TickWriter implements Processor<readonly SourceItem[]> {
  readonly counts = new Counts();
  private readonly output = new StageOutput();
  private readonly stage: string;
  private readonly isStrict: boolean;

  constructor(stage: string, isStrict: boolean) {
    this.stage = stage;
    this.isStrict = isStrict;
  }

  push(items: readonly SourceItem[]): void {
    for (const item of items) this.write(item);
  }

  end(): void {
    // What a source has brought in is written already.
  }

  take(): Produced {
    const produced = this.output.take();
    this.counts.out += produced.output.records;
    return produced;
  }

  private write(item: SourceItem): void {
    if (item === IGNORED) this.counts.add('ignored');
    else if (item instanceof RefusedItem) this.refuse(item);
    else if (item instanceof TickLines) {
      this.counts.addPlain(item.lines.records);
      this.output.out.addLines(item.lines);
    } else {
      this.counts.add('used');
      if (item instanceof Uint8Array) this.output.out.addBytes(item);
      else this.output.out.add(encodeTick(item));
    }
  }

  private refuse({ refusal, refused }: RefusedItem): void {
    this.counts.add(refusal);
    this.output.rejects.add(encodeReject(this.stage, refusal, refused));
    if (this.isStrict) throw strictError(refusal, refused);
  }
}
