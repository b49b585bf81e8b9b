import { isSymbol } from './bounds.js';
import { stringAt } from './values.js';

const SLOTS = 8192;

/**
 * Turns the bytes of symbols into strings. A stream repeats its symbols all the time, so a small table of the latest ones saves
 * nearly every allocation and check. It has a fixed size: a symbol that shares a slot takes it over.
 */
export class SymbolTable {
  private readonly keys: (Buffer | undefined)[] = new Array<Buffer | undefined>(SLOTS).fill(undefined);
  private readonly symbols: string[] = new Array<string>(SLOTS).fill('');

  /** The JSON string [start, end), quotes included, as a symbol; undefined where it is out of bounds. */
  at(bytes: Buffer, start: number, end: number): string | undefined {
    let hash = 0;
    for (let at = start + 1; at < end - 1; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const key = this.keys[slot];
    if (key !== undefined && equals(key, bytes, start, end)) return this.symbols[slot];
    const symbol = stringAt(bytes, start, end);
    if (!isSymbol(symbol)) return undefined;
    this.keys[slot] = Buffer.from(bytes.subarray(start, end));
    this.symbols[slot] = symbol;
    return symbol;
  }
}

function equals(key: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let at = 0; at < key.length; at++) {
    if (key[at] !== bytes[start + at]) return false;
  }
  return true;
}
