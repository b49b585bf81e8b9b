// Open bars as parts of a state: those of a bucket of a window as JSON.
import {
  C,
  e8Of,
  hasChanged,
  mantissaOf,
  nextInBucket,
  O,
  scaleOf,
  setChanged,
  setNextInBucket,
  siblingOf,
  symbolIn,
  tradesOf,
  unitsHighOf,
  unitsLowOf,
} from './bar';
import { CLOSE_LIST, COMMA, OPEN_LIST, QUOTE } from './bytes';
import { take } from './memory';
import { bucketOf, sizeOf, textOf } from './symbol';
import { byte, bytes, decimal, flush, makeRoom, padded, padded18, part, whole } from './text';

/** First bar of each bucket of the window that is saved. */
const heads: usize = take(64 * 4);

/** The buckets, as bits, of the bars that have changed since this was last asked. `first` leads to the bars of the window. */
export function changedIn(first: usize): u64 {
  memory.fill(heads, 0, 64 * 4);
  let changed: u64 = 0;
  for (let bar = first; bar !== 0; bar = siblingOf(bar)) {
    const bucket = bucketOf(symbolIn(bar));
    const head = heads + ((<usize>bucket) << 2);
    setNextInBucket(bar, load<u32>(head));
    store<u32>(head, <u32>bar);
    if (!hasChanged(bar)) continue;
    setChanged(bar, false);
    changed |= (<u64>1) << bucket;
  }
  return changed;
}

/** Gives these buckets of the window that `changedIn` was last asked about. */
export function saveBars(tf: f64, start: f64, buckets: u64, writeSaved: (bar: usize) => void): void {
  for (let left = buckets; left !== 0; left &= left - 1) {
    const bucket = <u32>ctz(left);
    part(tf, start, bucket);
    let mark = OPEN_LIST;
    for (let bar = <usize>load<u32>(heads + ((<usize>bucket) << 2)); bar !== 0; bar = nextInBucket(bar)) {
      makeRoom();
      byte(mark);
      writeSaved(bar);
      mark = COMMA;
    }
    byte(CLOSE_LIST);
    flush();
  }
}

/** Symbol, prices, volume in 1e-8 and number of trades of a `SavedBar` of the core; what stands behind them is left to the caller. */
export function writeSavedBar(bar: usize): void {
  byte(OPEN_LIST);
  writeSymbol(symbolIn(bar));
  for (let which = O; which <= C; which++) {
    byte(COMMA);
    decimal(mantissaOf(bar, which), scaleOf(bar, which));
  }
  byte(COMMA);
  byte(QUOTE);
  const high = unitsHighOf(bar);
  if (high !== 0) whole(high);
  if (high !== 0) padded18(unitsLowOf(bar));
  else whole(unitsLowOf(bar));
  padded(e8Of(bar), 8);
  byte(QUOTE);
  byte(COMMA);
  whole(tradesOf(bar));
}

/** A symbol as a string of JSON. */
export function writeSymbol(symbol: usize): void {
  byte(QUOTE);
  bytes(textOf(symbol), sizeOf(symbol));
  byte(QUOTE);
}
