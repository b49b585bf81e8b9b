// The bars of a window in the order of their symbols.
import { setSibling, siblingOf, symbolIn } from './bar';
import { take } from './memory';
import { order, symbolCount } from './ranks';
import { rankOf } from './symbol';

/** Ranks of the symbols, as bits, and their bars. */
let bits: usize = 0;
let barsByRank: usize = 0;
let room: u32 = 0;

/** Links the bars that `first` leads to in the order of their symbols, of which each has one; gives the new first one. */
export function inOrder(first: usize): usize {
  makeRoom();
  order();
  let low: u32 = u32.MAX_VALUE;
  let high: u32 = 0;
  for (let bar = first; bar !== 0; bar = siblingOf(bar)) {
    const rank = rankOf(symbolIn(bar));
    const word = bits + (((<usize>rank) >>> 6) << 3);
    store<u64>(word, load<u64>(word) | ((<u64>1) << (rank & 63)));
    store<u32>(barsByRank + ((<usize>rank) << 2), <u32>bar);
    low = min(low, rank);
    high = max(high, rank);
  }
  let head: usize = 0;
  let last: usize = 0;
  for (let at = low >>> 6; at <= high >>> 6; at++) {
    const word = bits + ((<usize>at) << 3);
    let set = load<u64>(word);
    store<u64>(word, 0);
    for (; set !== 0; set &= set - 1) {
      const rank = (at << 6) + <u32>ctz(set);
      const bar = <usize>load<u32>(barsByRank + ((<usize>rank) << 2));
      if (last === 0) head = bar;
      else setSibling(last, bar);
      last = bar;
    }
  }
  if (last !== 0) setSibling(last, 0);
  return head;
}

function makeRoom(): void {
  if (symbolCount() <= room) return;
  room = max(symbolCount(), room << 1);
  bits = take((<usize>((room >>> 6) + 1)) << 3);
  barsByRank = take((<usize>room) << 2);
}
