import fc from 'fast-check';
import { bytesOf } from './line-bytes.js';
import { tickTexts } from './record-texts.js';
import { START_S, tickLine, ticks } from './streams.js';

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

/** A tick far from the others: a gap that closes much, or a tick that is very late. */
const farTick = fc
  .tuple(fc.integer({ min: -100_000, max: 100_000 }), fc.constantFrom('A', 'B', 'Z9'))
  .map(([offset_s, name]) => `{"symbol":"${name}","event_ts":${START_S + offset_s}500000000,"ltp":1.5,"vol":2,"trade_id":7}`);

/** Bytes that ticks are read from. */
export const tickBytes: fc.Arbitrary<Buffer> = bytesOf({
  good: ticks.map((list) => list.map(tickLine)),
  texts: tickTexts,
  keys: ['symbol', 'event_ts', 'ltp', 'vol', 'trade_id', 'side', 'x', 'symbo1', '\\u0073ymbol'],
  oddTexts: ODD_TEXTS,
  others: farTick,
  last: ['{"symbol":"A","event_ts":1700000003000000000,"ltp":1,"vol":1}'],
});
