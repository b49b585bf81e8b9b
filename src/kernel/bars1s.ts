// The entry: ticks as lines in, bars as lines out.
import { addTick, closeThrough, DUPLICATE, USED } from './bars';
import { take } from './memory';
import { symbolOf } from './symbols';
import { e8, eventNs, eventS, idAt, idSize, mantissa, price, scale, scanTick, symbolAt, symbolSize, units } from './tick-scan';

export { closeAll, closedThrough, newestNs, newestS, setGrace } from './bars';
export { flush } from './text';

const ROOM: usize = 1 << 18;

/** Where the host puts lines, and how much there is room for. */
export const inputAt: usize = take(ROOM);
export const inputRoom: usize = ROOM;

let used: u32 = 0;
let duplicates: u32 = 0;
/** Ticks later than this are left to the host, which knows what to say of them. */
let limitS: i64 = i64.MAX_VALUE;
let limitNs: u32 = 0;

export function setLimit(s: f64, ns: u32): void {
  limitS = <i64>s;
  limitNs = ns;
}

/**
 * Takes the whole lines [from, end), up to the first one that is not for it: one that is not plain, late, too far in the future, or
 * beyond what may be kept. Gives where that begins; `end` where there is none.
 */
export function run(from: usize, end: usize): usize {
  let at = from;
  while (at < end) {
    const lineEnd = scanTick(at);
    if (lineEnd === 0) return at;
    if (eventS > limitS || (eventS === limitS && eventNs > limitNs)) return at;
    const symbol = symbolOf(symbolAt, symbolSize);
    if (symbol === 0) return at;
    const outcome = addTick(symbol, eventS, eventNs, price, mantissa, scale, units, e8, idAt, idSize);
    if (outcome === USED) used++;
    else if (outcome === DUPLICATE) duplicates++;
    else return at;
    at = lineEnd + 1;
  }
  return at;
}

/** Where the host puts the symbol of a tick that it has read, and behind it the id: as many bytes as both ever have. */
export const tickAt: usize = take(64 + 256);

/** Such a tick; `idSize` -1: it has no id. Gives what became of it. */
export function add(
  symbolSize: u32,
  s: f64,
  ns: u32,
  value: f64,
  digits: i64,
  places: u32,
  whole: f64,
  fraction: u32,
  idSize: i32,
): u32 {
  const symbol = symbolOf(tickAt, symbolSize);
  const ofId: usize = idSize < 0 ? 0 : tickAt + <usize>symbolSize;
  return addTick(symbol, <i64>s, ns, value, digits, places, <u64>whole, fraction, ofId, max(idSize, 0));
}

/** See `closeThrough` in the core. */
export function closeSeconds(through: f64): bool {
  return closeThrough(<i64>through);
}

/** How many lines were used since this was last asked, and how many had an id that was known. */
export function takeUsed(): u32 {
  const count = used;
  used = 0;
  return count;
}

export function takeDuplicates(): u32 {
  const count = duplicates;
  duplicates = 0;
  return count;
}
