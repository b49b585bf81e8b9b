import type { InputRecord, RecordBatch, RecordSet } from '../../src/lib/runtime/task-processor.js';
import { recordsIn } from '../../src/lib/transports/kafka/record.js';
import { setsOf } from '../../src/lib/transports/kafka/record-set.js';

/** Records with successive offsets and the same time as one batch. Those before `firstDelta` were not asked for. */
export function batchOf(records: readonly InputRecord[], firstDelta = 0): RecordBatch {
  const placed = records.map(({ key, value }) => ({ topic: 't', partition: 0, key, value }));
  const [set, ...others] = setsOf(placed, () => Infinity);
  const [first] = records;
  if (set === undefined || first === undefined || others.length > 0) throw new Error('these records are not one batch');
  return { bytes: set.bytes, firstOffset: first.offset, timestamp_ms: first.timestamp_ms, hasDeltas: true, firstDelta };
}

/** What stands in sets of records: streams, keys and values. Throws where another writer would not have written them so: a mark has a header. */
export function textsIn(sets: readonly RecordSet[]): { readonly key: string | null; readonly value: string }[] {
  return sets.flatMap(({ stream, bytes, count }) => {
    const records = [...recordsIn([{ bytes, firstOffset: 0n, timestamp_ms: 0, hasDeltas: true, firstDelta: 0 }])];
    if (records.length !== count || records.some(({ offset }, at) => offset !== BigInt(at)))
      throw new Error('a set is miscounted');
    const mark = { headers: { 'qf-mark': '1' } };
    const placed = records.map(({ key, value }) => ({ topic: 't', partition: 0, key, value, ...(key === null && mark) }));
    if (setsOf(placed, () => Infinity)[0]?.bytes.equals(bytes) !== true) throw new Error('a set is written in another way');
    return records.map(({ key, value }) => ({ stream, key: key?.toString() ?? null, value: value?.toString() ?? '' }));
  });
}
