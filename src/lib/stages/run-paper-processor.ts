import { kindOf } from '../engines/reference/kind.js';
import { LineSplitter, MAX_LINE_BYTES } from '../engines/reference/lines.js';
import { Counts } from '../runtime/counts.js';
import type { Processor, Produced } from '../runtime/processor.js';
import type { StageContext } from '../runtime/stage.js';
import { bars1s } from './bars1s.js';
import { BarsRun } from './run-paper-bars.js';
import { Chain, joined } from './run-paper-chain.js';
import type { RunOptions } from './run-paper-options.js';

const LINE_BREAK = Buffer.from('\n');

/** Ticks or bars to fills, through the processors of the stages. */
export class PaperRun implements Processor<Buffer> {
  readonly counts = new Counts();
  private readonly given: RunOptions;
  private readonly context: StageContext;
  /** Until an object has come, which says whether ticks or bars do. */
  private head: Buffer | undefined = Buffer.alloc(0);
  /** Makes bars of ticks. */
  private ticks: Chain | undefined;
  private readonly bars: BarsRun;

  constructor(given: RunOptions, context: StageContext) {
    this.given = given;
    this.context = context;
    this.bars = new BarsRun(given, context);
  }

  push(chunk: Buffer, arrival_ms: number): void {
    if (this.head === undefined) {
      this.read(chunk, arrival_ms);
      return;
    }
    this.head = Buffer.concat([this.head, chunk]);
    const kind = kindIn(this.head);
    if (kind !== undefined || this.head.length > MAX_LINE_BYTES) this.begin(this.head, kind, arrival_ms);
  }

  cut(): void {
    this.head = this.head?.subarray(0, this.head.lastIndexOf(LINE_BREAK) + 1);
    this.ticks?.links[0]?.processor.cut?.();
    this.bars.cut();
  }

  end(): void {
    // A last line needs no line break.
    if (this.head !== undefined) this.begin(this.head, kindIn(Buffer.concat([this.head, LINE_BREAK])), 0);
    for (const { bytes } of this.ticks?.end(0) ?? []) this.bars.push(bytes, 0);
    this.bars.end();
  }

  take(): Produced {
    const { output, rejects } = this.bars.take();
    const read = this.ticks?.links[0]?.processor.counts ?? this.bars.allCounts();
    this.counts.restore({ ...(read.saved() as object), out: this.counts.out + output.records });
    return { output, rejects: this.ticks === undefined ? rejects : joined([this.ticks.takeRejects(), rejects]) };
  }

  private begin(head: Buffer, kind: ReturnType<typeof kindOf>, arrival_ms: number): void {
    this.head = undefined;
    if (kind === 'tick') {
      const options = {
        grace: this.given.grace,
        'max-future': 'off',
        live: false,
        engine: 'reference',
        'idle-flush': undefined,
      } as const;
      this.ticks = new Chain([{ name: 'bars1s', processor: bars1s.create(options, this.context) }], () => undefined);
    }
    this.read(head, arrival_ms);
  }

  private read(chunk: Buffer, arrival_ms: number): void {
    this.bars.push(this.ticks?.push(chunk, arrival_ms).bytes ?? chunk, arrival_ms);
  }
}

/** What the first object in whole lines is meant as; undefined where there is none. */
function kindIn(head: Buffer): ReturnType<typeof kindOf> {
  let kind: ReturnType<typeof kindOf>;
  const splitter = new LineSplitter({
    line: (bytes, start, end) => void (kind ??= kindOf(bytes, start, end)),
    tooLong: () => undefined,
  });
  splitter.push(head);
  return kind;
}
