import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { skipSpace, valueEnd, validValueEnd } from '../../src/lib/engines/reference/json-scan.js';

/** Whether the walk takes the whole text for one value. */
function isTaken(text: string): boolean {
  const bytes = Buffer.from(text);
  const end = valueEnd(bytes, skipSpace(bytes, 0, bytes.length), bytes.length);
  return end !== -1 && skipSpace(bytes, end, bytes.length) === bytes.length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON text of random values, with white space of any kind between its parts. */
const spaced = fc
  .tuple(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom('', ' ', '\t', '\n\r '))
  .map(([value, space]) => JSON.stringify(value, undefined, 1).replaceAll('\n', () => space));

/** Characters that matter to JSON, so that a random change is often still valid. */
const CHARACTERS = ['"', '\\', '{', '}', '[', ']', ':', ',', '0', '1', '-', '+', '.', 'e', 'u', 't', ' ', '\u0001', 'ü'];

describe('the walk through a JSON value', () => {
  test('takes what JSON.parse takes, and nothing else', () => {
    fc.assert(
      fc.property(spaced, fc.nat(), fc.constantFrom('', ...CHARACTERS), fc.boolean(), (text, place, character, isInserted) => {
        const at = place % (text.length + 1);
        const changed = text.slice(0, at) + character + text.slice(isInserted ? at : at + 1);
        expect(isTaken(text)).toBe(true);
        expect(isTaken(changed), changed).toBe(isJson(changed));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['numbers', ['0', '-0', '1.5e+10', '1E5', '01', '1.', '.5', '-', '1e', '+1', '0x1', 'NaN', '1_0']],
    ['strings', ['""', '"\\u00fF"', '"\\u00g0"', '"\\u12"', '"\\x"', '"\\', '"', '"a\tb"', '"\\""', '"\\ud800"']],
    ['words', ['true', 'false', 'null', 'True', 'tru', 'nulll', 'undefined']],
    ['brackets', ['[]', '{}', '[1,]', '[,1]', '{"a":}', '{"a"}', '{a:1}', '{"a":1,}', '[1', '{"a":1', '[}', '{]', '[1]]']],
    ['nothing', ['', ' ', ',']],
  ])('judges %s as JSON.parse does', (_, texts) => {
    for (const text of texts) expect(isTaken(text), text).toBe(isJson(text));
  });

  test('follows 64 levels and leaves deeper ones alone', () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(isTaken(nested(64))).toBe(true);
    expect(isTaken(nested(66))).toBe(false);
    const deep = Buffer.from(nested(100_000));
    expect(validValueEnd(deep, 0)).toBe(deep.length);
  });

  test('looks no further than the end that it is given', () => {
    const bytes = Buffer.from('{"a":[1,2]},{"b":3}');
    for (let end = 0; end < 11; end++) expect(valueEnd(bytes, 0, end)).toBe(-1);
    expect(valueEnd(bytes, 0, 11)).toBe(11);
  });
});
