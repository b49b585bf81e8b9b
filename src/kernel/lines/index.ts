// The entry: lines in, the records of Kafka batches out, each for the partition of its symbol.
import { lineEndIn } from '../words';
import { findKey, keyAt, keySize, partitionFor } from './key';
import { addRecord, clearSets, partitionCount } from './sets';

export { inputFor } from '../input';
export { countOf, firstSet, nextSet, recordsAt, setPartitions, sizeOf } from './sets';

/** Records that there are, and the bytes of their lines. */
export let count: u32 = 0;
export let size: usize = 0;

/**
 * Adds the lines [from, end), the last of which may lack its line break, up to `maxCount` records or `maxSize` bytes in all; gives where it
 * stopped. What is no tick goes to the first partition.
 */
export function add(from: usize, end: usize, maxCount: u32, maxSize: usize): usize {
  let at = from;
  while (at < end && count < maxCount && size < maxSize) {
    const lineEnd = lineEndIn(at, end);
    findKey(at, lineEnd);
    const partition = keySize < 0 ? 0 : partitionFor(keyAt, <u32>keySize, partitionCount);
    addRecord(partition, keyAt, keySize, at, <i32>(lineEnd - at));
    count++;
    size += lineEnd - at;
    at = min(lineEnd + 1, end);
  }
  return at;
}

export function clear(): void {
  clearSets();
  count = 0;
  size = 0;
}
