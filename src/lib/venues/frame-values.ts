import { PointerFinder } from '../engines/reference/pointers.js';
import { type Cell, NOT_TEXT } from '../formats/row-decoder.js';
import { cellAt } from '../formats/rows.js';

/**
 * The values in a frame that a venue's description names, found in one pass over its bytes. Whoever wants a value asks for its
 * index first, and reads it from each frame by that.
 */
export class FrameValues {
  private readonly pointers: string[] = [];
  private finder: PointerFinder | undefined;
  private bytes: Buffer = Buffer.alloc(0);
  private texts: (string | undefined)[] = [];

  /** The index of what a JSON pointer names. */
  indexOf(pointer: string): number {
    this.finder = undefined;
    const known = this.pointers.indexOf(pointer);
    return known === -1 ? this.pointers.push(pointer) - 1 : known;
  }

  /** Takes the next frame, which is UTF-8; false where it is not JSON. */
  take(bytes: Buffer): boolean {
    this.finder ??= new PointerFinder(this.pointers);
    this.bytes = bytes;
    this.texts = [];
    return this.finder.findIn(bytes, 0, bytes.length);
  }

  /** Where a value begins; -1 where the frame has none. */
  startOf(index: number): number {
    return this.finder?.spans[index * 2] ?? -1;
  }

  /** A value as the text of a field. */
  cell(index: number): Cell {
    return cellAt(this.bytes, this.startOf(index), this.finder?.spans[index * 2 + 1] ?? -1);
  }

  /** A string, or the digits or the word that stand there; undefined for an object, a list, null, and where there is none. */
  text(index: number): string | undefined {
    return (this.texts[index] ??= this.findText(index));
  }

  private findText(index: number): string | undefined {
    const start = this.startOf(index);
    if (start === -1) return undefined;
    const cell = cellAt(this.bytes, start, this.finder?.spans[index * 2 + 1] ?? -1);
    if (cell !== NOT_TEXT) return cell ?? (this.bytes[start] === 0x22 ? '' : undefined);
    const word = this.bytes.toString('latin1', start, this.finder?.spans[index * 2 + 1]);
    return word === 'true' || word === 'false' ? word : undefined;
  }
}
