// The trade ids of the bars that are open.
import { take } from '../memory';
import { areSame } from '../words';

/** As in the core. */
const MAX_IDS: u32 = 1_000_000;

/** Of the table; as many as there are ids, at least. */
let slots: u32 = 1 << 12;

/** An id: the next one of its slot, the next one of its bar, its symbol, its hash, its size, its text. */
const NEXT: usize = 0;
const OF_BAR: usize = 4;
const SYMBOL: usize = 8;
const HASH: usize = 12;
const SIZE: usize = 16;
const TEXT: usize = 20;

/** Room for text: that of nearly every id, and that of the longest one, 64 characters of at most 4 bytes. */
const SHORT: usize = 44;
const LONG: usize = 256;

let table: usize = take((<usize>slots) << 2);
let freeShort: usize = 0;
let freeLong: usize = 0;
let count: u32 = 0;

export function isFull(): bool {
  return count >= MAX_IDS;
}

/** `hash`: that of the symbol and the text. */
export function isKnown(hash: u32, symbol: usize, at: usize, size: usize): bool {
  for (let id = first(hash); id !== 0; id = load<u32>(id, NEXT)) {
    if (load<u32>(id, HASH) === hash && load<u32>(id, SYMBOL) === <u32>symbol && load<u32>(id, SIZE) === <u32>size)
      if (areSame(id + TEXT, at, size)) return true;
  }
  return false;
}

/** Keeps an id that is not known, before the others of its bar; gives the new head of these. */
export function remember(hash: u32, symbol: usize, at: usize, size: usize, others: usize): usize {
  if (count === slots) grow();
  const id = room(size);
  link(id, hash);
  store<u32>(id, <u32>others, OF_BAR);
  store<u32>(id, <u32>symbol, SYMBOL);
  store<u32>(id, hash, HASH);
  store<u32>(id, <u32>size, SIZE);
  memory.copy(id + TEXT, at, size);
  count++;
  return id;
}

export function nextOfBar(id: usize): usize {
  return load<u32>(id, OF_BAR);
}

export function idTextOf(id: usize): usize {
  return id + TEXT;
}

export function idSizeOf(id: usize): usize {
  return load<u32>(id, SIZE);
}

/** Forgets all ids of a bar. */
export function forget(head: usize): void {
  while (head !== 0) {
    const id = head;
    head = load<u32>(id, OF_BAR);
    unlink(id);
    const isShort = load<u32>(id, SIZE) <= <u32>SHORT;
    store<u32>(id, <u32>(isShort ? freeShort : freeLong), NEXT);
    if (isShort) freeShort = id;
    else freeLong = id;
    count--;
  }
}

function link(id: usize, hash: u32): void {
  const slot = slotOf(hash);
  store<u32>(id, load<u32>(slot), NEXT);
  store<u32>(slot, <u32>id);
}

function grow(): void {
  const old = table;
  const end = old + ((<usize>slots) << 2);
  slots <<= 1;
  table = take((<usize>slots) << 2);
  for (let slot = old; slot < end; slot += 4) {
    for (let id = <usize>load<u32>(slot); id !== 0;) {
      const next = <usize>load<u32>(id, NEXT);
      link(id, load<u32>(id, HASH));
      id = next;
    }
  }
}

function unlink(id: usize): void {
  let at = slotOf(load<u32>(id, HASH));
  while (load<u32>(at) !== <u32>id) at = <usize>load<u32>(at) + NEXT;
  store<u32>(at, load<u32>(id, NEXT));
}

function room(size: usize): usize {
  if (size <= SHORT) {
    const free = freeShort;
    if (free === 0) return take(TEXT + SHORT);
    freeShort = load<u32>(free, NEXT);
    return free;
  }
  const free = freeLong;
  if (free === 0) return take(TEXT + LONG);
  freeLong = load<u32>(free, NEXT);
  return free;
}

function slotOf(hash: u32): usize {
  return table + ((<usize>(hash & (slots - 1))) << 2);
}

function first(hash: u32): usize {
  return load<u32>(slotOf(hash));
}
