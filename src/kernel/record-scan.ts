// One record of a Kafka batch (https://kafka.apache.org/documentation/#record).
import { readVarint, varintEnd } from './varint';

// What the last record said. A size of -1: it has none.
export let recordEnd: usize = 0;
export let timestampDelta: i64 = 0;
export let offsetDelta: i32 = 0;
export let keyAt: usize = 0;
export let keySize: i32 = 0;
export let valueAt: usize = 0;
export let valueSize: i32 = 0;

/** Reads the record at `at`; false where it does not end before `end`, or its parts do not end before its own. Headers are passed. */
export function scanRecord(at: usize, end: usize): bool {
  const size = readVarint(at);
  if (size < 0 || size > <i64>(end - varintEnd)) return false;
  recordEnd = varintEnd + <usize>size;
  timestampDelta = readVarint(varintEnd + 1);
  offsetDelta = <i32>readVarint(varintEnd);
  keySize = <i32>readVarint(varintEnd);
  keyAt = varintEnd;
  if (keyAt > recordEnd || (keySize > 0 && <usize>keySize > recordEnd - keyAt)) return false;
  valueSize = <i32>readVarint(keyAt + <usize>max(keySize, 0));
  valueAt = varintEnd;
  return valueAt <= recordEnd && (valueSize <= 0 || <usize>valueSize <= recordEnd - valueAt);
}
