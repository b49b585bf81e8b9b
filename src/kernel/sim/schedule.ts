// When in a step which symbol trades.
import { take } from '../memory';
import { at, creditOf, instruments, isHot, rateOf, setCredit } from './instruments';
import { below } from './random';

/** A key is a time within a step, ns, and below it the index of a symbol. */
const INDEX_BITS: u64 = 17;

/** Room, in keys: for those that were made, for those that are sorted, and for where each part begins. */
let room: u32 = 0;
let made: usize = 0;
let sorted: usize = 0;
let starts: usize = 0;

/** Makes the trades of a step, in order of time and index; gives how many there are. */
export function schedule(random: usize, step_ms: f64, hotRate: f64): u32 {
  const step_s = step_ms / 1000;
  const step_ns = step_ms * 1_000_000;
  let count: u32 = 0;
  for (let index: u32 = 0; index < instruments; index++) {
    const instrument = at(index);
    let credit = creditOf(instrument) + (isHot(instrument) ? hotRate : rateOf(instrument)) * step_s;
    for (; credit >= 1; credit--) {
      if (count === room) grow();
      store<u64>(made + ((<usize>count) << 3), ((<u64>below(random, step_ns)) << INDEX_BITS) | index);
      count++;
    }
    setCredit(instrument, credit);
  }
  if (count !== 0) sort(count, step_ns);
  return count;
}

export function timeOf(place: u32): u64 {
  return load<u64>(sorted + ((<usize>place) << 3)) >>> INDEX_BITS;
}

export function indexOf(place: u32): u32 {
  return (<u32>load<u64>(sorted + ((<usize>place) << 3))) & ((1 << (<u32>INDEX_BITS)) - 1);
}

/** Times are spread evenly: as many parts as there are keys have about one each, and what is left to do is next to its place. */
function sort(count: u32, step_ns: f64): void {
  const perPart = <f64>count / step_ns;
  memory.fill(starts, 0, (<usize>count + 1) << 2);
  for (let place: u32 = 0; place < count; place++) {
    const start = startOf(load<u64>(made + ((<usize>place) << 3)), perPart, count);
    store<u32>(start, load<u32>(start, 4) + 1, 4);
  }
  for (let part: u32 = 1; part <= count; part++) {
    const start = starts + ((<usize>part) << 2);
    store<u32>(start, load<u32>(start) + load<u32>(start - 4));
  }
  for (let place: u32 = 0; place < count; place++) {
    const key = load<u64>(made + ((<usize>place) << 3));
    const start = startOf(key, perPart, count);
    const next = load<u32>(start);
    store<u64>(sorted + ((<usize>next) << 3), key);
    store<u32>(start, next + 1);
  }
  insert(sorted + ((<usize>count) << 3));
}

/** Where the part of a key begins. */
function startOf(key: u64, perPart: f64, parts: u32): usize {
  const part = min(<u32>(<f64>(key >>> INDEX_BITS) * perPart), parts - 1);
  return starts + ((<usize>part) << 2);
}

function insert(end: usize): void {
  for (let next = sorted + 8; next < end; next += 8) {
    const key = load<u64>(next);
    let place = next;
    for (; place > sorted && load<u64>(place - 8) > key; place -= 8) store<u64>(place, load<u64>(place - 8));
    store<u64>(place, key);
  }
}

function grow(): void {
  const larger = max(<u32>1024, room << 1);
  const before = made;
  made = take((<usize>larger) << 3);
  memory.copy(made, before, (<usize>room) << 3);
  sorted = take((<usize>larger) << 3);
  starts = take((<usize>larger + 1) << 2);
  room = larger;
}
