// The open bars as parts of a state, which are those of the core's BarBuilder: the bars of a window's bucket as JSON.
import { cNsOf, idsOf, oNsOf, setChanged, setCNs, setONs, setPrice, setTrades, setVolume, symbolIn } from '../bar';
import { BACKSLASH, CLOSE_LIST, COMMA, OPEN_LIST, QUOTE, SPACE, ZERO } from '../bytes';
import { dropGone } from '../gone';
import { changedIn, saveBars, writeSavedBar } from '../saved-bars';
import { bucketOf } from '../symbol';
import { symbolOf } from '../symbols';
import { byte, makeRoom, whole } from '../text';
import { hashOf } from '../words';
import { openBar, rememberId, TF } from './bars';
import { idSizeOf, idTextOf, nextOfBar } from './ids';
import { firstOf, savedOf, setSaved, startOf, windowAt, windowCount, windowOf } from './windows';

/** Gives every part that is not as it was at the last call. Nothing else may wait in the text. */
export function save(): void {
  dropGone();
  for (let at: u32 = 0; at < windowCount(); at++) saveWindow(windowAt(at));
}

function saveWindow(window: usize): void {
  const changed = changedIn(firstOf(window));
  setSaved(window, savedOf(window) | changed);
  saveBars(<f64>TF, <f64>startOf(window), changed, writeSaved);
}

/** `SavedBar` of the core. */
function writeSaved(bar: usize): void {
  writeSavedBar(bar);
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
  rememberId(bar, hashOf(symbolIn(bar), at, size), at, size);
}
