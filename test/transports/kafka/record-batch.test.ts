import { createRecordsBatch, Reader, readRecordsBatches } from '@platformatic/kafka';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timesOf } from '../../../src/lib/transports/kafka/committed.js';
import type { InputRecord } from '../../../src/lib/runtime/task-processor.js';
import { RecordCursor, recordsIn, varint } from '../../../src/lib/transports/kafka/record.js';
import { batchesIn, batchOf, isAbort } from '../../../src/lib/transports/kafka/record-batch.js';
import { piecesOf, setsOf } from '../../../src/lib/transports/kafka/record-set.js';

const data = fc.option(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  { freq: 5 },
);
const headers = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ maxLength: 5 }), { maxKeys: 2 });
const record = fc.record({ key: data, value: data, headers });
const records = fc.array(record, { minLength: 1, maxLength: 200 });

const WRITER = { producerId: 77n, epoch: 3, sequence: 2 ** 31 - 5 };
const NOW_MS = 1_790_000_000_123;

const CONTROL = { producerId: 9n, firstOffset: 0n, attributes: 0x30, lastOffsetDelta: 0, firstTimestamp: 0n, maxTimestamp: 0n };

describe('record batches', () => {
  it('that are written here are read by another client', () => {
    fc.assert(
      fc.property(records, (list) => {
        const placed = list.map((one) => ({ topic: 't', partition: 0, ...one }));
        const [set, ...others] = setsOf(placed, () => 1_000_000);
        expect(others).toEqual([]);
        const bytes = batchOf(set?.bytes ?? Buffer.alloc(0), set?.count ?? 0, 0, NOW_MS, WRITER, (size) => Buffer.alloc(size));
        const [read, ...more] = readRecordsBatches(Reader.from(bytes));
        expect(more).toEqual([]);
        expect(read).toMatchObject({
          producerId: 77n,
          producerEpoch: 3,
          firstSequence: 2 ** 31 - 5,
          firstTimestamp: BigInt(NOW_MS),
        });
        expect(read?.lastOffsetDelta).toBe(list.length - 1);
        const texts = read?.records.map((one) => [
          one.offsetDelta,
          one.key,
          one.value,
          one.headers.map(([name, text]) => [String(name), String(text)]),
        ]);
        expect(texts).toEqual(list.map((one, at) => [at, one.key, one.value, Object.entries(one.headers)]));
      }),
    );
  });

  it('of another client are read here, each record with its offset and its time', () => {
    const timed = fc.record({ record, later_ms: fc.integer({ min: -1e6, max: 2 ** 31 - 1 }) });
    fc.assert(
      fc.property(fc.array(timed, { minLength: 1, maxLength: 50 }), fc.nat({ max: 60 }), (list, firstDelta) => {
        const messages = list.map((one, at) => ({
          topic: 't',
          key: one.record.key,
          value: one.record.value,
          headers: new Map(Object.entries(one.record.headers).map((entry) => [Buffer.from(entry[0]), Buffer.from(entry[1])])),
          timestamp: BigInt(NOW_MS + (at === 0 ? 0 : one.later_ms)),
        }));
        const batch = createRecordsBatch(messages as unknown as Parameters<typeof createRecordsBatch>[0], {}).buffer;
        // The last batch of a fetch may be cut.
        const [read, ...more] = batchesIn(Buffer.concat([batch, batch.subarray(0, batch.length - 1)]));
        expect(more).toEqual([]);
        if (read === undefined) throw new Error('no batch was read');
        const found = [...recordsIn([{ ...read, ...timesOf(read), firstOffset: 1000n, firstDelta }])];
        const wanted = messages.map(({ key, value, timestamp }, at) => ({
          key,
          value,
          offset: BigInt(1000 + at),
          timestamp_ms: Number(timestamp),
        }));
        expect(found.map(fieldsOf)).toEqual(wanted.slice(firstDelta));
      }),
    );
  });

  it('hold numbers of any size', () => {
    const texts = { 0: '00', '-1': '01', 1: '02', '-2': '03', 63: '7e', 64: '8001', 300: 'd804', '-2147483648': 'ffffffff0f' };
    for (const [value, hex] of Object.entries({ ...texts, 4294967296: '8080808020', 1099511627776: '808080808040' })) {
      expect(new RecordCursor(Buffer.from(hex, 'hex')).varint()).toBe(Number(value));
      if (Math.abs(Number(value)) < 2 ** 31) expect(Buffer.from(varint(Number(value))).toString('hex')).toBe(hex);
    }
  });

  it('that the broker has stamped have its time, whatever the producer wrote', () => {
    const header = { ...CONTROL, firstTimestamp: 5n, maxTimestamp: 9n };
    expect(timesOf({ ...header, attributes: 0 })).toEqual({ timestamp_ms: 5, hasDeltas: true });
    expect(timesOf({ ...header, attributes: 0x08 })).toEqual({ timestamp_ms: 9, hasDeltas: false });
  });

  it('of another format are refused', () => {
    const batch = batchOf(Buffer.alloc(0), 0, 0, NOW_MS, WRITER, (size) => Buffer.alloc(size));
    batch[16] = 1;
    expect(() => batchesIn(batch)).toThrow('a record batch has format 1, not 2');
  });

  it('say whether they end a transaction without effect', () => {
    for (const [type, expected] of [
      [0, true],
      [1, false],
    ] as const) {
      const key = Buffer.from([0, 0, 0, type]);
      const [set] = setsOf([{ topic: 't', partition: 0, key, value: Buffer.alloc(6) }], () => 1000);
      expect(isAbort({ ...CONTROL, compression: 0, count: 1, bytes: set?.bytes ?? Buffer.alloc(0) })).toBe(expected);
    }
  });
});

/** All that a record says. */
function fieldsOf({ key, value, offset, timestamp_ms }: InputRecord): InputRecord {
  return { key, value, offset, timestamp_ms };
}

describe('sets of records', () => {
  it('are cut to what a topic takes, in order, each counted from 0', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 200, max: 5000 }), (list, limit) => {
        const placed = list.map((one, at) => ({ topic: 't', partition: at % 2, ...one }));
        const cut = setsOf(placed, () => limit + 61);
        const whole = setsOf(placed, () => Infinity);
        for (const sets of [cut, whole.flatMap((set) => piecesOf(set, limit))]) {
          for (const set of sets) expect(set.count === 1 || set.bytes.length <= limit).toBe(true);
          for (const partition of [0, 1]) {
            const found = sets
              .filter((set) => set.partition === partition)
              .flatMap(({ bytes, count }) => {
                const read = [...recordsIn([{ bytes, firstOffset: 0n, timestamp_ms: 0, hasDeltas: true, firstDelta: 0 }])];
                expect(read.map(({ offset }) => Number(offset))).toEqual(Array.from({ length: count }, (_, at) => at));
                return read.map(({ key, value }) => ({ key, value }));
              });
            const own = placed.filter((one) => one.partition === partition);
            expect(found).toEqual(own.map(({ key, value }) => ({ key, value })));
          }
        }
      }),
    );
  });
});
