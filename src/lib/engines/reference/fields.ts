import { isUtf8 } from 'node:buffer';
import type { Refusal } from '../../core/model/model.js';
import {
  BACKSLASH,
  CLOSE_BRACE,
  COLON,
  COMMA,
  OPEN_BRACE,
  QUOTE,
  SPACE,
  eachMember,
  numberEnd,
  skipSpace,
  validValueEnd,
} from './json-scan.js';

const DELETE = 0x7f;

const INVALID_UTF8: Refusal = { reason: 'invalid_utf8', detail: '' };
const INVALID_JSON: Refusal = { reason: 'invalid_json', detail: '' };
const NOT_AN_OBJECT: Refusal = { reason: 'not_an_object', detail: '' };

/**
 * Finds where the values of an object's known fields stand in a line of JSON, without making an object.
 *
 * Numbers keep their text: `JSON.parse` would round a 19-digit time. There are two ways through a line. The plain way reads
 * flat objects of ASCII strings without escapes, numbers and nothing else, which is what ticks and bars look like. Whatever it
 * does not understand goes the complete way, where `JSON.parse` judges the line and only valid JSON is searched.
 */
export class FieldFinder {
  /** Begin and end of each field's value by the field's index; begin is -1 where the field is absent. Repeated: the last. */
  readonly spans: Int32Array;
  /** Each field's key as it is usually written: `"name":`. */
  private readonly keys: readonly Buffer[];
  private readonly indexByName: ReadonlyMap<string, number>;

  /** `names`: the fields to find; the order gives their indexes. */
  constructor(names: readonly string[]) {
    this.spans = new Int32Array(names.length * 2);
    this.indexByName = new Map(names.map((name, index) => [name, index]));
    this.keys = names.map((name) => Buffer.from(`${JSON.stringify(name)}:`));
  }

  /** Fills `spans` from the line [start, end) of `bytes`; a refusal where the line is no JSON object. */
  find(bytes: Buffer, start: number, end: number): Refusal | undefined {
    if (this.findPlain(bytes, start, end)) return undefined;
    return this.findComplete(bytes, start, end);
  }

  /** False where the line is not plain, whether or not it is valid. */
  findPlain(bytes: Buffer, start: number, end: number): boolean {
    this.forget();
    let at = skipSpace(bytes, start, end);
    if (at >= end || bytes[at] !== OPEN_BRACE) return false;
    at++;
    // Writers nearly always keep one order of fields, so the next one is tried first, without looking for the key's end.
    let next = 0;
    for (;;) {
      let index = next;
      const key = this.keys[next];
      at = skipSpace(bytes, at, end);
      if (key !== undefined && startsWith(bytes, at, end, key)) at = skipSpace(bytes, at + key.length, end);
      else {
        const keyEnd = plainStringEnd(bytes, at, end);
        if (keyEnd === -1) return false;
        index = this.indexOf(bytes, at, keyEnd);
        at = skipSpace(bytes, keyEnd, end);
        if (at >= end || bytes[at] !== COLON) return false;
        at = skipSpace(bytes, at + 1, end);
      }
      const valueEnd = bytes[at] === QUOTE ? plainStringEnd(bytes, at, end) : numberEnd(bytes, at, end);
      if (valueEnd === -1) return false;
      this.keep(index, at, valueEnd);
      next = index + 1;
      at = skipSpace(bytes, valueEnd, end);
      if (at >= end) return false;
      const byte = bytes[at++];
      if (byte === COMMA) continue;
      return byte === CLOSE_BRACE && skipSpace(bytes, at, end) === end;
    }
  }

  /** Judges any line; `spans` are filled where it is an object. */
  findComplete(bytes: Buffer, start: number, end: number): Refusal | undefined {
    this.forget();
    return forEachMember(bytes, start, end, (key, valueStart, valueEnd) => {
      this.keep(this.indexByName.get(key) ?? -1, valueStart, valueEnd);
    });
  }

  private keep(index: number, start: number, end: number): void {
    if (index === -1) return;
    this.spans[index * 2] = start;
    this.spans[index * 2 + 1] = end;
  }

  private forget(): void {
    const { spans } = this;
    for (let at = 0; at < spans.length; at++) spans[at] = -1;
  }

  /** Index of the field whose key, in quotes, stands at [start, end); -1 where there is none. */
  private indexOf(bytes: Buffer, start: number, end: number): number {
    for (let index = 0; index < this.keys.length; index++) {
      const key = this.keys[index] as Buffer;
      if (key.length === end - start + 1 && startsWith(bytes, start, end, key.subarray(0, -1))) return index;
    }
    return -1;
  }
}

/**
 * Visits the members of the object that stands in the line [start, end), in order, with the place of each value; a refusal
 * where the line is no JSON object.
 */
export function forEachMember(
  bytes: Buffer,
  start: number,
  end: number,
  visit: (key: string, valueStart: number, valueEnd: number) => void,
): Refusal | undefined {
  const line = bytes.subarray(start, end);
  if (!isUtf8(line)) return INVALID_UTF8;
  let value: unknown;
  try {
    value = JSON.parse(line.toString('utf8'));
  } catch {
    return INVALID_JSON;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return NOT_AN_OBJECT;
  eachMember(bytes, skipSpace(bytes, start, end), end, (keyStart, keyEnd, valueStart) => {
    const valueEnd = validValueEnd(bytes, valueStart);
    visit(JSON.parse(bytes.toString('utf8', keyStart, keyEnd)) as string, valueStart, valueEnd);
    return valueEnd;
  });
  return undefined;
}

function startsWith(bytes: Buffer, at: number, end: number, prefix: Buffer): boolean {
  if (at + prefix.length > end) return false;
  for (let offset = 0; offset < prefix.length; offset++) {
    if (bytes[at + offset] !== prefix[offset]) return false;
  }
  return true;
}

/** End of a string of printable ASCII without escapes, behind its closing quote; -1 where there is none. */
function plainStringEnd(bytes: Buffer, start: number, end: number): number {
  if (start >= end || bytes[start] !== QUOTE) return -1;
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte < SPACE || byte >= DELETE || byte === BACKSLASH) return -1;
  }
  return -1;
}
