// A feed that is not clean, as `Faults` of the core makes it of a clean one.
import { textAt } from '../input';
import { take } from '../memory';
import { begin, bytes, end } from '../text';
import { below, seeded, uniform } from './random';
import { keep, KEPT, recall, write } from './tick';

// A held tick: the one that is held behind it, and what it is.
const NEXT: usize = 0;
const TICK: usize = 8;
const HELD: usize = TICK + KEPT;

const MAX_LINES: u32 = 16;

let random: usize = 0;
let outOfOrder: f64 = 0;
let duplicates: f64 = 0;
let malformed: f64 = 0;
/** Most steps by which a tick arrives late. */
let maxSteps: u32 = 0;

/** First and last one of those that arrive at the end of a step, by its number modulo the places of the ring. */
let ring: usize = 0;
let step: u32 = 0;
let held: u32 = 0;
let free: usize = 0;

/** Place and size of each line that is no tick. */
const lines: usize = take((<usize>MAX_LINES) << 3);
let lineCount: u32 = 0;

export function setFaults(seed: u32, late: f64, lateSteps: u32, twice: f64, wrong: f64): void {
  random = seeded(seed, 4);
  outOfOrder = late;
  maxSteps = lateSteps;
  duplicates = twice;
  malformed = wrong;
  ring = take((<usize>lateSteps + 1) << 3);
}

/** Another line that is no tick, at `textAt`, without its line break. */
export function addMalformed(size: u32): void {
  const line = take(<usize>size + 8);
  memory.copy(line, textAt, size);
  const place = lines + ((<usize>lineCount) << 3);
  lineCount++;
  store<u32>(place, <u32>line);
  store<u32>(place, size, 4);
}

/** Takes the tick at hand: writes it, holds it back, or adds to it. */
export function takeTick(): void {
  if (outOfOrder > 0 && uniform(random) < outOfOrder) hold(placeOf(step + 1 + <u32>below(random, maxSteps)));
  else deliver();
}

/** The end of a step: those that are due arrive. */
export function endStep(): void {
  step++;
  const place = placeOf(step);
  let next = <usize>load<u32>(place);
  store<u64>(place, 0);
  while (next !== 0) {
    recall(next + TICK);
    deliver();
    const after = load<u32>(next, NEXT);
    store<u32>(next, <u32>free, NEXT);
    free = next;
    held--;
    next = after;
  }
}

/** The end of the feed: all that are held arrive. */
export function endFeed(): void {
  while (held > 0) endStep();
}

function placeOf(arrival: u32): usize {
  return ring + ((<usize>(arrival % (maxSteps + 1))) << 3);
}

function hold(place: usize): void {
  let node = free;
  if (node === 0) node = take(HELD);
  else free = load<u32>(node, NEXT);
  store<u32>(node, 0, NEXT);
  keep(node + TICK);
  const last = <usize>load<u32>(place, 4);
  if (last === 0) store<u32>(place, <u32>node);
  else store<u32>(last, <u32>node, NEXT);
  store<u32>(place, <u32>node, 4);
  held++;
}

function deliver(): void {
  write();
  if (duplicates > 0 && uniform(random) < duplicates) write();
  if (malformed > 0 && uniform(random) < malformed) {
    const line = lines + ((<usize>below(random, lineCount)) << 3);
    begin();
    bytes(load<u32>(line), load<u32>(line, 4));
    end(0, 0);
  }
}
