import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PointerFinder, tokensOf } from '../../src/lib/engines/reference/pointers.js';
import { brokenLine, numberText } from '../support/json-lines.js';

/** Text of the value that each pointer names; undefined where there is none. The way that judges the text must find the same. */
function find(text: string, ...pointers: string[]): (string | undefined)[] {
  const finder = new PointerFinder(pointers);
  const bytes = Buffer.from(text);
  expect(finder.findIn(bytes, 0, bytes.length)).toBe(true);
  const judged = found(finder, bytes);
  finder.find(bytes, 0);
  expect(found(finder, bytes)).toEqual(judged);
  return judged;
}

function found({ spans }: PointerFinder, bytes: Buffer): (string | undefined)[] {
  return Array.from({ length: spans.length / 2 }, (_, index) => {
    const start = spans[index * 2] as number;
    return start === -1 ? undefined : bytes.toString('utf8', start, spans[index * 2 + 1]);
  });
}

describe('the tokens of a pointer', () => {
  it.each([
    ['', []],
    ['/', ['']],
    ['/a', ['a']],
    ['/a/0/b c', ['a', '0', 'b c']],
    ['//', ['', '']],
    ['/a~1b/m~0n', ['a/b', 'm~n']],
    // As RFC 6901 asks for: `~01` is `~1`, and not `/`.
    ['/~01', ['~1']],
    ['/~00~10', ['~0/0']],
    ['/ü', ['ü']],
  ])('%j are %j', (pointer, tokens) => {
    expect(tokensOf(pointer)).toEqual(tokens);
  });

  it.each(['a', 'a/b', ' /a', '/~', '/a~', '/~2', '/a/~b', '#/a'])('%j is refused', (pointer) => {
    expect(() => tokensOf(pointer)).toThrow(new Error(`"${pointer}" is not a JSON pointer such as /data/0/price`));
  });
});

describe('a pointer', () => {
  it('names a member of an object', () => {
    expect(find('{"a":1,"b":"x"}', '/b', '/a')).toEqual(['"x"', '1']);
  });

  it('names the whole where it is empty', () => {
    for (const text of ['5', '"x"', 'null', 'true', '{"a":[1]}', '[[],{}]']) expect(find(text, '')).toEqual([text]);
  });

  it('names what is inside of objects and arrays', () => {
    expect(find('{"a":[{"b":1},{"b":[2,3]}]}', '/a/1/b/0', '/a/0/b', '/a/1/b/1')).toEqual(['2', '1', '3']);
  });

  it('names whole objects and arrays, also together with what is inside', () => {
    expect(find('{"a":{"b":[1,2]},"c":{}}', '/a', '/a/b', '/a/b/1', '/c', '')).toEqual([
      '{"b":[1,2]}',
      '[1,2]',
      '2',
      '{}',
      '{"a":{"b":[1,2]},"c":{}}',
    ]);
  });

  it('names nothing where there is no such key or element', () => {
    expect(find('{"a":[1,2],"b":{"c":3},"d":"text"}', '/x', '/a/2', '/b/d', '/a/0/0', '/d/0', '/d/length')).toEqual(
      Array(6).fill(undefined),
    );
  });

  it('names an element by its index, and by nothing else', () => {
    expect(find('[7,8]', '/1', '/01', '/-', '/-1', '/1.0', '/length', '/')).toEqual(['8', ...Array<undefined>(6)]);
  });

  it('names a member whose key is a number', () => {
    expect(find('{"0":"a","01":"b"}', '/0', '/01')).toEqual(['"a"', '"b"']);
  });

  it('names what is no member of an object only where the text has it', () => {
    expect(find('{}', '/constructor', '/__proto__', '/toString')).toEqual([undefined, undefined, undefined]);
    expect(find('{"__proto__":{"a":1},"constructor":2}', '/__proto__/a', '/constructor')).toEqual(['1', '2']);
  });

  it('may hold ~ and / as ~0 and ~1, and an empty key', () => {
    expect(find('{"a/b":1,"m~n":2,"":3,"~1":4}', '/a~1b', '/m~0n', '/', '/~01')).toEqual(['1', '2', '3', '4']);
  });

  it('fits keys with escapes', () => {
    expect(find('{"\\u0061":1,"b\\"c":2,"d\\\\":3,"\\/":4,"\\u00fc":5}', '/a', '/b"c', '/d\\', '/~1', '/ü')).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ]);
  });

  it('fits keys that are not ASCII', () => {
    expect(find('{"ü":1,"価格":{"😀":2}}', '/ü', '/価格/😀')).toEqual(['1', '2']);
  });

  it('names the last value of a repeated key', () => {
    expect(find('{"a":1,"a":2}', '/a')).toEqual(['2']);
    expect(find('{"a":1,"\\u0061":2}', '/a')).toEqual(['2']);
  });

  it('names nothing of an earlier value of a repeated key', () => {
    expect(find('{"a":{"b":1},"a":5}', '/a', '/a/b')).toEqual(['5', undefined]);
    expect(find('{"a":{"b":1},"a":{"c":2}}', '/a/b', '/a/c')).toEqual([undefined, '2']);
    expect(find('{"a":[1,2],"a":[3]}', '/a/0', '/a/1')).toEqual(['3', undefined]);
    expect(find('{"x":{"a":{"b":1}},"x":{}}', '/x/a/b')).toEqual([undefined]);
  });

  it('fits white space everywhere', () => {
    const text = '{ \n"a"\t:\r [ 1 ,\n{ "b" : "x" } ] , "c":2 }';
    expect(find(text, '/a/0', '/a/1/b', '/c', '/a')).toEqual(['1', '"x"', '2', '[ 1 ,\n{ "b" : "x" } ]']);
    expect(find('[ ]', '/0', '')).toEqual([undefined, '[ ]']);
    expect(find('{\n}', '/a', '')).toEqual([undefined, '{\n}']);
  });

  it.each(['1234567890123456789', '9999999999999999999', '0.10000000', '-0', '1e5', '-1.5E-10', '0.000000010'])(
    'gives the number %s with its digits',
    (number) => {
      expect(find(`{"a":${number},"b":[${number}]}`, '/a', '/b/0')).toEqual([number, number]);
      expect(find(number, '')).toEqual([number]);
    },
  );

  it('is not led astray by brackets, quotes and commas in strings', () => {
    expect(find('{"x":"}],\\"a\\":","y":"\\\\","a":"[{\\"","b":2}', '/a', '/b')).toEqual(['"[{\\""', '2']);
  });

  it('passes over what is nested 100,000 deep', () => {
    const deep = `${'[{"a":'.repeat(100_000)}0${'}]'.repeat(100_000)}`;
    expect(find(`{"x":${deep},"b":1}`, '/b', '/x/1')).toEqual(['1', undefined]);
  });

  it('names what stands 200 deep', () => {
    const text = `${'{"a":['.repeat(100)}7${']}'.repeat(100)}`;
    expect(find(text, '/a/0'.repeat(100))).toEqual(['7']);
  });
});

describe('PointerFinder', () => {
  it('begins where it is told to and says where the value ends', () => {
    const bytes = Buffer.from('[{"a":1}, {"a":22} ,3]');
    const finder = new PointerFinder(['/a']);
    expect(finder.find(bytes, 10)).toBe(18);
    expect(found(finder, bytes)).toEqual(['22']);
    expect(finder.find(bytes, 20)).toBe(21);
    expect(found(finder, bytes)).toEqual([undefined]);
  });

  it('judges the text between two places, and looks at nothing around it', () => {
    const bytes = Buffer.from('"a":0}{"a": 1 } ,"a":2}');
    const finder = new PointerFinder(['/a']);
    expect(finder.findIn(bytes, 6, 16)).toBe(true);
    expect(found(finder, bytes)).toEqual(['1']);
    for (const [start, end] of [
      [0, 6],
      [5, 16],
      [6, 14],
      [6, 17],
      [6, bytes.length],
      [6, 6],
    ] as const) {
      expect(finder.findIn(bytes, start, end), `${start} to ${end}`).toBe(false);
    }
  });

  it('judges what is nested 100,000 deep', () => {
    const deep = (inside: string): Buffer => Buffer.from(`{"a":${'['.repeat(100_000)}${inside}${']'.repeat(100_000)},"b":1}`);
    const finder = new PointerFinder(['/b']);
    expect(finder.findIn(deep('0'), 0, deep('0').length)).toBe(true);
    expect(found(finder, deep('0'))).toEqual(['1']);
    expect(finder.findIn(deep('}'), 0, deep('}').length)).toBe(false);
    // Whoever judged that has still to judge what is not deep.
    expect(finder.findIn(deep('0'), 0, deep('0').length)).toBe(true);
    for (const text of ['{"a":[1 2],"b":1}', '{"a":01,"b":1}', '{"a":nul,"b":1}']) {
      expect(finder.findIn(Buffer.from(text), 0, text.length), text).toBe(false);
    }
  });

  it('judges the next text behind one that was not valid', () => {
    const finder = new PointerFinder(['/a', '/b/c']);
    for (const [text, isValid, values] of [
      ['{"a":1,"b":{"c":2}}', true, ['1', '2']],
      ['{"a":3,"b":{"c":4}', false, undefined],
      ['{}', true, [undefined, undefined]],
      ['', false, undefined],
      ['{"b":{"c":5}}', true, [undefined, '5']],
    ] as const) {
      const bytes = Buffer.from(text);
      expect(finder.findIn(bytes, 0, bytes.length)).toBe(isValid);
      if (values !== undefined) expect(found(finder, bytes)).toEqual(values);
    }
  });

  it('forgets the value before', () => {
    const finder = new PointerFinder(['/a/b', '/c', '/a']);
    for (const [text, values] of [
      ['{"a":{"b":1},"c":2}', ['1', '2', '{"b":1}']],
      ['{"c":3}', [undefined, '3', undefined]],
      ['[]', [undefined, undefined, undefined]],
      ['{"a":{"b":4}}', ['4', undefined, '{"b":4}']],
      ['5', [undefined, undefined, undefined]],
    ] as const) {
      const bytes = Buffer.from(text);
      finder.find(bytes, 0);
      expect(found(finder, bytes)).toEqual(values);
    }
  });
});

const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', '0') },
  { weight: 1, arbitrary: fc.constantFrom('b', '1', '', '/', '~', '~1', 'ü', '"', '\\', '__proto__', 'length') },
);
const space = fc.constantFrom('', '', '', ' ', '\n', '\t\r ');

/** A string as JSON, in which some characters are escapes that need not be. */
const stringText = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.boolean()).map(([content, isEscaped]) => {
    if (!isEscaped || content === '') return JSON.stringify(content);
    return `"\\u${content.charCodeAt(0).toString(16).padStart(4, '0')}${JSON.stringify(content.slice(1)).slice(1)}`;
  });

/** Any JSON value as text: repeated keys, white space, escapes, every form of a number. */
const { value: valueText } = fc.letrec<{ value: string }>((tie) => {
  const padded = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(space, text, space).map((parts) => parts.join(''));
  const member = fc.tuple(padded(stringText(key)), padded(tie('value'))).map((parts) => parts.join(':'));
  return {
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'large' },
      fc.oneof(numberText, stringText(fc.string({ unit: 'grapheme', maxLength: 6 })), fc.constantFrom('true', 'false', 'null')),
      fc.array(padded(tie('value')), { maxLength: 4 }).map((elements) => `[${elements.join(',')}]`),
      fc.array(member, { maxLength: 5 }).map((members) => `{${members.join(',')}}`),
    ),
  };
});

/** Pointers that often name something: by the keys that the values have. */
const pointer = fc
  .array(key, { maxLength: 4 })
  .map((keys) => keys.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));

/** What a pointer names in a value that JSON.parse has made (RFC 6901, section 4). */
function walk(root: unknown, tokens: readonly string[]): unknown {
  let value = root;
  for (const token of tokens) {
    if (Array.isArray(value)) value = /^(?:0|[1-9]\d*)$/.test(token) ? (value as unknown[])[Number(token)] : undefined;
    else if (typeof value === 'object' && value !== null) value = Object.getOwnPropertyDescriptor(value, token)?.value as unknown;
    else return undefined;
  }
  return value;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('for any value and any pointers', () => {
  it('finds what JSON.parse and a walk give, and the end of the value', () => {
    let hits = 0;
    fc.assert(
      fc.property(
        valueText,
        fc.uniqueArray(pointer, { maxLength: 6, size: 'max' }),
        fc.nat({ max: 3 }),
        (text, pointers, before) => {
          const bytes = Buffer.from(`${' '.repeat(before)}${text},"a":1}`);
          const finder = new PointerFinder(pointers);
          const end = finder.find(bytes, before);
          expect(bytes.toString('utf8', before, end)).toBe(text);
          const judging = new PointerFinder(pointers);
          expect(judging.findIn(bytes, 0, end)).toBe(true);
          expect(found(judging, bytes)).toEqual(found(finder, bytes));
          const root = JSON.parse(text) as unknown;
          for (const [index, span] of found(finder, bytes).entries()) {
            const expected = walk(root, tokensOf(pointers[index] as string));
            expect(span === undefined ? undefined : (JSON.parse(span) as unknown)).toEqual(expected);
            if (span !== undefined && pointers[index] !== '') hits++;
          }
        },
      ),
      { numRuns: 4000 },
    );
    expect(hits).toBeGreaterThan(300);
  });

  it('finds the same when it judges the text, and judges as JSON.parse does', () => {
    const NAMES = ['a', '0', 'x'];
    fc.assert(
      fc.property(brokenLine(NAMES), fc.uniqueArray(pointer, { maxLength: 4 }), (bytes, pointers) => {
        fc.pre(isUtf8(bytes));
        const finder = new PointerFinder(pointers);
        const isValid = finder.findIn(bytes, 0, bytes.length);
        expect(isValid).toBe(isJson(bytes.toString('utf8')));
        if (!isValid) return;
        const second = new PointerFinder(pointers);
        second.find(bytes, bytes.toString('latin1').search(/[^ \t\r\n]/));
        expect(found(finder, bytes)).toEqual(found(second, bytes));
      }),
      { numRuns: 4000 },
    );
  });
});
