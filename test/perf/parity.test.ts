import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareRecords, type Parity } from '../../src/lib/perf/parity.js';
import { barText } from '../support/test-schema.js';

const folder = mkdtempSync(join(tmpdir(), 'qf-parity-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function parity(expected: readonly string[], actual: readonly string[]): Promise<Parity> {
  const paths = ['expected', 'actual'].map((name) => join(folder, name)) as [string, string];
  for (const [at, lines] of [expected, actual].entries())
    writeFileSync(paths[at] as string, lines.map((line) => `${line}\n`).join(''));
  return compareRecords(...paths);
}

const BARS = [barText('A', 1), barText('B', 1), barText('A', 2, { c: '2.5', vol: '0.1' })];

describe('bars are the same', () => {
  it('byte for byte', async () => {
    expect(await parity(BARS, BARS)).toEqual({ isEqual: true, expected: 3, missing: 0, extra: 0, different: 0, named: [] });
  });

  it('in any order, with marks between them, and however numbers are written', async () => {
    const others = [
      '{"mark":3}',
      '{"n_trades":4,"vol":0.10,"c":2.50,"l":1e0,"h":2,"o":1,"ts":2,"tf":"1s","symbol":"A"}',
      barText('B', 1),
      '',
      barText('A', 1, { vol: '3.50' }),
    ];
    expect(await parity(BARS, others)).toMatchObject({ isEqual: true, expected: 3 });
  });
});

describe('bars differ', () => {
  it.each([
    ['one is missing', BARS.slice(1), { missing: 1 }, 'missing: A 1s 1'],
    ['one is extra', [...BARS, barText('C', 1)], { extra: 1 }, 'extra: C 1s 1'],
    ['one is there twice', [...BARS, barText('A', 1)], { extra: 1 }, 'extra: A 1s 1'],
    [
      'a volume is another',
      [barText('A', 1, { vol: '3.500000001' }), ...BARS.slice(1)],
      { different: 1 },
      'different: A 1s 1: 1 2 1 2 3.500000001 4, not 1 2 1 2 3.5 4',
    ],
    ['a line is none', [...BARS, 'oops'], { extra: 1 }, 'extra: no JSON: oops'],
    ['a line is JSON, but no object', [...BARS, 'null'], { extra: 1 }, 'extra: no object: null'],
    ['there are none', [], { missing: 3 }, 'missing: A 1s 1'],
  ])('where %s', async (_, actual, counts, named) => {
    const found = await parity(BARS, actual);
    expect(found).toMatchObject({ isEqual: false, expected: 3, missing: 0, extra: 0, different: 0, ...counts });
    expect(found.named[0]).toBe(named);
  });
});

describe('ticks', () => {
  const TICKS = [tick('1700000000000000001', 5), tick('1700000000000000001', 6), tick('1700000000000000002', 5)];

  function tick(event_ts: string, vol: number): string {
    return `{"symbol":"A","event_ts":${event_ts},"ltp":1.5,"vol":${vol}}`;
  }

  it('are told apart by their time to the ns, and by which they are of those at one time', async () => {
    expect(await parity(TICKS, [tick('1700000000000000002', 5), ...TICKS.slice(0, 2)])).toMatchObject({
      isEqual: true,
      expected: 3,
    });
    const found = await parity(TICKS, [TICKS[0] ?? '', tick('1700000000000000003', 5), tick('1700000000000000002', 7)]);
    expect(found).toMatchObject({ missing: 1, extra: 1, different: 1 });
    expect(found.named).toEqual([
      'missing: A 1700000000000000001, 2',
      'extra: A 1700000000000000003, 1',
      'different: A 1700000000000000002, 1: 1.5 7, not 1.5 5',
    ]);
  });
});
