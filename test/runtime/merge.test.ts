import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merge } from '../../src/lib/runtime/merge.js';

/** An item that knows where it came from. */
interface Item {
  readonly key: number;
  readonly input: number;
  readonly place: number;
}

const byKey = (a: Item, b: Item): number => a.key - b.key;

async function* batchesOf<T>(batches: readonly (readonly T[])[], failure?: Error): AsyncGenerator<readonly T[]> {
  for (const batch of batches) yield await Promise.resolve(batch);
  if (failure !== undefined) throw failure;
}

async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}

/** Keys in batches as items that know their input. */
function itemsOf(inputs: readonly (readonly (readonly number[])[])[]): Item[][][] {
  return inputs.map((batches, input) => {
    let place = 0;
    return batches.map((batch) => batch.map((key) => ({ key, input, place: place++ })));
  });
}

async function merged(inputs: readonly (readonly (readonly Item[])[])[], batchItems: number): Promise<(readonly Item[])[]> {
  const sources = inputs.map((batches) => batchesOf(batches));
  return collect(merge(sources, byKey, batchItems));
}

/** The smallest first item of all inputs, the earlier input among equals, over and over. */
function modelOf(inputs: readonly (readonly (readonly Item[])[])[]): Item[] {
  const left = inputs.map((batches) => batches.flat());
  const result: Item[] = [];
  for (;;) {
    const [smallest] = left.flatMap((items) => items.slice(0, 1)).sort(byKey);
    if (smallest === undefined) return result;
    left[smallest.input]?.shift();
    result.push(smallest);
  }
}

const keys = fc.array(fc.array(fc.array(fc.nat({ max: 9 }), { maxLength: 5 }), { maxLength: 5 }), { maxLength: 6 });
const batchItems = fc.integer({ min: 1, max: 12 });

/** The same keys in batches of the same sizes, each input sorted. */
function sorted(batches: readonly (readonly number[])[]): number[][] {
  const all = batches.flat().sort((a, b) => a - b);
  return batches.map(({ length }) => all.splice(0, length));
}

describe('a merge', () => {
  it('of sorted inputs is their stable sort', async () => {
    await fc.assert(
      fc.asyncProperty(keys, batchItems, async (given, size) => {
        const inputs = itemsOf(given.map(sorted));
        expect((await merged(inputs, size)).flat()).toEqual(inputs.flat(2).sort(byKey));
      }),
    );
  });

  it('of any inputs always takes the smallest of their first items', async () => {
    await fc.assert(
      fc.asyncProperty(keys, batchItems, async (given, size) => {
        const inputs = itemsOf(given);
        expect((await merged(inputs, size)).flat()).toEqual(modelOf(inputs));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps each input in its own order, sorted or not, and loses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(keys, batchItems, async (given, size) => {
        const inputs = itemsOf(given);
        const result = (await merged(inputs, size)).flat();
        for (const [input, batches] of inputs.entries()) {
          expect(result.filter((item) => item.input === input)).toEqual(batches.flat());
        }
      }),
    );
  });

  it('hands out batches of the size that was asked for at most, and no empty ones', async () => {
    await fc.assert(
      fc.asyncProperty(keys, batchItems, async (given, size) => {
        for (const batch of await merged(itemsOf(given), size)) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(size);
        }
      }),
    );
  });

  it('fills its batches while no input has to be asked', async () => {
    const [left, right] = [
      Array.from({ length: 10 }, (_, index) => 2 * index),
      Array.from({ length: 10 }, (_, index) => 2 * index + 1),
    ];
    const batches = await merged(itemsOf([[left], [right]]), 6);
    expect(batches.map(({ length }) => length)).toEqual([6, 6, 6, 1, 1]);
  });

  it('of nothing is nothing', async () => {
    expect(await merged([], 5)).toEqual([]);
    expect(await merged([[], [[], []]], 5)).toEqual([]);
  });

  it('takes equal items in the order of the inputs', async () => {
    const result = await merged(itemsOf([[[5]], [[1, 5]], [[5], [5]]]), 10);
    expect(result.flat().map(({ key, input }) => `${key} of ${input}`)).toEqual([
      '1 of 1',
      '5 of 0',
      '5 of 1',
      '5 of 2',
      '5 of 2',
    ]);
  });
});

describe('a merge of an input that fails', () => {
  const failure = new Error('no more');

  it('hands out everything that was merged before it throws', async () => {
    const inputs = itemsOf([[[1, 4, 7]], [[2, 3], [5]], [[9]]]);
    const sources = inputs.map((batches, input) => batchesOf(batches, input === 1 ? failure : undefined));
    const seen: number[] = [];
    const reading = (async () => {
      for await (const batch of merge(sources, byKey, 100)) seen.push(...batch.map(({ key }) => key));
    })();
    await expect(reading).rejects.toBe(failure);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('hands out, for any inputs, what comes before the place where the failing one has to be asked', async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.array(fc.nat({ max: 9 }), { minLength: 1 }), batchItems, async (others, last, size) => {
        const inputs = itemsOf([...others, [last]]);
        const all = modelOf(inputs);
        const end = all.findLastIndex(({ input }) => input === others.length);
        const sources = inputs.map((batches, input) => batchesOf(batches, input === others.length ? failure : undefined));
        const seen: Item[] = [];
        const reading = (async () => {
          for await (const batch of merge(sources, byKey, size)) seen.push(...batch);
        })();
        await expect(reading).rejects.toBe(failure);
        expect(seen).toEqual(all.slice(0, end + 1));
      }),
    );
  });
});

describe('the memory of a merge', () => {
  it('is one batch of each input: the next is asked for when every item of the last has been handed out', async () => {
    await fc.assert(
      fc.asyncProperty(keys, batchItems, async (given, size) => {
        const inputs = itemsOf(given);
        const pulled = inputs.map(() => 0);
        const handedOut = inputs.map(() => 0);
        const sources = inputs.map(async function* (batches, input) {
          for (const batch of batches) {
            expect(pulled[input]).toBe(handedOut[input]);
            pulled[input] = (pulled[input] ?? 0) + batch.length;
            yield await Promise.resolve(batch);
          }
        });
        for await (const batch of merge(sources, byKey, size)) {
          for (const { input } of batch) handedOut[input] = (handedOut[input] ?? 0) + 1;
        }
        expect(handedOut).toEqual(inputs.map((batches) => batches.flat().length));
      }),
    );
  });

  it('is not filled again before the reader comes back', async () => {
    let pulls = 0;
    const source = async function* (): AsyncGenerator<readonly Item[]> {
      for (let place = 0; ; place++) {
        pulls++;
        yield await Promise.resolve([{ key: place, input: 0, place }]);
      }
    };
    const reader = merge([source()], byKey, 100);
    await reader.next();
    expect(pulls).toBe(1);
    await reader.next();
    expect(pulls).toBe(2);
  });
});
