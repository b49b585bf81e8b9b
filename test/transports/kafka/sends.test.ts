import { describe, expect, test } from 'vitest';
import { tooLarge } from '../../../src/lib/transports/kafka/send-limits.js';
import { inSends, type ProducedRecord } from '../../../src/lib/transports/kafka/sends.js';

const record = (topic: string, bytes: number): ProducedRecord => ({ topic, partition: 0, key: null, value: 'x'.repeat(bytes) });

/** How many records each piece has, and of which topics. */
function piecesOf(records: readonly ProducedRecord[], limits: Record<string, number>): Record<string, number>[] {
  return [...inSends(records, new Map(Object.entries(limits)))].map(({ topicMessages }) =>
    Object.fromEntries(topicMessages.map(({ topic, messages }) => [topic, messages.length])),
  );
}

describe('records are cut into pieces', () => {
  test('none where there are none, one where all fit', () => {
    expect(piecesOf([], {})).toEqual([]);
    expect(piecesOf([record('a', 100), record('b', 100), record('a', 100)], {})).toEqual([{ a: 2, b: 1 }]);
  });

  test('of which each topic takes its part', () => {
    const records = Array.from({ length: 5 }, () => [record('a', 300), record('b', 300)]).flat();
    expect(piecesOf(records, { a: 1000, b: 100_000 })).toEqual([
      { a: 2, b: 2 },
      { a: 2, b: 2 },
      { a: 1, b: 1 },
    ]);
  });

  test('in which a record that is larger than its topic takes is alone', () => {
    expect(piecesOf([record('a', 10), record('a', 3000), record('a', 10)], { a: 1000 })).toEqual([{ a: 1 }, { a: 1 }, { a: 1 }]);
  });

  test('that are not too large all together, whatever the topics take', () => {
    const records = Array.from({ length: 20 }, () => record('a', 100_000));
    expect(piecesOf(records, { a: 10_000_000 }).map(({ a }) => a)).toEqual([4, 4, 4, 4, 4]);
  });

  test('by their bytes, not by their characters', () => {
    const texts = Array.from({ length: 4 }, () => ({ ...record('a', 0), value: '€'.repeat(300) }));
    expect(piecesOf(texts, { a: 2000 })).toEqual([{ a: 1 }, { a: 1 }, { a: 1 }, { a: 1 }]);
  });
});

describe('what a topic has refused', () => {
  test('is named where a record is larger than it takes', () => {
    const bytes = new Map([
      ['a', 500],
      ['b', 5000],
    ]);
    const limits = new Map([
      ['a', 1000],
      ['b', 1000],
    ]);
    expect(tooLarge(bytes, limits)).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('b takes at most 1000 bytes at once (max.message.bytes), and a record has 5000') as string,
    });
  });

  test('is tried again where the topics have taken that much before', () => {
    expect(tooLarge(new Map([['a', 500]]), new Map([['a', 1000]]))).toMatchObject({ code: 'unavailable' });
  });

  test('is named where nobody may ask what it takes', () => {
    expect(tooLarge(new Map([['a', 500]]), new Map())).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('a takes fewer than 500 bytes at once') as string,
    });
  });
});
