// The key of a line that is a tick as qf writes it, whose symbol stands first, and the partition for it.
import { BACKSLASH, QUOTE } from '../bytes';
import { stopIn } from '../words';

// {"symbol":"
const HEAD_WORD: u64 = 0x6c6f626d7973227b;
const HEAD_REST: u32 = 0x223a22;
const HEAD: usize = 11;
const MAX_KEY: usize = 64;

/** Of the line that `findKey` has looked at; a size of -1: it has none. */
export let keyAt: usize = 0;
export let keySize: i32 = -1;

/** Looks for the key of the line [at, end). */
export function findKey(at: usize, end: usize): void {
  keySize = -1;
  if (end - at < HEAD || load<u64>(at) !== HEAD_WORD || (load<u32>(at, 8) & 0xffffff) !== HEAD_REST) return;
  keyAt = at + HEAD;
  const limit = min(end, keyAt + MAX_KEY + 1);
  let stop = stopIn(keyAt);
  // A control character, or one that is not ASCII, belongs to the key: whoever reads the line says what it thinks of it.
  while (stop < limit && load<u8>(stop) !== QUOTE && load<u8>(stop) !== BACKSLASH) stop = stopIn(stop + 1);
  if (stop < limit && stop > keyAt && load<u8>(stop) === QUOTE) keySize = <i32>(stop - keyAt);
}

const M: u32 = 0x5bd1e995;
const SEED: u32 = 0x9747b28c;

/** The partition for a key, as every client of Kafka has it: murmur2 of Austin Appleby (https://github.com/aappleby/smhasher). */
export function partitionFor(at: usize, size: u32, partitions: u32): u32 {
  let hash = SEED ^ size;
  for (; size >= 4; size -= 4) {
    let word = load<u32>(at) * M;
    word ^= word >>> 24;
    hash = (hash * M) ^ (word * M);
    at += 4;
  }
  if (size !== 0) hash = (hash ^ (load<u32>(at) & ((1 << (size << 3)) - 1))) * M;
  hash = (hash ^ (hash >>> 13)) * M;
  hash ^= hash >>> 15;
  return (hash & 0x7fffffff) % partitions;
}
