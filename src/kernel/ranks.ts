// All symbols, in the order of their texts once that is asked for: ordering each one as it comes would cost the square of their number.
import { take } from './memory';
import { isBefore, setRank } from './symbol';

let room: u32 = 1 << 12;
let symbols: usize = take((<usize>room) << 2);
/** Room for as many while they are ordered. */
let spare: usize = take((<usize>room) << 2);
let count: u32 = 0;
/** How many at the front are in order and know their rank. */
let ordered: u32 = 0;

export function symbolCount(): u32 {
  return count;
}

export function symbolAt(index: u32): usize {
  return load<u32>(symbols + ((<usize>index) << 2));
}

export function append(symbol: usize): void {
  if (count === room) {
    const old = symbols;
    room <<= 1;
    symbols = take((<usize>room) << 2);
    spare = take((<usize>room) << 2);
    memory.copy(symbols, old, (<usize>count) << 2);
  }
  put(symbols, count++, symbol);
}

/** Forgets all; those behind what is appended meanwhile can still be read. */
export function clear(): void {
  count = 0;
  ordered = 0;
}

/** Makes the rank of every symbol right. */
export function order(): void {
  if (ordered === count) return;
  sortNew();
  let rank = mergeNew();
  for (; rank < count; rank++) setRank(symbolAt(rank), rank);
  ordered = count;
}

/** Orders those that have come since by merging longer and longer runs of them. */
function sortNew(): void {
  const size = count - ordered;
  let from = symbols + ((<usize>ordered) << 2);
  let to = spare;
  for (let run: u32 = 1; run < size; run <<= 1) {
    for (let start: u32 = 0; start < size; start += run << 1)
      mergeRuns(from, to, start, min(start + run, size), min(start + (run << 1), size));
    const other = from;
    from = to;
    to = other;
  }
  if (from === spare) memory.copy(to, from, (<usize>size) << 2);
}

/** The runs [start, middle) and [middle, end) of a list as one in the other list. */
function mergeRuns(from: usize, to: usize, start: u32, middle: u32, end: u32): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const isRight = left === middle || (right < end && isBefore(get(from, right), get(from, left)));
    put(to, at, get(from, isRight ? right++ : left++));
  }
}

/** Puts the new ones, which are in order, between the old ones, last first; gives the first place that has changed. */
function mergeNew(): u32 {
  let left = count - ordered;
  memory.copy(spare, symbols + ((<usize>ordered) << 2), (<usize>left) << 2);
  let end = ordered;
  let place: u32 = ordered;
  while (left > 0) {
    const symbol = get(spare, --left);
    place = placeFor(symbol, end);
    const from = symbols + ((<usize>place) << 2);
    memory.copy(from + ((<usize>(left + 1)) << 2), from, (<usize>(end - place)) << 2);
    put(symbols, place + left, symbol);
    end = place;
  }
  return place;
}

/** How many of the first `end` stand before it. */
function placeFor(symbol: usize, end: u32): u32 {
  let low: u32 = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(symbolAt(middle), symbol)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function get(list: usize, index: u32): usize {
  return load<u32>(list + ((<usize>index) << 2));
}

function put(list: usize, index: u32, symbol: usize): void {
  store<u32>(list + ((<usize>index) << 2), <u32>symbol);
}
