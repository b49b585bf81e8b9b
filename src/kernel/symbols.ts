// Symbols by their text.
import { take } from './memory';
import { append, clear, symbolAt, symbolCount } from './ranks';
import { hashIn, MAX_SIZE, newestOf, setHash, sizeOf, SYMBOL, textOf, write } from './symbol';
import { areSame, hashOf } from './words';

/** Slots of the table of symbols; a power of two. When it is three quarters full, symbols without an open bar have to go. */
let slots: u32 = 1 << 12;
let table: usize = take((<usize>slots) << 2);
/** Symbols whose room may be used again, each with the next one where its hash was. */
let free: usize = 0;

/** The symbol [at, at + size); 0 where it is none. */
export function symbolOf(at: usize, size: usize): usize {
  const hash = hashOf(0, at, size);
  let slot = hash & (slots - 1);
  while (true) {
    const symbol = <usize>load<u32>(table + ((<usize>slot) << 2));
    if (symbol === 0) break;
    if (hashIn(symbol) === hash && sizeOf(symbol) === size && areSame(textOf(symbol), at, size)) return symbol;
    slot = (slot + 1) & (slots - 1);
  }
  return isSymbol(at, size) ? added(hash, at, size) : 0;
}

/** Letters and digits; behind the first one also blanks and `._:/&-`. */
function isSymbol(at: usize, size: usize): bool {
  if (size === 0 || size > MAX_SIZE) return false;
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
  if (symbolCount() >= slots - (slots >>> 2)) {
    sweep();
    if (symbolCount() >= slots >>> 1) grow();
  }
  let symbol = free;
  if (symbol === 0) symbol = take(SYMBOL);
  else free = hashIn(symbol);
  write(symbol, hash, at, size);
  place(symbol);
  append(symbol);
  return symbol;
}

function place(symbol: usize): void {
  let slot = hashIn(symbol) & (slots - 1);
  while (load<u32>(table + ((<usize>slot) << 2)) !== 0) slot = (slot + 1) & (slots - 1);
  store<u32>(table + ((<usize>slot) << 2), <u32>symbol);
}

/** Lets the symbols go that have no open bar. */
function sweep(): void {
  const before = symbolCount();
  memory.fill(table, 0, (<usize>slots) << 2);
  clear();
  for (let index: u32 = 0; index < before; index++) {
    const symbol = symbolAt(index);
    if (newestOf(symbol) === 0) {
      setHash(symbol, <u32>free);
      free = symbol;
      continue;
    }
    append(symbol);
    place(symbol);
  }
}

function grow(): void {
  slots <<= 1;
  table = take((<usize>slots) << 2);
  for (let index: u32 = 0; index < symbolCount(); index++) place(symbolAt(index));
}
