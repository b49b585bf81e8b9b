// Trade ids that count up one by one in each symbol, as `GapDetector` of the reference follows them.
import { take } from '../memory';
import { areSame, hashOf } from '../words';

/** Trades of a symbol that never came. */
declare function gap(symbol: usize, symbolSize: usize, first: u64, last: u64): void;

// What is followed: the next one of the same place, the highest id, the connection where trades that it repeats are all that has come so
// far, the numbering, the size of the symbol, and its text.
const NEXT: usize = 0;
const CONNECTION: usize = 4;
const HIGHEST: usize = 8;
const NUMBERING: usize = 16;
const SIZE: usize = 20;
const TEXT: usize = 24;
const FOLLOWED: usize = TEXT + 64 + 8;

const PLACES: u32 = 1 << 16;
const MAX_FOLLOWED: u32 = 100_000;

const places: usize = take((<usize>PLACES) << 2);
let followed: u32 = 0;

export let gaps: f64 = 0;
export let missed: u64 = 0;
export let behind: f64 = 0;

/** Takes the id of a trade; `used` 0: one that is known to exist and will not be used, which `connection` repeats, 0 where it does not. */
export function step(numbering: u32, symbol: usize, size: usize, id: u64, used: u32, connection: u32): void {
  const place = places + ((<usize>(hashOf(numbering, symbol, size) % PLACES)) << 2);
  let known = <usize>load<u32>(place);
  while (known !== 0 && !isSame(known, numbering, symbol, size)) known = load<u32>(known, NEXT);
  if (known === 0) {
    follow(place, numbering, symbol, size, id, connection);
    return;
  }
  if (load<u32>(known, CONNECTION) !== connection) store<u32>(known, 0, CONNECTION);
  const highest = load<u64>(known, HIGHEST);
  if (id <= highest) {
    behind += used;
    return;
  }
  store<u64>(known, id, HIGHEST);
  const last = id - used;
  if (last <= highest || load<u32>(known, CONNECTION) !== 0) return;
  gaps++;
  missed += last - highest;
  gap(symbol, size, highest + 1, last);
}

function isSame(known: usize, numbering: u32, symbol: usize, size: usize): bool {
  return (
    load<u32>(known, NUMBERING) === numbering && <usize>load<u32>(known, SIZE) === size && areSame(known + TEXT, symbol, size)
  );
}

function follow(place: usize, numbering: u32, symbol: usize, size: usize, id: u64, connection: u32): void {
  if (followed === MAX_FOLLOWED) return;
  followed++;
  const known = take(FOLLOWED);
  store<u32>(known, load<u32>(place), NEXT);
  store<u32>(known, connection, CONNECTION);
  store<u64>(known, id, HIGHEST);
  store<u32>(known, numbering, NUMBERING);
  store<u32>(known, <u32>size, SIZE);
  memory.copy(known + TEXT, symbol, size);
  store<u32>(place, <u32>known);
}
