import fc from 'fast-check';
import { START_S, tickLine, type TickModel, ticks } from './streams.js';
import { tickTexts } from './record-texts.js';

const space = fc.constantFrom('', '', '', ' ', '\t', '  ', '\r');

/** Texts that stand for a value of a tick, plainly, in some other way, or nearly. */
export const ODD_TEXTS: readonly string[] = [
  // Prices and volumes, at their bounds.
  ...'0 -0 0.0 1. .5 01 00 1e3 1E+2 12e-2 -1.5 +1 10.50 100.000 123456789012345 1234567890123456 12345678.12345678'.split(' '),
  ...'0.000000000000001 0.0000000000000001 0.12345678 0.123456780 0.123456789 1.000000000 1.0000000000'.split(' '),
  ...'999999999999 999999999999.9 999999999999.99 1000000000000 1000000000000.0 999999999999999 9999999999999990'.split(' '),
  // Times.
  ...'94694400000000000 94694399999999999 4102444799999999999 4102444800000000000 1700000003000000000'.split(' '),
  ...'9999999999999999 99999999999999999999 1700000003000000000.0 17e17 -1700000003000000000 01700000003000000000'.split(' '),
  // Ids and symbols.
  ...[
    '"1"',
    '"01"',
    '""',
    '"\\u0031"',
    '"é"',
    '"\\ud800"',
    '"\\udfff"',
    '"\\ufffd"',
    '"\u007f"',
    '"a\tb"',
    '"a\\nb"',
    '"a',
    '"\\"',
  ],
  ...[64, 65].flatMap((size) => [`"${'S'.repeat(size)}"`, '9'.repeat(size), `"${'€'.repeat(size)}"`]),
  ...[44, 45].map((size) => `"${'x'.repeat(size)}"`),
  ...['"A"', '"\\u0041"', '"A "', '" A"', '"A&-./:_9"', '"A;"', '"A`"', '"A{"', '"[A"', '"@A"'],
  // Sides, and what is none of it.
  ...['"buy"', '"sell"', '"Buy"', '"bu"', '"buys"', 'null', 'nul', 'true', '{"a":[1,{"b":2}]}', '[]', '', '1 2', '1,', '\u0000'],
];

/** One tick's fields in any order, with other texts for some, and members that are none of it or come twice. */
const odd: fc.Arbitrary<string> = fc
  .record({
    tick: ticks.filter((list) => list.length > 0).map((list) => list[0] as TickModel),
    texts: fc.option(tickTexts, { freq: 6, nil: undefined }),
    changed: fc.dictionary(
      fc.constantFrom('symbol', 'event_ts', 'ltp', 'vol', 'trade_id', 'side', 'x', 'symbo1', '\\u0073ymbol'),
      fc.constantFrom(...ODD_TEXTS),
      { maxKeys: 2 },
    ),
    order: fc.array(fc.nat({ max: 5 }), { maxLength: 3 }),
    repeat: fc.boolean(),
    spaces: fc.array(space, { minLength: 5, maxLength: 5 }),
  })
  .map(({ tick, texts, changed, order, repeat, spaces }) => {
    const own = texts ?? Object.fromEntries(plainTexts(tick));
    const members = Object.entries({ ...own, ...changed });
    for (const index of order) members.push(...members.splice(index, 1));
    if (repeat && members[0] !== undefined) members.push(members[0]);
    const [a = '', b = '', c = '', d = '', e = ''] = spaces;
    const text = members.map(([key, value]) => `${a}"${key}"${b}:${c}${value}${d}`).join(',');
    return `${e}{${text}}${e}`;
  });

/** Name and text of each member of a plain line. */
function plainTexts(tick: TickModel): [string, string][] {
  return [...tickLine(tick).matchAll(/"(\w+)":("[^"]*"|[^,}]+)/g)].map(([, key = '', value = '']) => [key, value]);
}

/** A line with one byte changed, left out or put in. */
const damaged = fc
  .record({
    line: fc.oneof(
      odd,
      ticks.map((list) => list.map(tickLine).join('\n')),
    ),
    at: fc.nat(),
    byte: fc.nat({ max: 255 }),
    how: fc.nat({ max: 2 }),
  })
  .map(({ line, at, byte, how }) => {
    const bytes = Buffer.from(line);
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    if (how === 0 && bytes.length > 0) bytes[place] = byte;
    const rest = bytes.subarray(how === 1 ? place + 1 : place);
    return how === 2
      ? Buffer.concat([bytes.subarray(0, place), Buffer.from([byte]), rest])
      : Buffer.concat([bytes.subarray(0, place), rest]);
  });

const block = fc.oneof(
  { weight: 4, arbitrary: ticks.map((list) => Buffer.from(list.map((tick) => `${tickLine(tick)}\n`).join(''))) },
  { weight: 4, arbitrary: odd.map((line) => Buffer.from(`${line}\n`)) },
  { weight: 2, arbitrary: damaged.map((bytes) => Buffer.concat([bytes, Buffer.from('\n')])) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        '\ufeff',
        '\ufeff{}',
        ' \t',
        '{"symbol":"A"',
        'x'.repeat(65_537),
        `{"symbol":"A","x":"${'y'.repeat(65_500)}"}`,
        '\u0000',
      )
      .map((text) => Buffer.from(`${text}\n`)),
  },
  { weight: 1, arbitrary: farTick() },
);

/** A tick far from the others: a gap that closes much, or a tick that is very late. */
function farTick(): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.integer({ min: -100_000, max: 100_000 }), fc.constantFrom('A', 'B', 'Z9'))
    .map(([offset_s, name]) =>
      Buffer.from(`{"symbol":"${name}","event_ts":${START_S + offset_s}500000000,"ltp":1.5,"vol":2,"trade_id":7}\n`),
    );
}

/** Bytes that ticks are read from: good ones, odd ones and damaged ones. */
export const tickBytes: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.array(block, { maxLength: 12 }),
    fc.constantFrom('', '\r', '{"symbol":"A","event_ts":1700000003000000000,"ltp":1,"vol":1}'),
  )
  .map(([blocks, last]) => Buffer.concat([...blocks, Buffer.from(last)]));
