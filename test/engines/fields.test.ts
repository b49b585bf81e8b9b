import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldFinder } from '../../src/lib/engines/reference/fields.js';
import { brokenLine, objectText } from '../support/json-lines.js';

const NAMES = ['symbol', 'event_ts', 'ltp', 'vol', 'o', 'c'];

/** Text of each field that was found. */
function found(finder: FieldFinder, bytes: Buffer): Record<string, string> {
  const fields: Record<string, string> = {};
  NAMES.forEach((name, index) => {
    const start = finder.spans[index * 2] as number;
    if (start !== -1) fields[name] = bytes.toString('utf8', start, finder.spans[index * 2 + 1]);
  });
  return fields;
}

/** Fields of a line, or the reason of the refusal. */
function find(line: string | Buffer): Record<string, string> | string {
  const finder = new FieldFinder(NAMES);
  const bytes = Buffer.from(line);
  return finder.find(bytes, 0, bytes.length)?.reason ?? found(finder, bytes);
}

function parsed(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString('utf8')) as unknown;
}

/** The reason that `JSON.parse` gives for a line, or undefined for an object. */
function reasonOf(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return 'invalid_utf8';
  try {
    const value = parsed(bytes);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'not_an_object';
  } catch {
    return 'invalid_json';
  }
}

describe('the plain way and the complete way', () => {
  const line = fc.oneof(
    objectText(NAMES).map((text) => Buffer.from(text)),
    brokenLine(NAMES),
  );

  it('agree on every line that the plain way accepts', () => {
    let accepted = 0;
    fc.assert(
      fc.property(line, (bytes) => {
        const plain = new FieldFinder(NAMES);
        if (!plain.findPlain(bytes, 0, bytes.length)) return;
        accepted++;
        const complete = new FieldFinder(NAMES);
        expect(complete.findComplete(bytes, 0, bytes.length)).toBeUndefined();
        expect([...plain.spans]).toEqual([...complete.spans]);
      }),
      { numRuns: 4000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  it('agree with JSON.parse on which lines are objects, and on every value', () => {
    fc.assert(
      fc.property(line, (bytes) => {
        const finder = new FieldFinder(NAMES);
        expect(finder.findComplete(bytes, 0, bytes.length)?.reason).toBe(reasonOf(bytes));
        expect(finder.find(bytes, 0, bytes.length)?.reason).toBe(reasonOf(bytes));
        if (reasonOf(bytes) !== undefined) return;
        const object = parsed(bytes) as Record<string, unknown>;
        const expected = Object.fromEntries(
          NAMES.filter((name) => Object.hasOwn(object, name)).map((name) => [name, object[name]]),
        );
        const values = Object.entries(found(finder, bytes)).map(([name, text]) => [name, JSON.parse(text) as unknown]);
        expect(Object.fromEntries(values)).toEqual(expected);
      }),
      { numRuns: 4000 },
    );
  });

  it('look at nothing before and behind the line', () => {
    const around = fc.constantFrom('"vol":1}', '"o":"stale","c":7}', ',"vol":9}', '\n', '}', '  ', '""', '1', '{');
    fc.assert(
      fc.property(around, line, around, (before, bytes, behind) => {
        const alone = new FieldFinder(NAMES);
        const refusal = alone.find(bytes, 0, bytes.length);
        const whole = Buffer.concat([Buffer.from(before), bytes, Buffer.from(behind)]);
        const within = new FieldFinder(NAMES);
        const start = Buffer.byteLength(before);
        expect(within.find(whole, start, start + bytes.length)).toEqual(refusal);
        if (refusal === undefined) expect(found(within, whole)).toEqual(found(alone, bytes));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('FieldFinder', () => {
  it('does not read on where the bytes behind the line look like another member', () => {
    const line = '{"vol":null}';
    const bytes = Buffer.from(`${line}"vol":7}`);
    const finder = new FieldFinder(NAMES);
    expect(finder.find(bytes, 0, line.length)).toBeUndefined();
    expect(found(finder, bytes)).toEqual({ vol: 'null' });
  });

  it('finds values in any order, with spaces, and passes over unknown fields', () => {
    expect(find(' {"ltp" : 1.5e3 ,\t"other":"x", "symbol":"A B" } \r')).toEqual({ ltp: '1.5e3', symbol: '"A B"' });
  });

  it('finds the keys of this object and not those of objects inside', () => {
    expect(find('{"x":{"vol":1,"y":[{"vol":2}]},"vol":3,"z":"{\\"vol\\":4}"}')).toEqual({ vol: '3' });
  });

  it('keeps whole values of any kind', () => {
    expect(find('{"vol":[1,"]"],"o":{"c":"}"},"c":null,"ltp":true,"symbol":"\\"\\\\"}')).toEqual({
      vol: '[1,"]"]',
      o: '{"c":"}"}',
      c: 'null',
      ltp: 'true',
      symbol: '"\\"\\\\"',
    });
  });

  it('takes the last of a repeated key, also where it is written with escapes', () => {
    expect(find('{"vol":1,"vol":2}')).toEqual({ vol: '2' });
    expect(find('{"vol":1,"\\u0076ol":2}')).toEqual({ vol: '2' });
    expect(find('{"\\u0076ol":1,"vol":2}')).toEqual({ vol: '2' });
  });

  it('tells names of the same length apart', () => {
    expect(find('{"val":1,"lto":2,"vol":3}')).toEqual({ vol: '3' });
  });

  it('forgets the fields of the line before', () => {
    const finder = new FieldFinder(NAMES);
    for (const text of ['{"vol":1,"o":2}', '{"c":null,"vol":7}', '{"o":3}', '{}']) {
      const bytes = Buffer.from(text);
      expect(finder.find(bytes, 0, bytes.length)).toBeUndefined();
      expect(Object.keys(found(finder, bytes))).toEqual(NAMES.filter((name) => text.includes(`"${name}"`)));
    }
  });

  it.each([
    ['{}', {}],
    [' { } ', {}],
    ['{"":1,"vol":2}', { vol: '2' }],
    ['{"__proto__":{"vol":1},"constructor":2}', {}],
    ['{"é":"ü","vol":1}', { vol: '1' }],
    ['{"a":"\u007f","vol":1}', { vol: '1' }],
  ])('takes the object %s', (text, fields) => {
    expect(find(text)).toEqual(fields);
  });

  it.each([
    '{',
    '}',
    '{"a":1',
    '{"a":1,}',
    '{"a":01}',
    '{"a":1.}',
    '{"a":.5}',
    '{"a":+1}',
    '{"a":1e}',
    '{"a":-}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":0x10}',
    "{'a':1}",
    '{a:1}',
    '{"a" 1}',
    '{"a":1 "b":2}',
    '{"a":1}}',
    '{"a":1}{"b":2}',
    '{"a":"\n"}',
    '{"a":"\0"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{"a":1}\0',
    '\uFEFF{"a":1}',
    '// {"a":1}',
    'text',
  ])('refuses %j as invalid_json', (text) => {
    expect(find(text)).toBe('invalid_json');
  });

  it.each(['[]', '[{"vol":1}]', '1', '-1.5', '"{}"', 'null', 'true', 'false'])('refuses %s as not_an_object', (text) => {
    expect(find(text)).toBe('not_an_object');
  });

  it.each([
    ['a stray continuation byte', [0x80]],
    ['a cut character', [0xc3]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['0xff', [0xff]],
  ])('refuses %s as invalid_utf8, before it looks at the JSON', (_, bytes) => {
    expect(find(Buffer.from([...Buffer.from('{"a":"'), ...bytes, ...Buffer.from('"}')]))).toBe('invalid_utf8');
    expect(find(Buffer.from([...bytes, ...Buffer.from('not json')]))).toBe('invalid_utf8');
  });

  it('takes a nested value of depth 10,000 in an unknown field', () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    expect(find(`{"x":${deep},"vol":1}`)).toEqual({ vol: '1' });
    const objects = `${'{"vol":'.repeat(5_000)}9${'}'.repeat(5_000)}`;
    expect(find(`{"x":${objects},"vol":1}`)).toEqual({ vol: '1' });
  });
});
