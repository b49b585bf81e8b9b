import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tick } from '../../src/lib/core/model/model.js';
import { encodeTick, TickDecoder } from '../../src/lib/engines/reference/tick-codec.js';
import { decodeTick, lineOf, refusalText } from '../support/decoding.js';
import { eventTime_ns, price, symbol, tickVolume_e8 } from '../support/record-texts.js';

const GOOD = { symbol: '"A"', event_ts: '1700000000000000001', ltp: '10.5', vol: '3', trade_id: '"x"', side: '"buy"' };

/** What becomes of a good tick with these values instead: `taken`, or the refusal. */
function judge(changes: Readonly<Record<string, string | undefined>>): string {
  return refusalText(decodeTick(lineOf({ ...GOOD, ...changes })));
}

function taken(changes: Readonly<Record<string, string | undefined>>): Tick {
  const result = decodeTick(lineOf({ ...GOOD, ...changes }));
  if ('reason' in result) throw new Error(refusalText(result));
  return result;
}

describe('a tick', () => {
  it('is read with all its fields', () => {
    expect(taken({})).toEqual({
      symbol: 'A',
      event_s: 1_700_000_000,
      event_ns: 1,
      ltp: 10.5,
      vol_units: 3,
      vol_e8: 0,
      trade_id: 'x',
      side: 'buy',
    });
  });

  it('needs neither trade_id nor side, and both may be null', () => {
    expect(taken({ trade_id: undefined, side: undefined })).toMatchObject({ trade_id: undefined, side: undefined });
    expect(taken({ trade_id: 'null', side: 'null' })).toMatchObject({ trade_id: undefined, side: undefined });
  });

  it('does not take over what the tick before had', () => {
    const decoder = new TickDecoder();
    for (const line of [lineOf(GOOD), lineOf({ ...GOOD, trade_id: undefined, side: undefined })]) {
      expect(decoder.decode(Buffer.from(line), 0, line.length)).toBeUndefined();
    }
    expect(decoder.record).toMatchObject({ trade_id: undefined, side: undefined });
  });

  it('is the same with fields in another order, unknown fields, spaces and escapes', () => {
    const line =
      ' { "x" : [ { "ltp" : 1 } ] , "side":"\\u0062uy", "vol":3.000, "l\\u0074p":105e-1,"trade_id":"\\u0078","event_ts":1700000000000000001,"symbol":"\\u0041"}';
    expect(decodeTick(line)).toEqual(taken({}));
  });

  it('has the last value of a repeated key', () => {
    expect(decodeTick(`${lineOf(GOOD).slice(0, -1)},"ltp":7}`)).toEqual(taken({ ltp: '7' }));
    expect(refusalText(decodeTick(`${lineOf(GOOD).slice(0, -1)},"ltp":null}`))).toBe('wrong_type ltp');
  });

  it('may carry a nested value of depth 10,000 in an unknown field', () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    expect(decodeTick(`{"x":${deep},${lineOf(GOOD).slice(1)}`)).toEqual(taken({}));
  });
});

describe('refusals', () => {
  it.each([
    ['"A"', 'not_an_object'],
    ['[]', 'not_an_object'],
    ['null', 'not_an_object'],
    ['{"symbol":"A"', 'invalid_json'],
    ['{"symbol":"A",}', 'invalid_json'],
    ['\uFEFF{}', 'invalid_json'],
  ])('say of %s: %s', (line, refusal) => {
    expect(refusalText(decodeTick(line))).toBe(refusal);
  });

  it('say invalid_utf8 of bytes that are not UTF-8', () => {
    const line = Buffer.from(lineOf({ ...GOOD, symbol: '"A~"' }));
    line[line.indexOf('~')] = 0xff;
    expect(refusalText(decodeTick(line))).toBe('invalid_utf8');
  });

  const wrong: Record<string, { type: string[]; bounds: string[] }> = {
    symbol: {
      type: ['1', 'null', '["A"]', 'true'],
      bounds: ['""', '"_A"', '" A"', '"A\\n"', '"É"', '"A,B"', `"${'A'.repeat(65)}"`],
    },
    event_ts: { type: ['"1700000000000000001"', 'null', '1.7e18', '1700000000000000001.0', '{}'], bounds: [] },
    ltp: {
      type: ['"10"', 'null', 'false', '[]'],
      bounds: ['1e12', '-1e12', '9e-19', '-9e-19', '1e999', '999999999999.99999999'],
    },
    vol: {
      type: ['"3"', 'null', 'true'],
      bounds: ['-1', '-0.00000001', '1e15', '0.000000001', '1234567890.1234567', '1e-400', '1e999'],
    },
    trade_id: { type: ['1.5', '1.0', '1e3', 'true', '{}', '[]'], bounds: [`"${'x'.repeat(65)}"`, '1'.repeat(65)] },
    side: { type: ['1', 'true', '["buy"]'], bounds: ['"BUY"', '""', '"hold"'] },
  };

  const cases = Object.entries(wrong).flatMap(([field, { type, bounds }]) => [
    ...type.map((text) => [field, text, 'wrong_type'] as const),
    ...bounds.map((text) => [field, text, 'out_of_bounds'] as const),
  ]);
  it.each(cases)('say of %s %s: %s', (field, text, reason) => {
    expect(judge({ [field]: text })).toBe(`${reason} ${field}`);
  });

  it.each(['symbol', 'event_ts', 'ltp', 'vol'])('say that %s is missing', (field) => {
    expect(judge({ [field]: undefined })).toBe(`missing_field ${field}`);
  });

  it('name the first field that is wrong, in the order of the contract, whatever is wrong with it', () => {
    const names = Object.keys(GOOD);
    const bad = names.flatMap((name) => {
      const { type = [], bounds = [] } = wrong[name] ?? {};
      const isRequired = name !== 'trade_id' && name !== 'side';
      return [type[0], bounds[0], ...(isRequired ? [undefined] : [])].map((text) => ({ name, text }));
    });
    for (const first of bad.filter(({ name, text }) => name !== 'event_ts' || text !== wrong['event_ts']?.bounds[0])) {
      for (const second of bad.filter(({ name }) => names.indexOf(name) > names.indexOf(first.name))) {
        const alone = judge({ [first.name]: first.text });
        expect(alone).toContain(first.name);
        expect(judge({ [first.name]: first.text, [second.name]: second.text })).toBe(alone);
      }
    }
  });

  it('look at the range of the time behind all other fields', () => {
    expect(judge({ event_ts: '1' })).toBe('timestamp_range event_ts');
    expect(judge({ event_ts: '1', side: '"hold"' })).toBe('out_of_bounds side');
    expect(judge({ event_ts: '1', vol: undefined })).toBe('missing_field vol');
    expect(judge({ event_ts: '"1"', ltp: 'null' })).toBe('wrong_type event_ts');
  });
});

describe('bounds', () => {
  it.each([
    ['event_ts', '94694400000000000', 'taken'],
    ['event_ts', '94694399999999999', 'timestamp_range event_ts'],
    ['event_ts', '99999999999999999', 'taken'],
    ['event_ts', '100000000000000000', 'taken'],
    ['event_ts', '999999999999999999', 'taken'],
    ['event_ts', '1000000000000000000', 'taken'],
    ['event_ts', '4102444799999999999', 'taken'],
    ['event_ts', '4102444800000000000', 'timestamp_range event_ts'],
    ['event_ts', '1700000000000', 'timestamp_range event_ts'],
    ['event_ts', '17000000000000000010', 'timestamp_range event_ts'],
    ['event_ts', '-1700000000000000001', 'timestamp_range event_ts'],
    ['event_ts', '0', 'timestamp_range event_ts'],
    ['symbol', `"${'A'.repeat(64)}"`, 'taken'],
    ['symbol', '"0 ._:/&-"', 'taken'],
    ['ltp', '999999999999.999', 'taken'],
    ['ltp', '-999999999999.999', 'taken'],
    ['ltp', '1e-18', 'taken'],
    ['ltp', '-1e-18', 'taken'],
    ['ltp', '0', 'taken'],
    ['ltp', '-0.0', 'taken'],
    ['vol', '0', 'taken'],
    ['vol', '-0', 'taken'],
    ['vol', '999999999999999', 'taken'],
    ['vol', '0.00000001', 'taken'],
    ['vol', '1234567.12345678', 'taken'],
    ['vol', '12345678.12345678', 'out_of_bounds vol'],
    ['vol', '1000000000000000', 'out_of_bounds vol'],
    ['vol', '123456789.00000000', 'taken'],
    ['vol', '1.500000000000000000000000', 'taken'],
    ['vol', '1e14', 'taken'],
    ['vol', '1e-8', 'taken'],
    ['vol', '1e-9', 'out_of_bounds vol'],
    ['trade_id', `"${'x'.repeat(64)}"`, 'taken'],
    ['trade_id', `"${'😀'.repeat(64)}"`, 'taken'],
    ['trade_id', `"${'😀'.repeat(65)}"`, 'out_of_bounds trade_id'],
    ['trade_id', '9'.repeat(64), 'taken'],
    ['trade_id', '""', 'taken'],
    ['side', '"sell"', 'taken'],
  ])('of %s put %s on the side: %s', (field, text, result) => {
    expect(judge({ [field]: text })).toBe(result);
  });
});

describe('event_ts', () => {
  it('keeps all 19 digits', () => {
    fc.assert(
      fc.property(eventTime_ns, (ns) => {
        const { event_s, event_ns } = taken({ event_ts: String(ns) });
        expect(BigInt(event_s) * 1_000_000_000n + BigInt(event_ns)).toBe(ns);
      }),
    );
  });

  it('stays in its second where a double would round it into the next', () => {
    expect(Number('1699999999999999999')).toBe(1.7e18);
    expect(taken({ event_ts: '1699999999999999999' })).toMatchObject({ event_s: 1_699_999_999, event_ns: 999_999_999 });
  });
});

describe('trade_id', () => {
  it('is the same id as a number and as a string', () => {
    expect(taken({ trade_id: '5' }).trade_id).toBe('5');
    expect(taken({ trade_id: '"5"' }).trade_id).toBe('5');
    expect(taken({ trade_id: '9007199254740993' }).trade_id).toBe('9007199254740993');
  });
});

describe('ltp', () => {
  it('is never -0', () => {
    for (const text of ['-0', '-0.0', '-0e5', '-1e-999']) expect(Object.is(taken({ ltp: text }).ltp, 0), text).toBe(true);
  });
});

describe('encodeTick', () => {
  it('writes the fields in the order of the contract, in plain notation', () => {
    expect(encodeTick(taken({ ltp: '-6.38e-6', vol: '0.10', trade_id: '5' }))).toBe(
      '{"symbol":"A","event_ts":1700000000000000001,"ltp":-0.00000638,"vol":0.1,"trade_id":"5","side":"buy"}\n',
    );
    expect(encodeTick(taken({ trade_id: undefined, side: undefined }))).toBe(
      '{"symbol":"A","event_ts":1700000000000000001,"ltp":10.5,"vol":3}\n',
    );
  });

  it('writes what the decoder reads as the same tick', () => {
    const ticks = fc.record({
      symbol,
      ns: eventTime_ns,
      ltp: price,
      vol_e8: tickVolume_e8,
      trade_id: fc.option(fc.string({ unit: 'binary', maxLength: 64 }), { nil: undefined }),
      side: fc.constantFrom('buy' as const, 'sell' as const, undefined),
    });
    fc.assert(
      fc.property(ticks, ({ ns, vol_e8, ...rest }) => {
        const tick: Tick = {
          ...rest,
          ltp: rest.ltp + 0,
          event_s: Number(ns / 1_000_000_000n),
          event_ns: Number(ns % 1_000_000_000n),
          vol_units: Number(vol_e8 / 100_000_000n),
          vol_e8: Number(vol_e8 % 100_000_000n),
        };
        const line = encodeTick(tick);
        expect(line.endsWith('}\n')).toBe(true);
        expect(decodeTick(line.trimEnd())).toEqual(tick);
      }),
      { numRuns: 500 },
    );
  });
});
