import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { LineSets } from '../../../src/lib/transports/kafka/line-sets.js';
import { recordsIn } from '../../../src/lib/transports/kafka/record.js';

const PARTITIONS = 7;

const partitionMetadata = Array.from({ length: PARTITIONS }, (_, partitionId) => ({
  partitionErrorCode: 0,
  partitionId,
  leader: 1,
  replicas: [1],
  isr: [1],
}));
const partitionOf = Partitioners.DefaultPartitioner();

const symbol = fc.string({ unit: fc.constantFrom('A', 'z', '0', ' ', '.', '&', 'ä', '"', '\\'), maxLength: 66 });
const tick = fc
  .tuple(symbol, fc.string({ maxLength: 200 }))
  .map(([name, rest]) => `{"symbol":"${name}"${rest.replaceAll('\n', '')}`);
const other = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('{"symbol":', '{"symbol":"', '', '{"symbol":5}'));
const line = fc.oneof({ weight: 5, arbitrary: tick }, { weight: 1, arbitrary: other }).map((text) => text.replaceAll('\n', ' '));

/** As it is said to be: the symbol, where the line begins with one of 1 to 64 bytes without a backslash. */
function keyOf(text: Buffer): Buffer | undefined {
  const key = /^\{"symbol":"([^"\\]{1,64})"/.exec(text.toString('latin1'))?.[1];
  return key === undefined ? undefined : Buffer.from(key, 'latin1');
}

function addAll(sets: LineSets, lines: readonly Buffer[]): void {
  const bytes = Buffer.concat(lines.flatMap((text) => [text, Buffer.from('\n')]));
  expect(sets.add(bytes)).toEqual({ count: lines.length, bytes: bytes.length });
}

/** Key and value of each record of each partition. */
function recordsOf(sets: LineSets): (readonly [Buffer | null, Buffer | null])[][] {
  const all = Array.from({ length: PARTITIONS }, (): (readonly [Buffer | null, Buffer | null])[] => []);
  for (const { topic, partition, bytes, count } of sets.sets()) {
    const batch = { bytes, firstOffset: 0n, firstDelta: 0, timestamp_ms: 0, hasDeltas: true };
    const records = [...recordsIn([batch])];
    expect(topic).toBe('ticks');
    expect(records.map(({ offset }) => Number(offset))).toEqual(records.map((_, at) => at));
    expect(records).toHaveLength(count);
    expect(count === 1 || bytes.length <= 500_000).toBe(true);
    all[partition]?.push(...records.map(({ key, value }) => [key && Buffer.from(key), value && Buffer.from(value)] as const));
  }
  return all;
}

describe('lines as records', () => {
  it('stand in the partition of their symbol, as another client would have it, in their order; again after a clear', () => {
    const sets = new LineSets('ticks', PARTITIONS, 40);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 50 }), (texts) => {
        const lines = texts.map((text) => Buffer.from(text));
        addAll(sets, lines);
        expect([sets.isEmpty, sets.isFull]).toEqual([lines.length === 0, lines.length >= 40]);
        const expected = Array.from({ length: PARTITIONS }, (): (readonly [Buffer | null, Buffer | null])[] => []);
        for (const text of lines) {
          const key = keyOf(text);
          const message = { key: key ?? null, value: text };
          const partition = key === undefined ? 0 : partitionOf({ topic: 'ticks', partitionMetadata, message });
          expected[partition]?.push([key ?? null, text]);
        }
        expect(recordsOf(sets)).toEqual(expected);
        sets.clear();
        expect(sets.sets()).toEqual([]);
      }),
    );
  });

  it('of a partition are cut into sets that a broker takes, of which a line that is longer has one of its own', () => {
    const sets = new LineSets('ticks', 1, Infinity);
    const lines = Array.from({ length: 20_000 }, (_, at) => Buffer.from(`{"symbol":"A","vol":${at}}${' '.repeat(60)}`));
    lines.splice(7000, 0, Buffer.from('x'.repeat(600_000)));
    addAll(sets, lines);
    expect(sets.sets().length).toBeGreaterThan(3);
    expect(recordsOf(sets)[0]?.map(([, value]) => String(value))).toEqual(lines.map(String));
  });

  it('are full of few long lines too', () => {
    const sets = new LineSets('ticks', 1, Infinity);
    const line = Buffer.from('x'.repeat(1_000_000));
    for (let count = 1; count <= 16; count++) {
      expect(sets.isFull).toBe(false);
      addAll(sets, [line]);
    }
    expect(sets.isFull).toBe(true);
    sets.clear();
    expect([sets.isEmpty, sets.isFull]).toEqual([true, false]);
  });
});
