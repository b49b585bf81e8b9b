// One line into the bar that comes in. Takes the plain way to write one; everything else is left to whoever knows all of JSON.
import { C, H, L, O, setPrice, setTrades, setVolume } from '../bar';
import { QUOTE } from '../bytes';
import { take } from '../memory';
import {
  e8,
  mantissa,
  MAX_EVENT_S,
  price,
  scale,
  scanNumber,
  scanObject,
  scanPrice,
  scanSymbol,
  scanVolume,
  units,
} from '../scan';
import { incoming } from './bars';

export let ts: i64 = 0;

// The timeframe that bars must have, and its name in quotes, which is empty until the host knows it.
let from: i64 = 1;
const name: usize = take(16);
let nameSize: usize = 0;

/** Bars of this timeframe are taken from now on. */
export function setFrom(tf: f64, textAt: usize, size: u32): void {
  from = <i64>tf;
  store<u8>(name, QUOTE);
  memory.copy(name + 1, textAt, size);
  store<u8>(name + 1 + size, QUOTE);
  nameSize = <usize>size + 2;
}

const SYMBOL: u32 = 1;
const TF: u32 = 2;
const TS: u32 = 4;
const OPEN_PRICE: u32 = 8;
const HIGH: u32 = 16;
const LOW: u32 = 32;
const CLOSE_PRICE: u32 = 64;
const VOL: u32 = 128;
const N_TRADES: u32 = 256;
const NEEDED: u32 = SYMBOL | TF | TS | OPEN_PRICE | HIGH | LOW | CLOSE_PRICE | VOL | N_TRADES;

/** Which field the key [at, at + size) names; 0 for none. */
function fieldOf(at: usize, size: usize): u32 {
  if (size === 1) {
    const text: u32 = load<u8>(at);
    return text === 0x6f ? OPEN_PRICE : text === 0x68 ? HIGH : text === 0x6c ? LOW : text === 0x63 ? CLOSE_PRICE : 0;
  }
  if (size === 2) {
    const text: u32 = load<u16>(at);
    return text === 0x6674 ? TF : text === 0x7374 ? TS : 0;
  }
  if (size === 3) return (load<u32>(at) & 0xffffff) === 0x6c6f76 ? VOL : 0;
  if (size === 6) return (load<u64>(at) & 0xffffffffffff) === 0x6c6f626d7973 ? SYMBOL : 0;
  return size === 8 && load<u64>(at) === 0x736564617274_5f6e ? N_TRADES : 0;
}

/** Where the line break is behind the bar of a line [at, …) that was taken; 0 where it is not plain. */
export function scanBar(at: usize): usize {
  return scanObject(at, NEEDED, fieldOf, scanValue);
}

/** Behind the value of a field; 0 where it is not plain or out of bounds. */
function scanValue(field: u32, at: usize): usize {
  if (field === SYMBOL) return scanSymbol(at);
  if (field === TF) return nameSize !== 0 && memory.compare(at, name, nameSize) === 0 ? at + nameSize : 0;
  if (field === TS) return scanTime(at);
  if (field === VOL) {
    at = scanVolume(at);
    setVolume(incoming, 0, units, e8);
    return at;
  }
  if (field === N_TRADES) {
    at = scanNumber(at);
    setTrades(incoming, mantissa);
    return scale === 0 ? at : 0;
  }
  at = scanPrice(at);
  setPrice(incoming, field === OPEN_PRICE ? O : field === HIGH ? H : field === LOW ? L : C, price, mantissa, scale);
  return at;
}

/** Whole seconds, a multiple of the timeframe. */
function scanTime(at: usize): usize {
  at = scanNumber(at);
  if (at === 0 || scale !== 0) return 0;
  ts = <i64>mantissa;
  return ts < MAX_EVENT_S && ts % from === 0 ? at : 0;
}
