import type { Output, Produced } from '../../runtime/processor.js';

const EMPTY = Buffer.alloc(0);

/** Where a step writes its records. */
export interface RecordOut {
  /** Writes a record as one line of text, line break included. `stream` is the contract's name for its topic, `key` its key there. */
  add(line: string, stream: string, key: string): void;
  /** Writes a mark, which goes to every stream of the stage. */
  mark(line: string): void;
}

/** Collects lines until they are taken. In a pipe there are no streams and keys: all lines go one way. */
export class LineBuffer implements RecordOut {
  private text = '';
  private parts: Uint8Array[] = [];
  private records = 0;

  /** Adds one line of text, line break included. */
  add(line: string): void {
    this.text += line;
    this.records++;
  }

  mark(line: string): void {
    this.add(line);
  }

  /** Adds one line of any bytes, line break included. */
  addBytes(line: Uint8Array): void {
    this.closeText();
    this.parts.push(line);
    this.records++;
  }

  take(): Output {
    if (this.records === 0) return { bytes: EMPTY, records: 0 };
    this.closeText();
    const taken = { bytes: Buffer.concat(this.parts), records: this.records };
    this.parts = [];
    this.records = 0;
    return taken;
  }

  private closeText(): void {
    if (this.text === '') return;
    this.parts.push(Buffer.from(this.text, 'utf8'));
    this.text = '';
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
