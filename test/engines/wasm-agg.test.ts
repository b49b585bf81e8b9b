import { describe, expect, it } from 'vitest';
import { ODD_BAR_TEXTS } from '../support/bar-bytes.js';
import { makeAgg, type Result, run } from '../support/stages.js';

const START_S = 1_700_000_100;

function line(symbol: string, offset_s: number, texts: Readonly<Record<string, string>> = {}): string {
  const members = {
    ...{
      symbol: `"${symbol}"`,
      tf: '"1s"',
      ts: String(START_S + offset_s),
      o: '1',
      h: '2',
      l: '0.5',
      c: '1.5',
      vol: '1',
      n_trades: '1',
    },
    ...texts,
  };
  return `{${Object.entries(members)
    .map(([name, value]) => `"${name}":${value}`)
    .join(',')}}\n`;
}

/** What both engines give, which must be the same. */
function ofBoth(chunks: readonly string[], targets: readonly number[] = [60, 180]): Result {
  const [reference, wasm] = ['reference', 'wasm'].map((engine) => run(makeAgg(targets, { engine }), chunks)) as [Result, Result];
  expect(wasm.output === reference.output && wasm.rejects === reference.rejects).toBe(true);
  expect(wasm.counts).toEqual(reference.counts);
  return wasm;
}

describe('the kernel of agg', () => {
  it('takes every text of every field as the reference does', () => {
    const first = line('FIRST', 0);
    const fields = ['symbol', 'tf', 'ts', 'o', 'h', 'l', 'c', 'vol', 'n_trades'];
    const lines = fields.flatMap((field) => ODD_BAR_TEXTS.map((text, index) => line(`${field}${index}`, 0, { [field]: text })));
    const { counts } = ofBoth([first + lines.join('')]);
    expect(Math.min(counts.used, counts.rejected)).toBeGreaterThan(10);
    // Each alone behind another bar, too.
    for (const each of lines) ofBoth([first + each]);
  });

  it('sums volumes and trades up to what a bar may have, and refuses what is more', () => {
    const half = '850705917302346158658436518579.42052863';
    const sums = [
      line('A', 0, { vol: half }),
      line('A', 1, { vol: half }),
      line('A', 2, { vol: '0.00000001' }),
      line('A', 3, { vol: '0.00000001' }),
      line('B', 3, { n_trades: '9007199254740990' }),
      line('B', 4),
      line('B', 5),
    ];
    const { output, counts } = ofBoth([sums.join('')]);
    expect(output).toContain('"vol":1701411834604692317316873037158.84105727,');
    expect(output).toContain('"n_trades":9007199254740991}');
    expect(counts).toMatchObject({ used: 5, rejected: 2 });
  });

  it('keeps symbols in their order while ever new ones come', () => {
    const windows = Array.from({ length: 30 }, (_, window) =>
      Array.from({ length: 1000 }, (_, index) => line(`S${9_999_999 - window * 700 - index}`, window * 60)).join(''),
    );
    expect(ofBoth(windows).counts.used).toBe(30_000);
  });

  it('writes prices and counts of any size as the reference does', () => {
    const numbers = ['0', '7', '10', '99999999', '100000000', '4294967295', '4294967296', '123456789012', '999999999999999'];
    const prices = [
      '0.1',
      '0.000000001',
      '0.0000000001',
      '1.50',
      '42949672.95',
      '42949672.96',
      '0.000000000000001',
      '12345.6789',
    ];
    const more = ['1e-18', '1.2345678901234567e-18', '-123456.789', '999999999999.9999', '1.7976931348623157e-7'];
    const lines = [
      ...numbers.map((text, index) => line(`N${index}`, 0, { n_trades: text, vol: text })),
      ...[...prices, ...more].map((text, index) => line(`P${index}`, 0, { o: text, h: text, l: text, c: text })),
    ];
    expect(ofBoth(lines).counts.used).toBe(lines.length);
  });
});
