import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exact } from '../../src/lib/core/money.js';
import { type Costs, FEES, slippedPrice } from '../../src/lib/core/paper/costs.js';
import { fillOf } from '../../src/lib/core/paper/fill.js';
import { encodeFill, FillDecoder } from '../../src/lib/engines/reference/fill-codec.js';
import { encodeOrder, OrderDecoder } from '../../src/lib/engines/reference/order-codec.js';
import { encodeSignal, SignalDecoder } from '../../src/lib/engines/reference/signal-codec.js';
import { decodeWith, isTaken, lineOf, refusalText } from '../support/decoding.js';
import { mutated, strange, type Texts } from '../support/mutations.js';
import { extraTexts, feesTexts, fillTexts, orderTexts, signalTexts } from '../support/paper-record-texts.js';
import { schemaOf } from '../support/schemas.js';

const isSignal = schemaOf('signal');
const isOrder = schemaOf('order');
const isControl = schemaOf('control');
const isFill = schemaOf('fill');

/** Words that are right in some field, and names of just so many characters that are two units each in JavaScript. */
const WORDS = [
  ...['BUY', 'SELL', 'MKT', 'LMT', 'NEW', 'HIGH', 'EXIT', 'B', 'reentry', 'halt'],
  ...[200, 201, 300, 301, 320, 321].map((length) => '😀'.repeat(length)),
].map((word) => JSON.stringify(word));

const NUMBERS = ['527040', '527041', '31622400', '31622401', '999999999999999', '1e12', '9.99e12', '1e13', '1e15'];
const OTHERS = [...WORDS, ...NUMBERS];

const parse = (line: string): unknown => JSON.parse(line);
const decodeOrder = (line: string): object => decodeWith(new OrderDecoder(), line);
const decodeSignal = (line: string): object => decodeWith(new SignalDecoder(), line);
const decodeFill = (line: string): object => decodeWith(new FillDecoder(), line);

/** JSON Schema takes 1e3 for an integer; the decoders want it without an exponent. */
const isWrittenOtherwise = (texts: Texts, names: readonly string[]): boolean =>
  names.some((name) => ['1e12', '9.99e12', '1e13', '1e15'].includes(texts[name] ?? ''));

/** Holds a decoder against a schema, on records of which enough are taken and enough refused. */
function agree<T>(
  records: fc.Arbitrary<T>,
  lineOfOne: (record: T) => string | undefined,
  decode: (line: string) => object,
  isGood: (value: unknown) => boolean,
): void {
  const count = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(records, (record) => {
      const line = lineOfOne(record);
      fc.pre(line !== undefined);
      const isValid = isGood(parse(line));
      count[isValid ? 'taken' : 'refused']++;
      expect(isTaken(decode(line)), line).toBe(isValid);
    }),
    { numRuns: 4000 },
  );
  expect(Math.min(count.taken, count.refused)).toBeGreaterThan(500);
}

const SIGNAL_FIELDS = [
  ...['pair_id', 'pair_symbol', 'a_symbol', 'b_symbol', 'tf', 'ts', 'beta', 'z', 'action', 'sideA', 'sideB', 'pxA', 'pxB'],
  ...['risk_bucket', 'risk_per_trade', 'reason'],
];
const ORDER_FIELDS = [
  ...['client_order_id', 'symbol', 'side', 'qty', 'order_type', 'limit_price', 'strategy', 'risk_bucket', 'status', 'ts'],
  ...['reason', 'control', 'extra'],
];
const LEG_FIELDS = ['pair_id', 'leg', 'kind', 'tf_s', 'px_ref', 'beta', 'leverage', 'base_notional', 'risk', 'budget', 'match'];
const FILL_FIELDS = ['fill_id', 'client_order_id', 'symbol', 'side', 'qty', 'price', 'ts', 'venue', 'fees', 'extra'];

describe('the schema and the decoder', () => {
  it('take and refuse the same signals', () => {
    agree(
      mutated(signalTexts, SIGNAL_FIELDS, OTHERS),
      (texts) => (isWrittenOtherwise(texts, ['tf', 'ts']) ? undefined : lineOf(texts)),
      decodeSignal,
      isSignal,
    );
  });

  it('take and refuse the same orders and commands', () => {
    const orders = fc.tuple(mutated(orderTexts, ORDER_FIELDS, OTHERS), extraTexts);
    agree(
      orders,
      ([texts, extra]) => (isWrittenOtherwise(texts, ['qty', 'ts']) ? undefined : lineOf({ extra: lineOf(extra), ...texts })),
      decodeOrder,
      (value) => isOrder(value) || isControl(value),
    );
  });

  it('take and refuse the same legs of pairs', () => {
    const orders = fc.tuple(orderTexts, mutated(extraTexts, LEG_FIELDS, OTHERS));
    agree(
      orders,
      ([texts, extra]) => (isWrittenOtherwise(extra, ['tf_s']) ? undefined : lineOf({ ...texts, extra: lineOf(extra) })),
      decodeOrder,
      isOrder,
    );
  });

  it('take and refuse the same commands', () => {
    for (const value of [...fc.sample(strange, 200), ...WORDS, undefined]) {
      const line = lineOf({ control: value, by: '"hand"' });
      expect(isTaken(decodeOrder(line)), line).toBe(isControl(parse(line)));
    }
    expect(decodeOrder('{"control":"resume","by":"hand"}')).toEqual({ control: 'resume' });
  });

  it('take and refuse the same fills', () => {
    const fills = fc.tuple(mutated(fillTexts, FILL_FIELDS, OTHERS), mutated(feesTexts, FEES, OTHERS));
    agree(
      fills,
      ([texts, fees]) => (isWrittenOtherwise(texts, ['qty', 'ts']) ? undefined : lineOf({ fees: lineOf(fees), ...texts })),
      decodeFill,
      isFill,
    );
  });
});

const SIGNAL: Texts = {
  ...{ pair_id: '"P"', pair_symbol: '"A-B"', a_symbol: '"A"', b_symbol: '"B"', tf: '3', ts: '60', beta: '1', z: '1' },
  ...{ action: '"EXIT"', sideA: '"BUY"', sideB: '"SELL"', pxA: '1', pxB: '1', risk_bucket: '"LOW"', risk_per_trade: '1' },
  reason: '"stop"',
};
const EXTRA: Texts = {
  ...{ pair_id: '"P"', leg: '"A"', kind: '"EXIT"', tf_s: '180', px_ref: '1', beta: '1', leverage: '1', base_notional: '1' },
};
const ORDER: Texts = {
  ...{ client_order_id: '"1"', symbol: '"A"', side: '"BUY"', qty: '1', order_type: '"MKT"', strategy: '"PAIR"' },
  ...{ risk_bucket: '"LOW"', status: '"NEW"', ts: '60', reason: '"stop"', extra: lineOf(EXTRA) },
};
const FEES_TEXTS: Texts = { brokerage: '1', stt: '1', exchange: '1', sebi: '1', stamp: '1', gst: '1', total: '6' };
const FILL: Texts = {
  ...{ fill_id: '"1:1"', client_order_id: '"1"', symbol: '"A"', side: '"BUY"', qty: '1', price: '1', ts: '60', venue: '"PAPER"' },
  fees: lineOf(FEES_TEXTS),
};

describe('a refusal names the first wrong field', () => {
  it.each<[change: Texts, refusal: string]>([
    [{}, 'taken'],
    [{ pair_id: undefined, tf: undefined }, 'missing_field pair_id'],
    [{ tf: '"3m"', reason: undefined }, 'wrong_type tf'],
    [{ tf: '3.0' }, 'wrong_type tf'],
    [{ tf: '0' }, 'out_of_bounds tf'],
    [{ pair_id: '"a\\u0000"' }, 'out_of_bounds pair_id'],
    [{ action: '"BUY"' }, 'out_of_bounds action'],
    [{ beta: 'null' }, 'wrong_type beta'],
    [{ beta: '1e999' }, 'out_of_bounds beta'],
    [{ pxB: '1e12' }, 'out_of_bounds pxB'],
    [{ pxB: '-1e-19' }, 'out_of_bounds pxB'],
    [{ risk_per_trade: '-1' }, 'out_of_bounds risk_per_trade'],
  ])('of a signal with %j: %s', (change, refusal) => {
    expect(refusalText(decodeSignal(lineOf({ ...SIGNAL, ...change })))).toBe(refusal);
  });

  it.each<[change: Texts, refusal: string]>([
    [{}, 'taken'],
    [{ extra: undefined }, 'taken'],
    [{ extra: '{}' }, 'taken'],
    [{ symbol: undefined, side: '1' }, 'missing_field symbol'],
    [{ qty: '0' }, 'out_of_bounds qty'],
    [{ qty: '1.5' }, 'wrong_type qty'],
    [{ order_type: '"LMT"' }, 'missing_field limit_price'],
    [{ order_type: '"LMT"', limit_price: '0' }, 'out_of_bounds limit_price'],
    [{ limit_price: '"1"' }, 'wrong_type limit_price'],
    [{ extra: 'null' }, 'wrong_type extra'],
    [{ extra: '[]' }, 'wrong_type extra'],
    [{ extra: '{"pair_id":"P"}' }, 'missing_field extra.leg'],
    [{ extra: '{"pair_id":null}' }, 'wrong_type extra.pair_id'],
    [{ extra: lineOf({ ...EXTRA, leverage: '0' }) }, 'out_of_bounds extra.leverage'],
    [{ extra: lineOf({ ...EXTRA, risk: '1' }) }, 'wrong_type extra.risk'],
    [{ ts: '-1', extra: '[]' }, 'out_of_bounds ts'],
  ])('of an order with %j: %s', (change, refusal) => {
    expect(refusalText(decodeOrder(lineOf({ ...ORDER, ...change })))).toBe(refusal);
  });

  it.each<[change: Texts, refusal: string]>([
    [{}, 'taken'],
    [{ fill_id: undefined, fees: '1' }, 'missing_field fill_id'],
    [{ price: '-0.5' }, 'out_of_bounds price'],
    [{ price: '0' }, 'out_of_bounds price'],
    [{ fees: undefined }, 'missing_field fees'],
    [{ fees: 'null' }, 'wrong_type fees'],
    [{ fees: lineOf({ ...FEES_TEXTS, gst: undefined }) }, 'missing_field fees.gst'],
    [{ fees: lineOf({ ...FEES_TEXTS, gst: '"1"' }) }, 'wrong_type fees.gst'],
    [{ extra: '1' }, 'wrong_type extra'],
  ])('of a fill with %j: %s', (change, refusal) => {
    expect(refusalText(decodeFill(lineOf({ ...FILL, ...change })))).toBe(refusal);
  });
});

const COSTS: Costs = {
  ...{ slippage_bps: 9999, tick_size: 0.05, brokerage_per_order: 20, stt_bps: 1.25, exchange_txn_bps: 0.3 },
  ...{ sebi_turnover_bps: 0.01, stamp_bps_buy: 0.3, gst_pct: 18 },
};

describe('what is written', () => {
  it('as a signal is valid, and reads back as the same', () => {
    fc.assert(
      fc.property(signalTexts, (texts) => {
        const signal = decodeWith(new SignalDecoder(), lineOf(texts));
        if (!('a_symbol' in signal)) throw new Error('not taken');
        const line = encodeSignal(signal);
        expect(isSignal(parse(line)), line).toBe(true);
        expect(decodeSignal(line)).toEqual(signal);
      }),
    );
  });

  it('as an order is valid, and reads back as the same, with what is unknown in extra and without what is elsewhere', () => {
    fc.assert(
      fc.property(orderTexts, fc.option(extraTexts, { nil: undefined }), (texts, extra) => {
        const given = extra === undefined ? texts : { ...texts, extra: lineOf({ other: '[1.0, {}]', ...extra }) };
        const order = decodeWith(new OrderDecoder(), lineOf({ ...given, unknown: '1' }));
        if (!('symbol' in order)) throw new Error('not taken');
        const line = encodeOrder(order);
        expect(isOrder(parse(line)), line).toBe(true);
        expect(decodeOrder(line)).toEqual(order);
        expect(line).not.toContain('unknown');
        expect(line.includes('"other":[1.0, {}]')).toBe(extra !== undefined);
      }),
    );
  });

  it('as a fill is valid, and has the price and the fees that were charged', () => {
    const price = fc.oneof(fc.double({ min: 1e-18, max: 1e6, noNaN: true }), fc.constant(999_999_999_999.5));
    fc.assert(
      fc.property(orderTexts, extraTexts, fc.nat({ max: 1000 }), price, (texts, extra, qty, reference) => {
        const order = decodeWith(new OrderDecoder(), lineOf({ ...texts, extra: lineOf(extra) }));
        if (!('symbol' in order)) throw new Error('not taken');
        const slipped = slippedPrice(exact(reference), order.side, COSTS);
        fc.pre(slipped !== undefined);
        const fill = fillOf(order, 3, qty + 1, slipped, order.ts, COSTS);
        const line = encodeFill(fill);
        expect(isFill(parse(line)), line).toBe(true);
        expect(fill.fill_id).toBe(`${order.client_order_id}:3`);
        const { symbol, side, fees, ts } = fill;
        expect(decodeFill(line)).toEqual({
          ...{ symbol, side, qty: qty + 1, price: exact(fill.price.toNumber()), fee: exact(fees.total.toNumber()), ts },
        });
        expect(line).not.toMatch(/"(risk|budget)":/);
      }),
    );
  });
});
