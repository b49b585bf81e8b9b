/** Longest line, without its line break. */
export const MAX_LINE_BYTES = 64 * 1024;

/** Bytes of a refused line that are kept. */
export const RAW_BYTES = 1024;

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** Receives the lines of a stream; `bytes` is only valid during the call. */
export interface LineReader {
  /** One line, [start, end) of `bytes`, without line break; `number` counts from 1 like an editor. */
  line(bytes: Buffer, start: number, end: number, number: number): void;
  /** A line of `size` bytes that is longer than the limit; `head` is its beginning. */
  tooLong(head: Buffer, size: number, number: number): void;
}

/**
 * Cuts a byte stream into lines, with bounded memory and wherever the chunks end.
 *
 * A leading byte order mark, a CR before the LF, and blank lines are skipped; blank lines still count as line numbers.
 */
export class LineSplitter {
  /** The beginning of a line that a chunk has left open. Room for a byte order mark and a CR beside the line. */
  private readonly open: Buffer;
  /** Bytes of the open line, of which those beyond the room in `open` are counted but not kept. */
  private openSize = 0;
  private openLast = 0;
  private number = 0;
  private readonly reader: LineReader;
  private readonly maxLineBytes: number;

  constructor(reader: LineReader, maxLineBytes = MAX_LINE_BYTES) {
    this.reader = reader;
    this.maxLineBytes = maxLineBytes;
    this.open = Buffer.allocUnsafe(maxLineBytes + 4);
  }

  /** Whether the last chunk has left a line open. */
  get isOpen(): boolean {
    return this.openSize > 0;
  }

  /** Whole lines stood here that somebody else has read. */
  skip(lines: number): void {
    this.number += lines;
  }

  /** Takes the next chunk of the stream, cut anywhere. */
  push(chunk: Buffer): void {
    let start = 0;
    let lineEnd = chunk.indexOf(LF);
    if (this.openSize > 0 && lineEnd !== -1) {
      this.keepOpen(chunk, 0, lineEnd);
      this.finishOpen();
      start = lineEnd + 1;
      lineEnd = chunk.indexOf(LF, start);
    }
    while (lineEnd !== -1) {
      this.emit(chunk, start, lineEnd, lineEnd - start);
      start = lineEnd + 1;
      lineEnd = chunk.indexOf(LF, start);
    }
    if (start < chunk.length) this.keepOpen(chunk, start, chunk.length);
  }

  /** The stream was left before its end: a line that has begun is none. */
  cut(): void {
    this.openSize = 0;
  }

  /** The end of the stream: a last line needs no line break. */
  end(): void {
    if (this.openSize > 0) this.finishOpen();
  }

  private keepOpen(chunk: Buffer, start: number, end: number): void {
    if (end === start) return;
    if (this.openSize < this.open.length) chunk.copy(this.open, this.openSize, start, end);
    this.openSize += end - start;
    this.openLast = chunk[end - 1] as number;
  }

  private finishOpen(): void {
    const size = this.openSize;
    this.openSize = 0;
    this.emit(this.open, 0, Math.min(size, this.open.length), size);
  }

  /** `size` is the whole line's; [start, end) may be only its beginning. */
  private emit(bytes: Buffer, start: number, end: number, size: number): void {
    this.number++;
    const isWhole = size === end - start;
    if (this.number === 1 && hasByteOrderMark(bytes, start, end)) {
      start += 3;
      size -= 3;
    }
    const last = isWhole ? bytes[end - 1] : this.openLast;
    if (size > 0 && last === CR) {
      size--;
      if (isWhole) end--;
    }
    if (size > this.maxLineBytes) this.reader.tooLong(bytes.subarray(start, start + RAW_BYTES), size, this.number);
    else if (!isBlank(bytes, start, end)) this.reader.line(bytes, start, end, this.number);
  }
}

function hasByteOrderMark(bytes: Buffer, start: number, end: number): boolean {
  return end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== SPACE && byte !== TAB && byte !== CR) return false;
  }
  return true;
}
