import type { Refusal, Tick } from '../core/model/model.js';
import { type LineReader, LineSplitter, RAW_BYTES } from '../engines/reference/lines.js';
import { IGNORED, RefusedItem, type SourceItem } from '../engines/reference/tick-writer.js';
import { chooseShape, type Shape, type ShapeSettings } from './shape.js';
import type { Instant } from './time-text.js';

const TOO_LONG: Refusal = { reason: 'line_too_long', detail: '' };

export interface FileSettings extends ShapeSettings {
  /** Times outside [from, to) are ignored. */
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
}

/** Reads one file of trades, CSV or NDJSON, from its bytes to ticks in the file's order. */
export class FileReader implements LineReader {
  private readonly path: string;
  private readonly settings: FileSettings;
  private readonly splitter = new LineSplitter(this);
  private shape: Shape | undefined;
  private items: SourceItem[] = [];

  constructor(path: string, settings: FileSettings) {
    this.path = path;
    this.settings = settings;
  }

  /** The next bytes of the file; the items that end in them. Throws a usage error where the columns do not fit the map. */
  push(chunk: Buffer): readonly SourceItem[] {
    this.splitter.push(chunk);
    return this.takeItems();
  }

  /** The end of the file; the items that were left. */
  end(): readonly SourceItem[] {
    this.splitter.end();
    return this.takeItems();
  }

  line(bytes: Buffer, start: number, end: number, number: number): void {
    if (this.shape === undefined) {
      this.shape = chooseShape(this.path, bytes.subarray(start, end), this.settings);
      if (this.shape.hasHeader) return;
    }
    const row = this.shape.rows.decode(bytes, start, end);
    if ('reason' in row) this.refuse(row, bytes.subarray(start, end), end - start, number);
    else this.items.push(this.isWanted(row) ? row : IGNORED);
  }

  tooLong(head: Buffer, size: number, number: number): void {
    this.refuse(TOO_LONG, head, size, number);
  }

  private isWanted(tick: Tick): boolean {
    const { from, to } = this.settings;
    return !(from !== undefined && isBefore(tick, from)) && (to === undefined || isBefore(tick, to));
  }

  private refuse(refusal: Refusal, line: Buffer, size: number, number: number): void {
    const head = Buffer.from(line.subarray(0, RAW_BYTES));
    this.items.push(new RefusedItem(refusal, { head, size, place: { line: number, file: this.path } }));
  }

  private takeItems(): readonly SourceItem[] {
    const items = this.items;
    this.items = [];
    return items;
  }
}

function isBefore({ event_s, event_ns }: Tick, { s, ns }: Instant): boolean {
  return event_s < s || (event_s === s && event_ns < ns);
}
