// What is kept of each symbol.

// Hash, size, bucket of a state, rank, newest open bar, text.
const HASH: usize = 0;
const SIZE: usize = 4;
const BUCKET: usize = 6;
const RANK: usize = 8;
const NEWEST: usize = 12;
const TEXT: usize = 16;
/** Bytes of it all. */
export const SYMBOL: usize = 80;

export const MAX_SIZE: usize = SYMBOL - TEXT;

export function hashIn(symbol: usize): u32 {
  return load<u32>(symbol, HASH);
}

export function setHash(symbol: usize, hash: u32): void {
  store<u32>(symbol, hash, HASH);
}

export function sizeOf(symbol: usize): usize {
  return load<u16>(symbol, SIZE);
}

/** Which part of a window's state it belongs to, as in the core. */
export function bucketOf(symbol: usize): u32 {
  return load<u16>(symbol, BUCKET);
}

/** Its place in the order of the texts, as it was when that was last asked for. */
export function rankOf(symbol: usize): u32 {
  return load<u32>(symbol, RANK);
}

export function setRank(symbol: usize, rank: u32): void {
  store<u32>(symbol, rank, RANK);
}

export function newestOf(symbol: usize): usize {
  return load<u32>(symbol, NEWEST);
}

export function setNewest(symbol: usize, bar: usize): void {
  store<u32>(symbol, <u32>bar, NEWEST);
}

export function textOf(symbol: usize): usize {
  return symbol + TEXT;
}

/** Another one, without an open bar, whose hash is known. */
export function write(symbol: usize, hash: u32, at: usize, size: usize): void {
  setHash(symbol, hash);
  store<u16>(symbol, <u16>size, SIZE);
  store<u16>(symbol, bucketFor(at, size), BUCKET);
  setNewest(symbol, 0);
  memory.copy(symbol + TEXT, at, size);
}

export function isBefore(one: usize, other: usize): bool {
  const order = memory.compare(one + TEXT, other + TEXT, min(sizeOf(one), sizeOf(other)));
  return order < 0 || (order === 0 && sizeOf(one) < sizeOf(other));
}

function bucketFor(at: usize, size: usize): u16 {
  let hash: u32 = 0;
  for (let end = at + size; at < end; at++) hash = hash * 31 + load<u8>(at);
  return <u16>((hash ^ (hash >>> 15)) & 63);
}
