// Symbols as small numbers, and their order.
import { take } from './memory';
import { areSame, hashOf } from './words';

/** Bytes of an entry: hash, size, bucket of a state, rank, newest open bar, text. */
const HASH: usize = 0;
const SIZE: usize = 4;
const BUCKET: usize = 6;
const RANK: usize = 8;
const NEWEST: usize = 12;
const TEXT: usize = 16;
const ENTRY: usize = 80;

/** Slots of the table of symbols; a power of two. When it is three quarters full, symbols without an open bar have to go. */
let slots: u32 = 1 << 12;
let table: usize = take((<usize>slots) << 2);
/** Entries by their rank, which is the order of their texts. */
let ranks: usize = take((<usize>slots) << 2);
let count: u32 = 0;
/** Entries that may be used again, linked by their hash. */
let free: usize = 0;

/** The entry of the symbol [at, at + size); 0 where it is none. */
export function symbolOf(at: usize, size: usize): usize {
  const hash = hashOf(0, at, size);
  let slot = hash & (slots - 1);
  while (true) {
    const entry = <usize>load<u32>(table + ((<usize>slot) << 2));
    if (entry === 0) break;
    if (load<u32>(entry, HASH) === hash && load<u16>(entry, SIZE) === <u16>size && areSame(entry + TEXT, at, size)) return entry;
    slot = (slot + 1) & (slots - 1);
  }
  return isSymbol(at, size) ? added(hash, at, size) : 0;
}

export function newestOf(symbol: usize): usize {
  return load<u32>(symbol, NEWEST);
}

export function setNewest(symbol: usize, bar: usize): void {
  store<u32>(symbol, <u32>bar, NEWEST);
}

export function rankOf(symbol: usize): u32 {
  return load<u32>(symbol, RANK);
}

/** The symbol of a rank. */
export function ranked(rank: u32): usize {
  return load<u32>(ranks + ((<usize>rank) << 2));
}

export function symbolCount(): u32 {
  return count;
}

export function textOf(symbol: usize): usize {
  return symbol + TEXT;
}

export function sizeOf(symbol: usize): usize {
  return load<u16>(symbol, SIZE);
}

/** Which part of a window's state it belongs to, as in the core. */
export function bucketOf(symbol: usize): u32 {
  return load<u16>(symbol, BUCKET);
}

/** Letters and digits; behind the first one also blanks and `._:/&-`. */
function isSymbol(at: usize, size: usize): bool {
  if (size === 0 || size > ENTRY - TEXT) return false;
  for (let i: usize = 0; i < size; i++) {
    const byte: u32 = load<u8>(at + i);
    const letter = byte | 0x20;
    if (byte - 0x30 < 10 || letter - 0x61 < 26) continue;
    if (i === 0) return false;
    // Blank, ampersand, minus, dot and slash, colon, underscore.
    if (byte !== 0x20 && byte !== 0x26 && byte !== 0x2d && byte - 0x2e > 1 && byte !== 0x3a && byte !== 0x5f) return false;
  }
  return true;
}

function added(hash: u32, at: usize, size: usize): usize {
  if (count >= slots - (slots >>> 2)) {
    sweep();
    if (count >= slots >>> 1) grow();
  }
  let entry = free;
  if (entry === 0) entry = take(ENTRY);
  else free = load<u32>(entry, HASH);
  store<u32>(entry, hash, HASH);
  store<u16>(entry, <u16>size, SIZE);
  store<u16>(entry, bucketFor(at, size), BUCKET);
  setNewest(entry, 0);
  memory.copy(entry + TEXT, at, size);
  place(entry, hash);
  const rank = rankFor(entry);
  const from = ranks + ((<usize>rank) << 2);
  memory.copy(from + 4, from, (<usize>(count - rank)) << 2);
  store<u32>(from, <u32>entry);
  count++;
  for (let other = rank; other < count; other++) store<u32>(ranked(other), other, RANK);
  return entry;
}

function bucketFor(at: usize, size: usize): u16 {
  let hash: u32 = 0;
  for (let end = at + size; at < end; at++) hash = hash * 31 + load<u8>(at);
  return <u16>((hash ^ (hash >>> 15)) & 63);
}

function place(entry: usize, hash: u32): void {
  let slot = hash & (slots - 1);
  while (load<u32>(table + ((<usize>slot) << 2)) !== 0) slot = (slot + 1) & (slots - 1);
  store<u32>(table + ((<usize>slot) << 2), <u32>entry);
}

/** How many symbols stand before it. */
function rankFor(entry: usize): u32 {
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(ranked(middle), entry)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(one: usize, other: usize): bool {
  const order = memory.compare(one + TEXT, other + TEXT, min(sizeOf(one), sizeOf(other)));
  return order < 0 || (order === 0 && sizeOf(one) < sizeOf(other));
}

/** Lets the symbols go that have no open bar. */
function sweep(): void {
  const before = count;
  count = 0;
  memory.fill(table, 0, (<usize>slots) << 2);
  for (let rank: u32 = 0; rank < before; rank++) {
    const entry = ranked(rank);
    if (newestOf(entry) === 0) {
      store<u32>(entry, <u32>free, HASH);
      free = entry;
      continue;
    }
    store<u32>(ranks + ((<usize>count) << 2), <u32>entry);
    store<u32>(entry, count++, RANK);
    place(entry, load<u32>(entry, HASH));
  }
}

function grow(): void {
  const old = ranks;
  slots <<= 1;
  table = take((<usize>slots) << 2);
  ranks = take((<usize>slots) << 2);
  memory.copy(ranks, old, (<usize>count) << 2);
  for (let rank: u32 = 0; rank < count; rank++) place(ranked(rank), load<u32>(ranked(rank), HASH));
}
