import { describe, expect, test } from 'vitest';
import type { Bar } from '../../src/lib/core/model/model.js';
import { comparedBar, compareBars, type Deviation, firstOfEach, recomputedBars } from '../../src/lib/core/recon.js';
import { batchesOf, expectedOf } from '../support/recon.js';
import { bar } from '../support/records.js';

/** What is reported, as `reason symbol ts`. */
async function deviations(expected: readonly Bar[], found: readonly Bar[], openFrom_s = Infinity): Promise<string[]> {
  const reported: string[] = [];
  const note = async ({ reason, symbol, ts }: Deviation): Promise<void> => {
    reported.push(`${reason} ${symbol} ${ts}`);
    await Promise.resolve();
  };
  await compareBars(batchesOf(expected.map((one) => expectedOf(one, openFrom_s))), batchesOf(found.map(comparedBar)), note);
  return reported;
}

describe('compareBars', () => {
  test('finds what is missing, extra and different, by time and symbol', async () => {
    const expected = [bar('A', 1), bar('B', 1), bar('A', 2), bar('A', 3)];
    const found = [bar('A', 1), bar('C', 1), bar('A', 2, { vol: '2' }), bar('A', 3), bar('A', 4)];
    expect(await deviations(expected, found)).toEqual(['missing B 1', 'extra C 1', 'different A 2', 'extra A 4']);
  });

  test.each([
    ['a price that a double holds apart', { c: 0.1 + 0.2 }, { c: 0.3 }],
    ['the last digit of a volume', { vol: '999999999999999999.00000001' }, { vol: '999999999999999999.00000002' }],
    ['a number of trades', { n_trades: 2 ** 53 - 1 }, { n_trades: 2 ** 53 - 2 }],
  ])('sees %s', async (_, one, other) => {
    expect(await deviations([bar('A', 1, one)], [bar('A', 1, other)])).toEqual(['different A 1']);
  });

  test('counts keys, and takes empty sides and empty batches', async () => {
    const none = (): Promise<void> => Promise.resolve();
    const two = [bar('A', 1), bar('B', 1)].map((one) => expectedOf(one));
    expect(await compareBars(batchesOf([], 1), batchesOf([], 1), none)).toBe(0);
    expect(await compareBars(batchesOf(two), batchesOf([comparedBar(bar('C', 1))]), none)).toBe(3);
  });

  test('does not miss what is still open, but compares it where it is there', async () => {
    expect(await deviations([bar('A', 1), bar('B', 1)], [bar('A', 1, { c: 9 })], 1)).toEqual(['different A 1']);
    expect(await deviations([bar('B', 1)], [], 2)).toEqual(['missing B 1']);
  });
});

test('firstOfEach keeps the first of a key and reports every other one with its values', async () => {
  const reported: Deviation[] = [];
  const input = [bar('A', 1), bar('A', 1, { c: 7 }), bar('A', 1), bar('B', 1), bar('A', 2)];
  const kept: Bar[] = [];
  for await (const batch of firstOfEach(batchesOf(input, 2), (one) => Promise.resolve(void reported.push(one))))
    kept.push(...batch);
  expect(kept).toEqual([input[0], input[3], input[4]]);
  expect(reported.map(({ reason, symbol, ts, found }) => [reason, symbol, ts, found?.[3]])).toEqual([
    ['duplicate', 'A', 1, '7'],
    ['duplicate', 'A', 1, comparedBar(bar('A', 1)).values[3]],
  ]);
});

test('recomputedBars says which windows nothing has closed yet', async () => {
  const input = [bar('A', 0), bar('B', 59), bar('A', 61), bar('A', 130)];
  const windows: string[] = [];
  for await (const batch of recomputedBars(batchesOf(input, 2), 60, 120))
    windows.push(...batch.map(({ symbol, ts, isOpen }) => `${symbol} ${ts}${isOpen ? ' open' : ''}`));
  expect(windows).toEqual(['A 0', 'B 0', 'A 60', 'A 120 open']);
});
