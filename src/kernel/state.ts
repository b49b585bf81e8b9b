// The open bars as parts of a state, which are those of the core's BarBuilder: the bars of a window's bucket as JSON.
import {
  C,
  cNsOf,
  e8Of,
  hasChanged,
  idsOf,
  mantissaOf,
  nextInBucket,
  O,
  oNsOf,
  scaleOf,
  setChanged,
  setCNs,
  setNextInBucket,
  setONs,
  setPrice,
  setTrades,
  setVolume,
  siblingOf,
  symbolIn,
  tradesOf,
  unitsHighOf,
  unitsLowOf,
} from './bar';
import { openBar, rememberId } from './bars';
import { BACKSLASH, CLOSE_LIST, COMMA, OPEN_LIST, QUOTE, SPACE, ZERO } from './bytes';
import { forgetGone, goneBuckets, goneCount, goneStart } from './gone';
import { idSizeOf, idTextOf, nextOfBar } from './ids';
import { take } from './memory';
import { bucketOf, sizeOf, symbolOf, textOf } from './symbols';
import { byte, bytes, decimal, flush, makeRoom, padded, whole } from './text';
import { firstOf, savedOf, setSaved, startOf, windowAt, windowCount, windowOf } from './windows';

/** What is written next, up to the next flush, is this part. */
declare function part(start: f64, bucket: u32): void;
/** This part is not any more. */
declare function drop(start: f64, bucket: u32): void;

/** First bar of each bucket of the window that is saved. */
const heads: usize = take(64 * 4);

/** Gives every part that is not as it was at the last call. Nothing else may wait in the text. */
export function save(): void {
  for (let at: u32 = 0; at < goneCount(); at++)
    for (let left = goneBuckets(at); left !== 0; left &= left - 1) drop(<f64>goneStart(at), <u32>ctz(left));
  forgetGone();
  for (let at: u32 = 0; at < windowCount(); at++) saveWindow(windowAt(at));
}

function saveWindow(window: usize): void {
  memory.fill(heads, 0, 64 * 4);
  let changed: u64 = 0;
  for (let bar = firstOf(window); bar !== 0; bar = siblingOf(bar)) {
    const bucket = bucketOf(symbolIn(bar));
    const head = heads + ((<usize>bucket) << 2);
    setNextInBucket(bar, load<u32>(head));
    store<u32>(head, <u32>bar);
    if (!hasChanged(bar)) continue;
    setChanged(bar, false);
    changed |= (<u64>1) << bucket;
  }
  setSaved(window, savedOf(window) | changed);
  for (; changed !== 0; changed &= changed - 1) {
    const bucket = <u32>ctz(changed);
    part(<f64>startOf(window), bucket);
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

/** `SavedBar` of the core. */
function writeSaved(bar: usize): void {
  const symbol = symbolIn(bar);
  byte(OPEN_LIST);
  byte(QUOTE);
  bytes(textOf(symbol), sizeOf(symbol));
  byte(QUOTE);
  for (let which = O; which <= C; which++) {
    byte(COMMA);
    decimal(mantissaOf(bar, which), scaleOf(bar, which));
  }
  byte(COMMA);
  byte(QUOTE);
  const high = unitsHighOf(bar);
  if (high !== 0) whole(high);
  if (high !== 0) padded(unitsLowOf(bar), 18);
  else whole(unitsLowOf(bar));
  padded(e8Of(bar), 8);
  byte(QUOTE);
  byte(COMMA);
  whole(tradesOf(bar));
  byte(COMMA);
  whole(oNsOf(bar));
  byte(COMMA);
  whole(cNsOf(bar));
  byte(COMMA);
  let mark = OPEN_LIST;
  for (let id = idsOf(bar); id !== 0; id = nextOfBar(id)) {
    makeRoom();
    byte(mark);
    writeText(idTextOf(id), idSizeOf(id));
    mark = COMMA;
  }
  if (mark === OPEN_LIST) byte(OPEN_LIST);
  byte(CLOSE_LIST);
  byte(CLOSE_LIST);
}

const HEX = memory.data<u8>([0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66]);

/** WTF-8 as a string of JSON: what UTF-8 has no bytes for is escaped. */
function writeText(at: usize, size: usize): void {
  byte(QUOTE);
  for (const end = at + size; at < end; at++) {
    const value: u32 = load<u8>(at);
    if (value === QUOTE || value === BACKSLASH) {
      byte(BACKSLASH);
      byte(value);
    } else if (value < SPACE) escape(value);
    else if (value === 0xed && <u32>load<u8>(at + 1) >= 0xa0) {
      escape(0xd000 | (((<u32>load<u8>(at + 1)) & 0x3f) << 6) | ((<u32>load<u8>(at + 2)) & 0x3f));
      at += 2;
    } else byte(value);
  }
  byte(QUOTE);
}

function escape(unit: u32): void {
  byte(BACKSLASH);
  byte(0x75);
  for (let shift: i32 = 12; shift >= 0; shift -= 4) byte(load<u8>(HEX + (((<usize>unit) >> shift) & 15)));
}

/** A saved bar of the symbol at `symbolAt`, without its prices and ids; gives the bar. */
export function restoreBar(
  symbolAt: usize,
  symbolSize: u32,
  s: f64,
  oNs: u32,
  cNs: u32,
  trades: f64,
  high: u64,
  low: u64,
  e8: u32,
): usize {
  const symbol = symbolOf(symbolAt, symbolSize);
  const bar = openBar(symbol, <i64>s);
  setONs(bar, oNs);
  setCNs(bar, cNs);
  setTrades(bar, <u64>trades);
  setVolume(bar, high, low, e8);
  setChanged(bar, false);
  const window = windowOf(<i64>s);
  setSaved(window, savedOf(window) | ((<u64>1) << bucketOf(symbol)));
  return bar;
}

/** 0 to 3: open, high, low, close. */
export function restorePrice(bar: usize, which: u32, price: f64, mantissa: i64, scale: u32): void {
  setPrice(bar, which, price, mantissa, scale);
}

export function restoreId(bar: usize, at: usize, size: u32): void {
  rememberId(bar, at, size);
}
