// What is kept between bars as parts of a state, which are those of the core's Aggregator.
import { setChanged, setTrades, setVolume } from '../bar';
import { CLOSE_LIST, COMMA, OPEN_LIST } from '../bytes';
import { dropGone } from '../gone';
import { changedIn, saveBars, writeSavedBar, writeSymbol } from '../saved-bars';
import { bucketOf } from '../symbol';
import { symbolOf } from '../symbols';
import { byte, flush, makeRoom, part, whole } from '../text';
import { openBar, takeMoved } from './bars';
import { entryOf, firstIn, lastOf, link, makeEntry, nextOf, setLast } from './symbol';
import { firstOf, savedOf, setSaved, startOf, targetAt, targetCount, tfOf } from './targets';

/** The name of the parts that hold the last times, where windows have their timeframe. */
const LAST: f64 = 0;

/** Gives every part that is not as it was at the last call. Nothing else may wait in the text. */
export function save(): void {
  dropGone();
  saveLast(takeMoved());
  for (let index: u32 = 0; index < targetCount(); index++) {
    const target = targetAt(index);
    const changed = changedIn(firstOf(target));
    setSaved(target, savedOf(target) | changed);
    saveBars(<f64>tfOf(target), <f64>startOf(target), changed, writeSaved);
  }
}

function writeSaved(bar: usize): void {
  writeSavedBar(bar);
  byte(CLOSE_LIST);
}

function saveLast(buckets: u64): void {
  if (buckets !== 0) link(buckets);
  for (; buckets !== 0; buckets &= buckets - 1) {
    const bucket = <u32>ctz(buckets);
    part(LAST, 0, bucket);
    let mark = OPEN_LIST;
    for (let symbol = firstIn(bucket); symbol !== 0; symbol = nextOf(symbol)) {
      makeRoom();
      byte(mark);
      byte(OPEN_LIST);
      writeSymbol(symbol);
      byte(COMMA);
      whole(<u64>lastOf(entryOf(symbol)));
      byte(CLOSE_LIST);
      mark = COMMA;
    }
    byte(CLOSE_LIST);
    flush();
  }
}

/** The last time of the symbol at `symbolAt`. */
export function restoreLast(symbolAt: usize, symbolSize: u32, ts: f64): void {
  setLast(entryFor(symbolOf(symbolAt, symbolSize)), <i64>ts);
}

/** A saved bar of that symbol, without its prices; gives the bar. */
export function restoreBar(
  symbolAt: usize,
  symbolSize: u32,
  index: u32,
  start: f64,
  trades: f64,
  high: u64,
  low: u64,
  e8: u32,
): usize {
  const symbol = symbolOf(symbolAt, symbolSize);
  const bar = openBar(index, entryFor(symbol), symbol, <i64>start);
  setTrades(bar, <u64>trades);
  setVolume(bar, high, low, e8);
  setChanged(bar, false);
  const target = targetAt(index);
  setSaved(target, savedOf(target) | ((<u64>1) << bucketOf(symbol)));
  return bar;
}

function entryFor(symbol: usize): usize {
  const entry = entryOf(symbol);
  return entry === 0 ? makeEntry(symbol) : entry;
}
