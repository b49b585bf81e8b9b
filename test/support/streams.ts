import fc from 'fast-check';
import { bar } from './records.js';
import { encodeBar } from '../../src/lib/engines/reference/bar-codec.js';
import { e8Text } from './volumes.js';

const NS = 1_000_000_000n;

/** Time at which the streams begin, s. */
export const START_S = 1_700_000_000;

/** A tick before it is text; everything exact. */
export interface TickModel {
  readonly symbol: string;
  readonly time_ns: bigint;
  readonly ltp: number;
  readonly vol_e8: bigint;
  readonly id: string | undefined;
}

const symbols = fc.constantFrom('A', 'B', 'a', 'A-1', '9');
const prices = fc.constantFrom(0, -1.5, 0.00000638, 10, 10.05, 99.5, 1e-18, 999999999999.5);
const volumes = fc.oneof(
  fc.bigInt({ min: 0n, max: 999_999_999_999_999n }),
  fc.bigInt({ min: 0n, max: 999_999_999_999_999n }).map((units) => units * 100_000_000n),
);

/** Offsets within a few seconds, often at the edges of seconds and often equal. */
const offset_ns = fc
  .tuple(
    fc.bigInt({ min: 0n, max: 12n }),
    fc.oneof(fc.constantFrom(0n, 1n, 500_000_000n, NS - 1n), fc.bigInt({ min: 0n, max: NS - 1n })),
  )
  .map(([s, ns]) => s * NS + ns);

/** Ticks in any order, some of them late, some with ids that repeat. */
export const ticks: fc.Arbitrary<TickModel[]> = fc.array(
  fc.record({
    symbol: symbols,
    time_ns: offset_ns.map((offset) => BigInt(START_S) * NS + offset),
    ltp: prices,
    vol_e8: volumes,
    id: fc.option(fc.constantFrom('1', '2', '3', '4'), { nil: undefined, freq: 2 }),
  }),
  { maxLength: 60, size: 'max' },
);

/** A tick as a line, without line break. */
export function tickLine({ symbol, time_ns, ltp, vol_e8, id }: TickModel): string {
  const trade_id = id === undefined ? '' : `,"trade_id":"${id}"`;
  return `{"symbol":"${symbol}","event_ts":${time_ns},"ltp":${ltp},"vol":${e8Text(vol_e8)}${trade_id}}`;
}

/** What stands between good lines in the input of a stage: nothing, blanks, and lines of every reason for a refusal. */
export const noise = fc.constantFrom(
  ...[
    '',
    ' ',
    '\t',
    'text',
    '[]',
    'null',
    '{}',
    '{"symbol":"A"',
    '{"symbol":null}',
    '{"symbol":"A","event_ts":1,"ltp":1,"vol":1}',
  ],
  ...['{"x":[{"vol":1}],"symbol":"\\u0041","event_ts":1700000003000000000,"ltp":1,"vol":1,"side":null}', '\u00e9\u20ac', '\0'],
  ...['{"symbol":"A","event_ts":1700000004000000000,"ltp":"1","vol":1}', '{"mark":1700000005}', `"${'x'.repeat(1500)}"`],
  ...['{"symbol":"A","tf":"1s","ts":1700000001,"o":1,"h":1,"l":1,"c":1,"vol":1,"n_trades":1,"x":null}', '{"mark":1}'],
);

/** A 1 s bar before it is text. */
export interface BarModel {
  readonly symbol: string;
  readonly ts: number;
  readonly prices: readonly [o: number, h: number, l: number, c: number];
  readonly vol_e8: bigint;
  readonly n_trades: number;
}

export function barLine({ symbol, ts, prices: [o, h, l, c], vol_e8, n_trades }: BarModel): string {
  return encodeBar(bar(symbol, ts, { o, h, l, c, vol: e8Text(vol_e8), n_trades })).trimEnd();
}

/** 1 s bars of some symbols over about half an hour, in any order. */
export const bars: fc.Arbitrary<BarModel[]> = fc.array(
  fc.record({
    symbol: symbols,
    ts: fc
      .oneof(fc.nat({ max: 1900 }), fc.constantFrom(0, 1, 59, 60, 899, 900, 1799, 1800))
      .map((offset) => 1_700_000_100 + offset),
    prices: fc.tuple(prices, prices, prices, prices),
    vol_e8: fc.oneof(volumes, fc.bigInt({ min: 0n, max: 2n ** 90n })),
    n_trades: fc.nat({ max: 1000 }),
  }),
  { maxLength: 80, size: 'max' },
);

/** Nearly sorted bars: some are out of order, some are late. */
export const nearlySorted: fc.Arbitrary<BarModel[]> = fc
  .tuple(bars, fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1 }))
  .map(([list, shifts]) => {
    const shifted = list.map((bar, at) => ({ bar, place: bar.ts + (shifts[at % shifts.length] ?? 0) }));
    return shifted.sort((a, b) => a.place - b.place).map(({ bar }) => bar);
  });

/** Any bytes, and bytes that look like records. */
export const anyInput: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
      noise.map((line) => Buffer.from(`${line}\n`)),
      ticks.map((list) =>
        Buffer.from(
          list
            .slice(0, 3)
            .map((next) => `${tickLine(next)}\n`)
            .join(''),
        ),
      ),
      bars.map((list) =>
        Buffer.from(
          list
            .slice(0, 3)
            .map((next) => `${barLine(next)}\r\n`)
            .join(''),
        ),
      ),
      fc.constant(Buffer.from(`${'x'.repeat(65_537)}\n`)),
    ),
    { maxLength: 20, size: 'max' },
  )
  .map((parts) => Buffer.concat(parts));
