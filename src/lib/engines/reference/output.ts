import type { Outcome } from '../../core/model/model.js';
import type { Counts } from '../../runtime/counts.js';
import type { Output, Produced } from '../../runtime/processor.js';

const EMPTY = Buffer.alloc(0);

/** A record that a rule refuses, and that is written as it then is, not as a reject record. */
export interface RefusedRecord {
  /** As one line of text, line break included. */
  readonly line: string;
  readonly stream: string;
  /** Of the stream. */
  readonly partition: number;
  readonly key: string;
}

/** Where a step writes its records. */
export interface RecordOut {
  /** Writes a record as one line of text, line break included. `stream` is the contract's name for its topic, `key` its key there. */
  add(line: string, stream: string, key: string): void;
  /** Writes a mark, which goes to every stream of the stage. */
  mark(line: string): void;
  /** Writes a record that is refused by a rule. */
  refuse(record: RefusedRecord): void;
  /** Says what became of a record that was `held`. */
  settle(outcome: Outcome): void;
  /** Counts that a used record came to nothing somewhere. */
  skip(): void;
}

/** Collects lines until they are taken. */
export class LineBuffer {
  private text = '';
  private parts: Buffer[] = [];
  private records = 0;
  private releases: (() => void)[] = [];

  /** Adds one line of text, line break included. */
  add(line: string): void {
    this.text += line;
    this.records++;
  }

  /** Adds one line of any bytes, line break included. */
  addBytes(line: Uint8Array): void {
    this.closeText();
    this.parts.push(Buffer.from(line));
    this.records++;
  }

  /** Adds whole lines. */
  addLines({ bytes, records, release }: Output): void {
    this.closeText();
    this.parts.push(bytes);
    this.records += records;
    if (release !== undefined) this.releases.push(release);
  }

  take(): Output {
    if (this.records === 0) return { bytes: EMPTY, records: 0 };
    this.closeText();
    const [first = EMPTY, ...others] = this.parts;
    const { records, releases } = this;
    this.parts = [];
    this.records = 0;
    this.releases = [];
    const release = (): void => {
      for (const give of releases) give();
    };
    // What is one piece already is not copied.
    if (others.length === 0) return { bytes: first, records, release };
    const bytes = Buffer.concat([first, ...others]);
    release();
    return { bytes, records };
  }

  private closeText(): void {
    if (this.text === '') return;
    this.parts.push(Buffer.from(this.text, 'utf8'));
    this.text = '';
  }
}

/** A pipe, seen from a step: there are no streams and keys, all lines go one way and all that is refused another. */
export class PipeOut implements RecordOut {
  private readonly output: StageOutput;
  private readonly counts: Counts;

  constructor(output: StageOutput, counts: Counts) {
    this.output = output;
    this.counts = counts;
  }

  add(line: string): void {
    this.output.out.add(line);
  }

  mark(line: string): void {
    this.output.out.add(line);
  }

  refuse({ line }: RefusedRecord): void {
    this.output.rejects.add(line);
  }

  settle(outcome: Outcome): void {
    this.counts.add(outcome);
  }

  skip(): void {
    this.counts.skipped++;
  }
}

/** The two streams that every processor writes. */
export class StageOutput {
  readonly out = new LineBuffer();
  readonly rejects = new LineBuffer();

  take(): Produced {
    return { output: this.out.take(), rejects: this.rejects.take() };
  }
}
