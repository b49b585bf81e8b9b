import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalSum } from '../../src/lib/core/model/decimal.js';
import type { Bar } from '../../src/lib/core/model/model.js';
import { encodeBar, encodeMark } from '../../src/lib/engines/reference/bar-codec.js';
import { decodeBar, lineOf, refusalText } from '../support/decoding.js';
import { barVolume_e8, price, symbol } from '../support/record-texts.js';
import { barText } from '../support/records.js';

const GOOD = {
  symbol: '"A"',
  tf: '"1m"',
  ts: '1700000040',
  o: '1',
  h: '4',
  l: '0.5',
  c: '2',
  vol: '3.5',
  n_trades: '7',
};

const VOL_LIMIT = '1701411834604692317316873037158.84105728';

/** What becomes of a good bar with these values instead: `taken`, or the refusal. */
function judge(changes: Readonly<Record<string, string | undefined>>): string {
  return refusalText(decodeBar(lineOf({ ...GOOD, ...changes })));
}

function taken(changes: Readonly<Record<string, string | undefined>>): Bar {
  const result = decodeBar(lineOf({ ...GOOD, ...changes }));
  if (!('symbol' in result)) throw new Error(refusalText(result));
  return result;
}

describe('a bar', () => {
  it('is read with all its fields', () => {
    expect(barText(taken({}))).toBe('A 1m 1700000040: 1 4 0.5 2 vol 3.5 n 7');
  });

  it('may name its timeframe in another unit', () => {
    expect(taken({ tf: '"60s"' }).tf_s).toBe(60);
  });

  it('is the same with fields in another order, unknown fields, spaces and escapes', () => {
    const line = `{"n_trades":7, "\\u0063":2,"l":0.5,"h":4,"o":1,"vol":3.5,"ts":1700000040,"tf":"1\\u006d","symbol":"A","mark":1,"x":{}}`;
    expect(decodeBar(line)).toEqual(taken({}));
  });

  it('has the last value of a repeated key', () => {
    expect(decodeBar(`${lineOf(GOOD).slice(0, -1)},"c":7}`)).toEqual(taken({ c: '7' }));
  });
});

describe('refusals', () => {
  const wrong: Record<string, { type: string[]; bounds: string[] }> = {
    symbol: { type: ['1', 'null', '[]'], bounds: ['""', '"_"', `"${'A'.repeat(65)}"`] },
    tf: { type: ['60', 'null', '{}'], bounds: ['""', '"0s"', '"1.5m"', '"1w"', '"367d"', '"01m"'] },
    ts: { type: ['"0"', 'null', '6e1', '60.0'], bounds: ['1700000041'] },
    o: { type: ['"1"', 'null'], bounds: ['1e12', '9e-19'] },
    h: { type: ['"1"', 'true'], bounds: ['-1e12', '-9e-19'] },
    l: { type: ['[]', 'null'], bounds: ['1e999'] },
    c: { type: ['{}', 'false'], bounds: ['1e12'] },
    vol: { type: ['"1"', 'null'], bounds: ['-1', '0.000000001', VOL_LIMIT, '1e31', '1e999', '-1e-8'] },
    n_trades: {
      type: ['"1"', 'null', '1.0', '1e3', '1.5'],
      bounds: ['-1', '9007199254740992', '9007199254740993', '1'.repeat(400)],
    },
  };
  const names = Object.keys(GOOD);

  const cases = Object.entries(wrong).flatMap(([field, { type, bounds }]) => [
    ...type.map((text) => [field, text, 'wrong_type'] as const),
    ...bounds.map((text) => [field, text, 'out_of_bounds'] as const),
  ]);
  it.each(cases)('say of %s %s: %s', (field, text, reason) => {
    expect(judge({ [field]: text })).toBe(`${reason} ${field}`);
  });

  it.each(names)('say that %s is missing', (field) => {
    expect(judge({ [field]: undefined })).toBe(`missing_field ${field}`);
  });

  it('name the first field that is wrong, in the order of the contract, whatever is wrong with it', () => {
    const bad = names.flatMap((name) =>
      [wrong[name]?.type[0], wrong[name]?.bounds[0], undefined].map((text) => ({ name, text })),
    );
    for (const first of bad) {
      for (const second of bad.filter(({ name }) => names.indexOf(name) > names.indexOf(first.name))) {
        const alone = judge({ [first.name]: first.text });
        expect(alone).toContain(first.name);
        expect(judge({ [first.name]: first.text, [second.name]: second.text })).toBe(alone);
      }
    }
  });

  it('look at the range of the time behind all other fields', () => {
    expect(judge({ ts: '4102444800' })).toBe('timestamp_range ts');
    expect(judge({ ts: '-60' })).toBe('timestamp_range ts');
    expect(judge({ ts: '-60', n_trades: '-1' })).toBe('out_of_bounds n_trades');
  });
});

describe('bounds', () => {
  it.each([
    ['ts', '0', 'taken'],
    ['ts', '-60', 'timestamp_range ts'],
    ['ts', '4102444740', 'taken'],
    ['ts', '4102444800', 'timestamp_range ts'],
    ['ts', '1'.repeat(400), 'timestamp_range ts'],
    ['tf', '"1s"', 'taken'],
    ['n_trades', '0', 'taken'],
    ['n_trades', '9007199254740991', 'taken'],
    ['vol', '0', 'taken'],
    ['vol', '-0.0', 'taken'],
    ['vol', '1701411834604692317316873037158.84105727', 'taken'],
    ['vol', '1701411834604692317316873037158.8410572700', 'taken'],
    ['vol', '1.70141183460469231731687303715884105727e30', 'taken'],
    ['vol', '0.00000001', 'taken'],
    ['o', '999999999999.999', 'taken'],
    ['h', '0', 'taken'],
    ['l', '-1e-18', 'taken'],
    ['c', '1e-18', 'taken'],
  ])('of %s put %s on the side: %s', (field, text, result) => {
    expect(judge({ [field]: text })).toBe(result);
  });

  it('of a timeframe end at 366 days', () => {
    expect(judge({ tf: '"366d"', ts: '0' })).toBe('taken');
    expect(judge({ tf: '"31622400s"', ts: '0' })).toBe('taken');
    expect(judge({ tf: '"31622401s"', ts: '0' })).toBe('out_of_bounds tf');
  });
});

describe('a mark', () => {
  it('is an object with mark and without symbol', () => {
    expect(decodeBar('{"mark":1700000000}')).toEqual({ mark_s: 1_700_000_000 });
    expect(decodeBar('{"x":1,"mark":1700000000,"tf":"1s"}')).toEqual({ mark_s: 1_700_000_000 });
    expect(refusalText(decodeBar('{"mark":1700000000,"symbol":"A"}'))).toBe('missing_field tf');
  });

  it.each([
    ['0', 'taken'],
    ['-1', 'out_of_bounds mark'],
    ['4102444800', 'taken'],
    ['4102444801', 'out_of_bounds mark'],
    ['"94694400"', 'wrong_type mark'],
    ['1e9', 'wrong_type mark'],
    ['1000000000.0', 'wrong_type mark'],
    ['null', 'wrong_type mark'],
  ])('with %s is %s', (text, result) => {
    expect(refusalText(decodeBar(`{"mark":${text}}`))).toBe(result);
  });

  it('is written as it is read', () => {
    expect(encodeMark(1_700_000_000)).toBe('{"mark":1700000000}\n');
    expect(decodeBar(encodeMark(1_700_000_000).trimEnd())).toEqual({ mark_s: 1_700_000_000 });
  });
});

describe('encodeBar', () => {
  it('writes the fields in the order of the contract, in plain notation', () => {
    expect(encodeBar(taken({ o: '-6.38e-6', vol: '1e20', tf: '"60s"' }))).toBe(
      '{"symbol":"A","tf":"1m","ts":1700000040,"o":-0.00000638,"h":4,"l":0.5,"c":2,"vol":100000000000000000000,"n_trades":7}\n',
    );
  });

  it('writes what the decoder reads as the same bar', () => {
    const bars = fc.record({
      symbol,
      tf_s: fc.constantFrom(1, 59, 60, 900, 86_400),
      number: fc.nat({ max: 4_102_444_799 }),
      o: price,
      h: price,
      l: price,
      c: price,
      vol_e8: barVolume_e8,
      n_trades: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    });
    fc.assert(
      fc.property(bars, ({ number, vol_e8, ...rest }) => {
        const vol = DecimalSum.fromE8(vol_e8) ?? new DecimalSum();
        const bar: Bar = { ...rest, ts: Math.floor(number / rest.tf_s) * rest.tf_s, vol };
        const line = encodeBar(bar);
        expect(line.endsWith('}\n')).toBe(true);
        const read = decodeBar(line.trimEnd()) as Bar;
        expect(barText(read)).toBe(barText(bar));
        expect(read.vol.toE8()).toBe(vol_e8);
      }),
      { numRuns: 500 },
    );
  });
});
