// The entry: bars in, as lines or as the records of Kafka batches, coarser bars out in the same form.
import { setTrades, setVolume } from '../bar';
import { countDuplicate, countLate, countUsed, runAll, runLines, textAt } from '../input';
import { symbolAt, symbolSize } from '../scan';
import { symbolOf } from '../symbols';
import { scanBar, ts } from './bar-scan';
import { addBar, closeThrough, DUPLICATE, incoming, LATE, USED } from './bars';

export { setPrice as restorePrice } from '../bar';
export { countLates, inputFor, setBatch, takeDuplicates, takeLates, takeUsed, textAt } from '../input';
export { keyAt, keySize, offsetDelta, recordEnd, timestampDelta, valueAt, valueSize } from '../record-scan';
export { flush, frameRecords, mark, stream, waiting, writeTo } from '../text';
export { setFrom } from './bar-scan';
export { closeAll, closedThrough, incoming, restoreClosed } from './bars';
export { restoreBar, restoreLast, save } from './state';
export { addTarget, setTargets } from './targets';

/** See `runLines`. Not for the kernel is a bar that is not plain, late or out of order, or beyond what may be kept. */
export function run(from: usize, end: usize): usize {
  return runLines<Bars>(from, end);
}

/** See `runAll`. */
export function runRecords(from: usize, end: usize): usize {
  return runAll<Bars>(from, end);
}

/** See `runLines` and `runAll`. */
class Bars {
  scan(at: usize): usize {
    return scanBar(at);
  }

  take(): bool {
    return takeBar();
  }

  takeRecord(): bool {
    return takeBar();
  }
}

/** The bar that was scanned last. */
function takeBar(): bool {
  const symbol = symbolOf(symbolAt, symbolSize);
  if (symbol === 0) return false;
  const outcome = addBar(symbol, ts);
  if (outcome === USED) countUsed();
  else if (outcome === DUPLICATE) countDuplicate();
  else return outcome === LATE && countLate();
  return true;
}

/** A bar that the host has read, whose symbol is at `textAt` and whose prices are in `incoming`. Gives what became of it. */
export function add(size: u32, time: f64, trades: f64, high: u64, low: u64, e8: u32): u32 {
  setTrades(incoming, <u64>trades);
  setVolume(incoming, high, low, e8);
  return addBar(symbolOf(textAt, size), <i64>time);
}

/** See `closeThrough` in the core. */
export function closeSeconds(through: f64): bool {
  return closeThrough(<i64>through);
}
