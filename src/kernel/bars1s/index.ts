// The entry: ticks in, as lines or as the records of Kafka batches, bars out in the same form.
import { addTick, closeThrough, DUPLICATE, LATE, USED } from './bars';
import { countDuplicate, countLate, countUsed, runAll, runLines, textAt, writtenMs } from '../input';
import { e8, symbolAt, symbolSize, units } from '../scan';
import { symbolOf } from '../symbols';
import { eventNs, eventS, idAt, idSize, ltp, ltpMantissa, ltpScale, scanTick } from './tick-scan';

export { countLates, inputFor, setBatch, takeDuplicates, takeLates, takeUsed, textAt } from '../input';
export { keyAt, keySize, offsetDelta, recordEnd, timestampDelta, valueAt, valueSize } from '../record-scan';
export { flush, frameRecords, mark, stream, waiting, writeTo } from '../text';
export { closeAll, closedThrough, newestNs, newestS, restoreTimes, setGrace } from './bars';
export { restoreBar, restoreId, restorePrice, save } from './state';

/** No event time is later, in ms. */
const LATEST_MS: i64 = 1 << 43;

// Ticks later than this are left to the host, which knows what to say of them.
let limitS: i64 = i64.MAX_VALUE;
let limitNs: u32 = 0;

export function setLimit(s: f64, ns: u32): void {
  limitS = <i64>s;
  limitNs = ns;
}

/** How much later than its record a tick may be, ms. */
let futureMs: i64 = LATEST_MS;

export function setFuture(ms: f64): void {
  futureMs = <i64>ms;
}

/** See `runLines`. Not for the kernel is a tick that is not plain, late where somebody asks for those, too far in the future, or beyond what may be kept. */
export function run(from: usize, end: usize): usize {
  return runLines<Ticks>(from, end);
}

/** See `runAll`. */
export function runRecords(from: usize, end: usize): usize {
  return runAll<Ticks>(from, end);
}

/** See `runLines` and `runAll`. */
class Ticks {
  scan(at: usize): usize {
    return scanTick(at);
  }

  take(): bool {
    return (eventS < limitS || (eventS === limitS && eventNs <= limitNs)) && takeTick();
  }

  takeRecord(): bool {
    const limit = writtenMs() + futureMs;
    if (limit < LATEST_MS && (limit < 0 || eventS * 1_000_000_000 + eventNs > limit * 1_000_000)) return false;
    return takeTick();
  }
}

/** The tick that was scanned last. */
function takeTick(): bool {
  const symbol = symbolOf(symbolAt, symbolSize);
  if (symbol === 0) return false;
  const outcome = addTick(symbol, eventS, eventNs, ltp, ltpMantissa, ltpScale, units, e8, idAt, idSize);
  if (outcome === USED) countUsed();
  else if (outcome === DUPLICATE) countDuplicate();
  else return outcome === LATE && countLate();
  return true;
}

/** A tick that the host has read, whose symbol and id are at `textAt`; `idSize` -1: it has no id. Gives what became of it. */
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
  const symbol = symbolOf(textAt, symbolSize);
  const ofId: usize = idSize < 0 ? 0 : textAt + <usize>symbolSize;
  return addTick(symbol, <i64>s, ns, value, digits, places, <u64>whole, fraction, ofId, max(idSize, 0));
}

/** See `closeThrough` in the core. */
export function closeSeconds(through: f64): bool {
  return closeThrough(<i64>through);
}
