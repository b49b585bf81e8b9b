import fc from 'fast-check';
import { price, symbol } from './record-texts.js';

/** Longest timeframe of a pair, in minutes: 366 days. */
const MAX_TF_MIN = 527_040;
const LAST_S = 4_102_444_799;

const json = (value: unknown): string => JSON.stringify(value);

/** Texts of at most `most` characters, none of them a control character. */
function name(most: number): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary', minLength: 1, maxLength: most }).map((text) => json(text.replace(/[\u0000-\u001f]/g, '~')));
}

function word(...words: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...words.map(json));
}

const symbolText = symbol.map(json);
const priceText = price.map(json);
const side = word('BUY', 'SELL');
const bucket = word('LOW', 'MED', 'HIGH');
const qty = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }).map(String);
const ts = fc.nat({ max: LAST_S }).map(String);
const any = fc.double({ noNaN: true, noDefaultInfinity: true }).map(json);
const positive = fc.double({ min: 1e-12, max: 999_999_999_999, noNaN: true }).map(json);
const amount = fc.double({ min: 0, max: 999_999_999_999_999, noNaN: true }).map(json);

/** The text of each field of a valid signal. */
export const signalTexts = fc.record({
  pair_id: name(200),
  pair_symbol: name(200),
  a_symbol: symbolText,
  b_symbol: symbolText,
  tf: fc.integer({ min: 1, max: MAX_TF_MIN }).map(String),
  ts,
  beta: any,
  z: any,
  action: word('ENTER_LONG_A_SHORT_B', 'ENTER_SHORT_A_LONG_B', 'EXIT'),
  sideA: side,
  sideB: side,
  pxA: priceText,
  pxB: priceText,
  risk_bucket: bucket,
  risk_per_trade: amount,
  reason: word('reentry', 'revert', 'stop', 'timeout', 'flatten'),
});

/** The same of an order, but for `extra`. */
export const orderTexts = fc
  .record({
    client_order_id: name(300),
    symbol: symbolText,
    side,
    qty,
    order_type: word('MKT', 'LMT'),
    limit_price: fc.option(positive, { nil: undefined }),
    strategy: name(64),
    risk_bucket: bucket,
    status: word('NEW', 'APPROVED', 'REJECTED', 'EXPIRED', 'CANCELLED'),
    ts,
    reason: name(64),
  })
  .map((texts) => (texts.order_type === '"LMT"' ? { ...texts, limit_price: texts.limit_price ?? '1' } : texts));

/** The same of `extra` of an order of a pair. */
export const extraTexts = fc.record(
  {
    pair_id: name(200),
    leg: word('A', 'B'),
    kind: word('ENTER', 'EXIT'),
    tf_s: fc.integer({ min: 1, max: MAX_TF_MIN * 60 }).map(String),
    px_ref: priceText,
    beta: any,
    leverage: positive,
    base_notional: positive,
    risk: fc.constant('{"f":1}'),
    budget: fc.constant('{}'),
    match: fc.constant('{"reason":"ttl","left":1}'),
    note: fc.constantFrom('null', '[1]', '"kept"'),
  },
  { requiredKeys: ['pair_id', 'leg', 'kind', 'tf_s', 'px_ref', 'beta', 'leverage', 'base_notional'] },
);

/** The same of a fill, but for `fees` and `extra`. */
export const fillTexts = fc.record({
  fill_id: name(320),
  client_order_id: name(300),
  symbol: symbolText,
  side,
  qty,
  price: fc.double({ min: 1e-9, max: 9_999_999_999_999, noNaN: true }).map(json),
  ts,
  venue: name(64),
});

/** The same of `fees` of a fill. */
export const feesTexts = fc.record({
  brokerage: amount,
  stt: amount,
  exchange: amount,
  sebi: amount,
  stamp: amount,
  gst: amount,
  total: amount,
});
