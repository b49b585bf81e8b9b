// Eight bytes at a time, the first one lowest. Up to seven bytes behind a text are looked at, and do not count.

const ONES: u64 = 0x0101010101010101;
const HIGHEST: u64 = 0x8080808080808080;
const ZEROS: u64 = 0x3030303030303030;

const POWERS = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000,
  10000000000000, 100000000000000, 1000000000000000, 10000000000000000,
]);

/** Odd, with its bits well mixed: the golden ratio's (Knuth, The Art of Computer Programming, volume 3, section 6.4). */
const MULTIPLIER: u64 = 0x9e3779b97f4a7c15;

/** Highest bits of the bytes that are 0. Of several bits only the lowest one is sure to be right. */
function zeros(word: u64): u64 {
  return (word - ONES) & ~word & HIGHEST;
}

/** The place of the first byte from `at` on that is a quote, a backslash, a control character, or not ASCII. */
export function stopIn(at: usize): usize {
  while (true) {
    const word = load<u64>(at);
    const stops =
      zeros(word ^ (0x22 * ONES)) |
      zeros(word ^ (0x5c * ONES)) |
      ((word - 0x20 * ONES) & ~word & HIGHEST) |
      ((word | (word + ONES)) & HIGHEST);
    if (stops !== 0) return at + ((<usize>ctz(stops)) >>> 3);
    at += 8;
  }
}

/** The place of the first line break from `at` on; `end` where there is none before. */
export function lineEndIn(at: usize, end: usize): usize {
  for (; at < end; at += 8) {
    const breaks = zeros(load<u64>(at) ^ (0x0a * ONES));
    if (breaks !== 0) return min(at + ((<usize>ctz(breaks)) >>> 3), end);
  }
  return end;
}

/** The number that `digitsAt` has read last. */
export let digits: u64 = 0;

/** How many digits there are from `at` on; 16: at least as many, whose number is not read. */
export function digitsAt(at: usize): u32 {
  const word = load<u64>(at);
  const size = digitsIn(word);
  digits = size === 0 ? 0 : numberIn(word, size);
  if (size < 8) return size;
  const next = load<u64>(at + 8);
  const more = digitsIn(next);
  if (more !== 0) digits = digits * powerOf(more) + numberIn(next, more);
  return 8 + more;
}

/** How many digits the word begins with. */
export function digitsIn(word: u64): u32 {
  const values = word ^ ZEROS;
  // Highest bits of the bytes that are more than 9; of several bits the lowest one is right.
  return (<u32>ctz(((values + 0x76 * ONES) | values) & HIGHEST)) >>> 3;
}

/** The number that its first 1 to 8 bytes are, which are digits. Pairs, then fours, then all of them are put together. */
export function numberIn(word: u64, size: u32): u64 {
  let value = (word ^ ZEROS) << ((8 - size) << 3);
  value = ((value * 2561) >>> 8) & 0x00ff00ff00ff00ff;
  value = ((value * 6553601) >>> 16) & 0x0000ffff0000ffff;
  return (value * 42949672960001) >>> 32;
}

/** 10 to the power of 0 to 16. */
export function powerOf(exponent: u32): u64 {
  return load<u64>(POWERS + ((<usize>exponent) << 3));
}

/** A text, and what it belongs to, as a number in whose lower bits all bytes count. */
export function hashOf(seed: u64, at: usize, size: usize): u32 {
  let hash = mixed(seed ^ size);
  for (; size > 8; size -= 8) {
    hash = mixed(hash ^ load<u64>(at));
    at += 8;
  }
  hash = mixed(hash ^ lastOf(at, size));
  return <u32>(hash ^ (hash >>> 32));
}

/** A product's upper bits depend on all bits below them: what is above is put there first. */
function mixed(value: u64): u64 {
  return (value ^ (value >>> 32)) * MULTIPLIER;
}

/** Whether two texts of the same size are the same. */
export function areSame(one: usize, other: usize, size: usize): bool {
  for (; size > 8; size -= 8) {
    if (load<u64>(one) !== load<u64>(other)) return false;
    one += 8;
    other += 8;
  }
  return lastOf(one, size) === lastOf(other, size);
}

/** At most eight bytes. */
function lastOf(at: usize, size: usize): u64 {
  return size === 0 ? 0 : load<u64>(at) << ((8 - <u64>size) << 3);
}
