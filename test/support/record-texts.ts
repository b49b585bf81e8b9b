import fc from 'fast-check';
import { e8Text } from './volumes.js';

const E8 = 100_000_000n;
const NS = 1_000_000_000n;

export const MIN_EVENT_NS = 94_694_400n * NS;
export const EVENT_NS_LIMIT = 4_102_444_800n * NS;

/** Symbols within the contract, with all its characters. */
export const symbol = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 ._:/&-]{0,63}$/);

/** Prices within the contract. */
export const price = fc.oneof(
  fc
    .double({ min: -999_999_999_999, max: 999_999_999_999, noNaN: true })
    .filter((value) => value === 0 || Math.abs(value) >= 1e-18),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100),
  fc.constantFrom(0, 1e-18, -1e-18, 999_999_999_999.5, -999_999_999_999.9999),
);

/** Volumes of a tick, times 1e8: at most 15 significant digits and eight decimal places, below 1e15. */
export const tickVolume_e8 = fc
  .tuple(fc.bigInt({ min: 0n, max: 999_999_999_999_999n }), fc.integer({ min: 0, max: 8 }))
  .map(([digits, places]) => digits * 10n ** BigInt(8 - places));

/** The same as text. */
export const tickVolume = tickVolume_e8.map(e8Text);

/** Volumes of a bar, times 1e8. */
export const barVolume_e8 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 127n - 1n }), fc.bigInt({ min: 0n, max: 1_000_000n * E8 }));

/** Event times within the contract, ns. */
export const eventTime_ns = fc.bigInt({ min: MIN_EVENT_NS, max: EVENT_NS_LIMIT - 1n });

/** The text of each field of a valid tick. */
export const tickTexts = fc.record(
  {
    symbol: symbol.map((text) => JSON.stringify(text)),
    event_ts: fc.bigInt({ min: MIN_EVENT_NS, max: EVENT_NS_LIMIT - 1000n }).map(String),
    ltp: price.map((value) => JSON.stringify(value)),
    vol: tickVolume,
    trade_id: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 64 }).map((text) => JSON.stringify(text)),
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
      fc.constant('null'),
    ),
    side: fc.constantFrom('"buy"', '"sell"', 'null'),
  },
  { requiredKeys: ['symbol', 'event_ts', 'ltp', 'vol'] },
);

const timeframe_s = fc.constantFrom(1, 5, 60, 90, 180, 900, 3600, 86_400);

/** The text of each field of a valid bar. */
export const barTexts = fc
  .record({
    symbol: symbol.map((text) => JSON.stringify(text)),
    tf_s: timeframe_s,
    number: fc.nat({ max: 4_102_444_799 }),
    o: price.map((value) => JSON.stringify(value)),
    h: price.map((value) => JSON.stringify(value)),
    l: price.map((value) => JSON.stringify(value)),
    c: price.map((value) => JSON.stringify(value)),
    vol: fc.bigInt({ min: 0n, max: 2n ** 126n }).map(e8Text),
    n_trades: fc.nat({ max: Number.MAX_SAFE_INTEGER }).map(String),
  })
  .map(({ symbol: name, tf_s, number, ...rest }) => ({
    symbol: name,
    tf: `"${tf_s}s"`,
    ts: String(Math.floor(number / tf_s) * tf_s),
    ...rest,
  }));
