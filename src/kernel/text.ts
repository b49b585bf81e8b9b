// Finished lines, until the host takes them.
import { take } from './memory';
import { DOT, ZERO } from './bytes';

/** Takes [from, from + size) before it returns. */
declare function write(from: usize, size: usize, lines: u32): void;

const ROOM: usize = 1 << 18;

/** Longer than any line. */
const LINE: usize = 1024;

const start: usize = take(ROOM);
let at: usize = start;
let lines: u32 = 0;

/** Makes room for one line. */
export function beginLine(): void {
  if (at > start + ROOM - LINE) flush();
  lines++;
}

/** Hands over what is finished. */
export function flush(): void {
  if (at === start) return;
  write(start, at - start, lines);
  at = start;
  lines = 0;
}

export function byte(value: u32): void {
  store<u8>(at++, value);
}

export function bytes(from: usize, size: usize): void {
  memory.copy(at, from, size);
  at += size;
}

export function whole(value: u64): void {
  const size = digitsOf(value);
  at += size;
  let place = at;
  do {
    store<u8>(--place, ZERO + <u32>(value % 10));
    value /= 10;
  } while (value !== 0);
}

/** `value` with zeros before it, `size` digits in all. */
export function padded(value: u64, size: u32): void {
  at += size;
  let place = at;
  for (let i: u32 = 0; i < size; i++) {
    store<u8>(--place, ZERO + <u32>(value % 10));
    value /= 10;
  }
}

/** `mantissa / 10 ** scale`, without zeros at the end. */
export function decimal(mantissa: i64, scale: u32): void {
  if (mantissa < 0) {
    byte(0x2d);
    mantissa = -mantissa;
  }
  let rest = <u64>mantissa;
  while (scale > 0 && rest % 10 === 0) {
    rest /= 10;
    scale--;
  }
  if (scale === 0) {
    whole(rest);
    return;
  }
  const size = digitsOf(rest);
  if (size <= scale) {
    byte(ZERO);
    byte(DOT);
    padded(rest, scale);
    return;
  }
  // All digits one place to the right of where they shall stand, then the whole part back over the point's place.
  whole(rest);
  memory.copy(at - scale + 1, at - scale, scale);
  store<u8>(at - scale, DOT);
  at++;
}

function digitsOf(value: u64): u32 {
  let size: u32 = 1;
  while (value >= 10) {
    value /= 10;
    size++;
  }
  return size;
}
