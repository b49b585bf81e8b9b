// The tick at hand, and how it is written: as the codec of the reference writes it.
import { begin, byte, bytes, decimal, end, whole } from '../text';
import { sizeOf, textOf } from './instruments';

const HEAD = memory.data<u8>([0x7b, 0x22, 0x73, 0x79, 0x6d, 0x62, 0x6f, 0x6c, 0x22, 0x3a, 0x22]); // {"symbol":"
const TIME = memory.data<u8>([0x22, 0x2c, 0x22, 0x65, 0x76, 0x65, 0x6e, 0x74, 0x5f, 0x74, 0x73, 0x22, 0x3a]); // ","event_ts":
const PRICE = memory.data<u8>([0x2c, 0x22, 0x6c, 0x74, 0x70, 0x22, 0x3a]); // ,"ltp":
const VOLUME = memory.data<u8>([0x2c, 0x22, 0x76, 0x6f, 0x6c, 0x22, 0x3a]); // ,"vol":
const ID = memory.data<u8>([0x2c, 0x22, 0x74, 0x72, 0x61, 0x64, 0x65, 0x5f, 0x69, 0x64, 0x22, 0x3a, 0x22]); // ,"trade_id":"
const QUOTE: u32 = 0x22;
const CLOSE: u32 = 0x7d;

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
  begin();
  bytes(HEAD, 11);
  bytes(textOf(instrument), sizeOf(instrument));
  bytes(TIME, 13);
  whole(<u64>time);
  bytes(PRICE, 7);
  decimal(price, decimals);
  bytes(VOLUME, 7);
  whole(volume);
  if (id !== 0) {
    bytes(ID, 13);
    whole(id);
    byte(QUOTE);
  }
  byte(CLOSE);
  end(0, 0);
}
