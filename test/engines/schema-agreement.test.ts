import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalSum } from '../../src/lib/core/model/decimal.js';
import { encodeBar, encodeMark } from '../../src/lib/engines/reference/bar-codec.js';
import { encodeReject } from '../../src/lib/engines/reference/reject.js';
import { encodeTick } from '../../src/lib/engines/reference/tick-codec.js';
import { decodeBar, decodeTick, isTaken, lineOf } from '../support/decoding.js';
import { mutated, strange, type Texts } from '../support/mutations.js';
import { barTexts, tickTexts } from '../support/record-texts.js';
import { schemaOf } from '../support/schemas.js';

const isTick = schemaOf('tick');
const isBar = schemaOf('bar');
const isMark = schemaOf('mark');
const isReject = schemaOf('reject');

const parse = (line: string): unknown => JSON.parse(line);

/** More than 15 significant digits, or more than eight places: the schema cannot say it of a tick's volume. */
function hasTooManyDigits(vol: string | undefined): boolean {
  return ['1e-18', '1e-19', '9007199254740991', '9007199254740992'].includes(vol ?? '');
}

describe('the schema and the decoder', () => {
  it('take and refuse the same ticks', () => {
    const ticks = mutated(tickTexts, ['symbol', 'event_ts', 'ltp', 'vol', 'trade_id', 'side']);
    const count = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(ticks, (texts) => {
        fc.pre(!hasTooManyDigits(texts['vol']));
        fc.pre(texts['event_ts'] !== '1e300' && texts['trade_id'] !== '1e300' && texts['trade_id'] !== '-1e300');
        const line = lineOf(texts);
        const isGood = isTick(parse(line));
        count[isGood ? 'taken' : 'refused']++;
        expect(isTaken(decodeTick(line)), line).toBe(isGood);
      }),
      { numRuns: 4000 },
    );
    expect(Math.min(count.taken, count.refused)).toBeGreaterThan(500);
  });

  it('take and refuse the same bars', () => {
    const bars = mutated(barTexts, ['symbol', 'tf', 'o', 'h', 'l', 'c', 'vol', 'n_trades']);
    const count = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(bars, (texts) => {
        fc.pre(!hasTooManyDigits(texts['vol']) || texts['vol']?.startsWith('9') === true);
        const line = lineOf(texts);
        const isGood = isBar(parse(line));
        count[isGood ? 'taken' : 'refused']++;
        expect(isTaken(decodeBar(line)), line).toBe(isGood);
      }),
      { numRuns: 4000 },
    );
    expect(Math.min(count.taken, count.refused)).toBeGreaterThan(500);
  });

  it('take and refuse the same marks', () => {
    const values = fc.oneof(strange, fc.integer({ min: 94_694_390, max: 4_102_444_810 }).map(String));
    fc.assert(
      fc.property(values, (value) => {
        fc.pre(!value.includes('e'));
        const line = `{"mark":${value}}`;
        expect(isTaken(decodeBar(line)), line).toBe(isMark(parse(line)));
      }),
      { numRuns: 1000 },
    );
  });
});

const TICK = { symbol: '"A"', event_ts: '1700000000000000001', ltp: '1', vol: '1' };
const BAR = { symbol: '"A"', tf: '"1m"', ts: '60', o: '1', h: '1', l: '1', c: '1', vol: '1', n_trades: '1' };

describe('what JSON Schema cannot say', () => {
  it.each<[why: string, change: Texts]>([
    ['a volume has at most 15 significant digits', { vol: '12345678.12345678' }],
    ['a volume has at most 8 decimal places', { vol: '0.000000001' }],
    ['a volume that a double takes for 0 is not 0', { vol: '1e-400' }],
    ['event_ts is written without an exponent', { event_ts: '1.7e18' }],
    ['event_ts is written without a fraction', { event_ts: '1700000000000000001.0' }],
    ['event_ts below the lower bound may round up to it', { event_ts: '94694399999999999' }],
    ['an integer trade_id is written without a fraction', { trade_id: '1.0' }],
    ['an integer trade_id is written without an exponent', { trade_id: '1e3' }],
    ['an integer trade_id has at most 64 characters', { trade_id: '1'.repeat(65) }],
  ])('of ticks, where the decoder is stricter: %s', (_, change) => {
    const line = lineOf({ ...TICK, ...change });
    expect(isTick(parse(line))).toBe(true);
    expect(isTaken(decodeTick(line))).toBe(false);
    expect(isTaken(decodeTick(lineOf(TICK)))).toBe(true);
  });

  it.each<[why: string, change: Texts]>([
    ['ts is a multiple of tf', { ts: '61' }],
    ['a timeframe is at most 366 days', { tf: '"367d"', ts: '0' }],
    ['ts is written without an exponent', { ts: '6e1' }],
    ['n_trades is written without a fraction', { n_trades: '1.0' }],
    ['a volume has at most 8 decimal places', { vol: '0.000000001' }],
  ])('of bars, where the decoder is stricter: %s', (_, change) => {
    const line = lineOf({ ...BAR, ...change });
    expect(isBar(parse(line))).toBe(true);
    expect(isTaken(decodeBar(line))).toBe(false);
    expect(isTaken(decodeBar(lineOf(BAR)))).toBe(true);
  });

  it('of a mark is that it is written as a plain integer', () => {
    expect(isMark(parse('{"mark":1e9}'))).toBe(true);
    expect(isTaken(decodeBar('{"mark":1e9}'))).toBe(false);
  });

  // Here a double can only make the schema the stricter one: the last values below a bound round up to the bound.
  it('of upper bounds is what lies less than the spacing of doubles below them, where the schema is stricter', () => {
    const latest = lineOf({ ...TICK, event_ts: '4102444799999999999' });
    expect(isTick(parse(latest))).toBe(false);
    expect(isTaken(decodeTick(latest))).toBe(true);
    expect(isTick(parse(lineOf({ ...TICK, event_ts: '4102444799999999488' })))).toBe(true);
    const most = lineOf({ ...BAR, vol: '1701411834604692317316873037158.84105727' });
    expect(isBar(parse(most))).toBe(false);
    expect(isTaken(decodeBar(most))).toBe(true);
  });
});

describe('what is written', () => {
  it('as a tick is valid, where its volume and time are not at the edge of what a double tells apart', () => {
    fc.assert(
      fc.property(tickTexts, (texts) => {
        const tick = decodeTick(lineOf(texts));
        expect('reason' in tick).toBe(false);
        if (!('reason' in tick)) expect(isTick(parse(encodeTick(tick)))).toBe(true);
      }),
    );
  });

  it('as a bar is valid', () => {
    fc.assert(
      fc.property(barTexts, (texts) => {
        const bar = decodeBar(lineOf(texts));
        expect('symbol' in bar).toBe(true);
        if ('symbol' in bar) expect(isBar(parse(encodeBar(bar)))).toBe(true);
      }),
    );
    const vol = DecimalSum.fromE8(0n) ?? new DecimalSum();
    expect(isBar(parse(encodeBar({ symbol: 'A', tf_s: 1, ts: 0, o: -0, h: 1e-18, l: -1e-18, c: 0, vol, n_trades: 0 })))).toBe(
      true,
    );
  });

  it('as a mark is valid', () => {
    fc.assert(
      fc.property(fc.integer({ min: 94_694_400, max: 4_102_444_800 }), (mark_s) => {
        expect(isMark(parse(encodeMark(mark_s)))).toBe(true);
      }),
    );
  });

  it('as a reject record is valid, for every reason and any bytes', () => {
    const reasons = fc.constantFrom(
      ...([
        'line_too_long',
        'null_value',
        'invalid_utf8',
        'invalid_json',
        'invalid_csv',
        'not_an_object',
        'missing_field',
        'wrong_type',
      ] as const),
      ...(['out_of_bounds', 'timestamp_range', 'future_timestamp', 'mixed_tf', 'out_of_order', 'late'] as const),
    );
    const line = fc.record({ head: fc.uint8Array({ maxLength: 40 }), longer: fc.nat(), line: fc.integer({ min: 1 }) });
    const file = fc.option(fc.string(), { nil: undefined });
    fc.assert(
      fc.property(
        reasons,
        fc.constantFrom('', 'ltp', 'symbol'),
        line,
        file,
        (reason, detail, { head, longer, line: number }, path) => {
          const refused = {
            head: Buffer.from(head),
            size: head.length + longer,
            place: { line: number, ...(path === undefined ? {} : { file: path }) },
          };
          const record = parse(encodeReject('bars1s', { reason, detail }, refused));
          expect(isReject(record), JSON.stringify(isReject.errors)).toBe(true);
          expect(Object.keys(record as object).filter((key) => key.startsWith('raw'))).toHaveLength(1);
        },
      ),
    );
  });
});
