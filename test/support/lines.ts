import { LineSplitter } from '../../src/lib/engines/reference/lines.js';

/** What a splitter has handed on: `number: text`, or `number: long SIZE HEAD`. */
export class Lines {
  readonly seen: string[] = [];
  readonly splitter = new LineSplitter(this);

  line(bytes: Buffer, start: number, end: number, number: number): void {
    this.seen.push(`${number}: ${bytes.toString('utf8', start, end)}`);
  }

  tooLong(head: Buffer, size: number, number: number): void {
    this.seen.push(`${number}: long ${size} ${head.toString('utf8')}`);
  }
}

/** The lines of a whole stream, given in these chunks. */
export function linesOf(chunks: readonly (string | Buffer)[]): string[] {
  const lines = new Lines();
  for (const chunk of chunks) lines.splitter.push(Buffer.from(chunk));
  lines.splitter.end();
  return lines.seen;
}

/** Bytes in pieces of at most these sizes, which are used over and over. */
export function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % Math.max(1, sizes.length)] ?? bytes.length);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
