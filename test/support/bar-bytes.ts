import fc from 'fast-check';
import { bytesOf } from './line-bytes.js';
import { barTexts } from './record-texts.js';
import { barLine, nearlySorted } from './streams.js';
import { e8Text } from './volumes.js';

const MAX_VOLUME = e8Text(2n ** 127n - 1n);

/** Texts that stand for a value of a bar, plainly, in some other way, or nearly. */
export const ODD_BAR_TEXTS: readonly string[] = [
  // Prices, volumes and trades, at their bounds.
  ...'0 -0 0.0 1. .5 01 00 1e3 1E+2 12e-2 -1.5 +1 10.50 100.000 123456789012345 1234567890123456 12345678.12345678'.split(' '),
  ...'0.000000000000001 0.0000000000000001 0.12345678 0.123456780 0.123456789 1.000000000 999999999999.99'.split(' '),
  ...['1000000000000', '999999999999999', '9007199254740991', '9007199254740992', MAX_VOLUME, e8Text(2n ** 127n)],
  // Times.
  ...'1700000160 1700000160.0 17000001600e-1 0 4102444799 4102444800 -1 1700000040'.split(' '),
  // Timeframes and symbols.
  ...'"1s" "60s" "1m" "2m" "01s" "1S" "1" "s" "" "\\u0031s" "1s" '.trim().split(' '),
  ...['"A"', '"\\u0041"', '"A "', '" A"', '"A&-./:_9"', '"A;"', '"[A"', ...[64, 65].map((size) => `"${'S'.repeat(size)}"`)],
  ...['null', 'nul', 'true', '{"a":[1,{"b":2}]}', '[]', '', '1 2', '1,', '\u0000'],
];

/** Marks, bars of another timeframe, and one far behind all others. */
const others = fc.oneof(
  fc.nat({ max: 2000 }).map((offset) => `{"mark":${1_700_000_100 + offset}}`),
  fc.constantFrom(
    '{"symbol":"A","tf":"1m","ts":1700000160,"o":1,"h":1,"l":1,"c":1,"vol":1,"n_trades":1}',
    '{"symbol":"B","tf":"1s","ts":1700100000,"o":1,"h":1,"l":1,"c":1,"vol":1,"n_trades":1}',
    `{"symbol":"A","tf":"1s","ts":1700000700,"o":1,"h":1,"l":1,"c":1,"vol":${MAX_VOLUME},"n_trades":9007199254740991}`,
  ),
);

/** Bytes that bars are read from. */
export const barBytes: fc.Arbitrary<Buffer> = bytesOf({
  good: nearlySorted.map((list) => list.map(barLine)),
  texts: barTexts,
  keys: ['symbol', 'tf', 'ts', 'o', 'h', 'l', 'c', 'vol', 'n_trades', 'mark', 'x', 't5', '\\u0074f'],
  oddTexts: ODD_BAR_TEXTS,
  others,
  last: ['{"symbol":"A","tf":"1s","ts":1700002000,"o":1,"h":1,"l":1,"c":1,"vol":1,"n_trades":1}'],
});
