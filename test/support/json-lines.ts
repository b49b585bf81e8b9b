import fc from 'fast-check';

/** Every legal form of a JSON number, and lengths around what a double holds exactly. */
export const numberText = fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?$/);

/** Numbers as ticks have them: short, without exponent. */
export const shortNumberText = fc.stringMatching(/^(0|[1-9][0-9]{0,9})(\.[0-9]{1,8})?$/);

const space = fc.constantFrom('', '', '', '', ' ', '\t', '  ', ' \r ');

const plainString = fc.stringMatching(/^[ !#-[\]-~]{0,12}$/).map((text) => `"${text}"`);

/** Any string, by `JSON.stringify`, with some characters written as escapes that need not be. */
const anyString = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 8 }), fc.boolean())
  .map(([text, escape]) => (escape ? `"${escaped(text)}"` : JSON.stringify(text)));

/** Every UTF-16 unit as an escape. */
function escaped(text: string): string {
  return [...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}

const value = fc.oneof(
  { weight: 4, arbitrary: shortNumberText },
  { weight: 3, arbitrary: numberText },
  { weight: 4, arbitrary: plainString },
  { weight: 2, arbitrary: anyString },
  { weight: 1, arbitrary: fc.constantFrom('null', 'true', 'false', '"\\""', '"\\\\"', '"a\\/b"', '[]', '{}') },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
);

const key = (names: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...names).map((name) => `"${name}"`) },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => `"${escaped(name.charAt(0))}${name.slice(1)}"`) },
    { weight: 2, arbitrary: plainString },
    { weight: 1, arbitrary: anyString },
  );

/** A JSON object as text: any order and number of members, repeated keys, spaces, escapes, nested values. */
export function objectText(names: readonly string[]): fc.Arbitrary<string> {
  const member = fc
    .tuple(space, key(names), space, space, value, space)
    .map(([a, name, b, c, text, d]) => `${a}${name}${b}:${c}${text}${d}`);
  const anyOrder = fc.array(member, { maxLength: 8 });
  const usualOrder = fc
    .tuple(fc.subarray([...names]), fc.array(value, { minLength: 1 }), fc.array(member, { maxLength: 2 }))
    .map(([known, values, others]) => [...known.map((name, at) => `"${name}":${values[at % values.length] ?? ''}`), ...others]);
  return fc
    .tuple(space, fc.oneof(anyOrder, usualOrder), space)
    .map(([before, members, after]) => `${before}{${members.join(',')}}${after}`);
}

/** The bytes of such an object, most of the time broken in one place. */
export function brokenLine(names: readonly string[]): fc.Arbitrary<Buffer> {
  const byte = fc.oneof(
    fc.constantFrom(0x00, 0x7f, 0x80, 0xc3, 0xff, 0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x2c, 0x3a, 0x2d, 0x2e, 0x30, 0x65, 0x1f),
    fc.integer({ min: 0, max: 255 }),
  );
  const change = fc.record({ how: fc.constantFrom('none', 'truncate', 'replace', 'insert', 'remove'), at: fc.nat(), byte });
  return fc.tuple(objectText(names), change).map(([text, { how, at, byte: other }]) => {
    const bytes = Buffer.from(text);
    const place = at % bytes.length;
    if (how === 'none') return bytes;
    if (how === 'truncate') return Buffer.from(bytes.subarray(0, place));
    const behind = bytes.subarray(how === 'insert' ? place : place + 1);
    const between = how === 'remove' ? [] : [other];
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(between), behind]);
  });
}
