// The tick at hand.
import { whole } from '../text';
import { beginId, beginTick, endId, endTick, writePrice, writeVolume } from '../tick-text';
import { sizeOf, textOf } from './instruments';

/** Bytes that `keep` takes. */
export const KEPT: usize = 32;

let instrument: usize = 0;
/** ns since the epoch. */
let time: i64 = 0;
/** In steps of `10 ** -decimals`. */
let price: i64 = 0;
let volume: u32 = 0;
/** 0: it has none. */
let id: u64 = 0;
let decimals: u32 = 0;

export function setDecimals(count: u32): void {
  decimals = count;
}

export function set(ofInstrument: usize, at_ns: i64, ofPrice: i64, ofVolume: u32, ofId: u64): void {
  instrument = ofInstrument;
  time = at_ns;
  price = ofPrice;
  volume = ofVolume;
  id = ofId;
}

export function keep(place: usize): void {
  store<i64>(place, time);
  store<i64>(place, price, 8);
  store<u64>(place, id, 16);
  store<u32>(place, volume, 24);
  store<u32>(place, <u32>instrument, 28);
}

export function recall(place: usize): void {
  set(load<u32>(place, 28), load<i64>(place), load<i64>(place, 8), load<u32>(place, 24), load<u64>(place, 16));
}

export function write(): void {
  beginTick(textOf(instrument), sizeOf(instrument), time);
  writePrice(price, decimals);
  writeVolume(volume, 0);
  if (id !== 0) {
    beginId();
    whole(id);
    endId();
  }
  endTick();
}
