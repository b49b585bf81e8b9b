import type { Refusal } from '../../core/model/model.js';
import { missing, outOfBounds, wrongType } from './bounds.js';
import { forEachMember } from './fields.js';
import { isInteger, kindAt, stringAt } from './values.js';

/**
 * Reads the fields of one object after the other, for records that come seldom. What is wrong is noted, the first wrong field only, so
 * that fields must be read in the contract's order; what is returned for it means nothing.
 */
export class FieldReader {
  refusal: Refusal | undefined;
  private readonly prefix: string;
  /** JSON texts. */
  private readonly members = new Map<string, string>();

  private constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** The object in the line [start, end); with a refusal where there is none. */
  static of(bytes: Buffer, start: number, end: number): FieldReader {
    return FieldReader.read('', bytes, start, end);
  }

  private static read(prefix: string, bytes: Buffer, start: number, end: number): FieldReader {
    const reader = new FieldReader(prefix);
    reader.refusal = forEachMember(bytes, start, end, (key, valueStart, valueEnd) => {
      reader.members.set(key, bytes.toString('utf8', valueStart, valueEnd));
    });
    return reader;
  }

  has(name: string): boolean {
    return this.members.has(name);
  }

  text(name: string, pattern: RegExp): string {
    const json = this.json(name, 'string');
    if (json === undefined) return '';
    const text = stringAt(json, 0, json.length);
    if (!pattern.test(text)) this.refuse(outOfBounds(this.prefix + name));
    return text;
  }

  oneOf<W extends string>(name: string, words: readonly [W, ...W[]]): W {
    const json = this.json(name, 'string');
    const text = json === undefined ? words[0] : stringAt(json, 0, json.length);
    const word = words.find((one) => one === text);
    if (word === undefined) this.refuse(outOfBounds(this.prefix + name));
    return word ?? words[0];
  }

  number(name: string, isRight: (value: number) => boolean): number {
    const json = this.json(name, 'number');
    if (json === undefined) return 0;
    const value = Number(json.toString('latin1')) + 0;
    if (!isRight(value)) this.refuse(outOfBounds(this.prefix + name));
    return value;
  }

  integer(name: string, min: number, max: number): number {
    const json = this.json(name, 'number');
    if (json === undefined) return 0;
    if (!isInteger(json, 0, json.length)) this.refuse(wrongType(this.prefix + name));
    const value = Number(json.toString('latin1'));
    if (!(value >= min && value <= max)) this.refuse(outOfBounds(this.prefix + name));
    return value;
  }

  /** The object in a field; without members where there is none. Its refusals are its own. */
  object(name: string): FieldReader {
    const prefix = `${this.prefix}${name}.`;
    const text = this.members.get(name);
    if (text === undefined) {
      this.refuse(missing(this.prefix + name));
      return new FieldReader(prefix);
    }
    const bytes = Buffer.from(text);
    const reader = FieldReader.read(prefix, bytes, 0, bytes.length);
    if (reader.refusal !== undefined) this.refuse(wrongType(this.prefix + name));
    return reader;
  }

  /** The same of a field that may be absent. */
  optionalObject(name: string): FieldReader {
    return this.has(name) ? this.object(name) : new FieldReader('');
  }

  /** The members but for those that are named, in order: names and JSON texts. */
  others(but: readonly string[]): Map<string, string> {
    return new Map([...this.members].filter(([name]) => !but.includes(name)));
  }

  refuse(refusal: Refusal | undefined): void {
    this.refusal ??= refusal;
  }

  private json(name: string, kind: 'string' | 'number'): Buffer | undefined {
    const text = this.members.get(name);
    if (text === undefined) {
      this.refuse(missing(this.prefix + name));
      return undefined;
    }
    const json = Buffer.from(text);
    if (kindAt(json, 0) === kind) return json;
    this.refuse(wrongType(this.prefix + name));
    return undefined;
  }
}
