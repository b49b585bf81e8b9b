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
  whole,
} from '../scan';
import { areSame } from '../words';
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

/** See `scanObject`. */
class BarFields {
  keyAt(at: usize): u32 {
    const text = load<u64>(at);
    const two = (<u32>text) & 0xffff;
    if (two === 0x226f) return OPEN_PRICE | (1 << 16);
    if (two === 0x2268) return HIGH | (1 << 16);
    if (two === 0x226c) return LOW | (1 << 16);
    if (two === 0x2263) return CLOSE_PRICE | (1 << 16);
    const three = (<u32>text) & 0xffffff;
    if (three === 0x227374) return TS | (2 << 16);
    if (three === 0x226674) return TF | (2 << 16);
    if (<u32>text === 0x226c6f76) return VOL | (3 << 16);
    if ((text & 0xffffffffffffff) === 0x226c6f626d7973) return SYMBOL | (6 << 16);
    return text === 0x7365646172745f6e && load<u8>(at, 8) === QUOTE ? N_TRADES | (8 << 16) : 0;
  }

  scanValue(field: u32, at: usize): usize {
    if (field === SYMBOL) return scanSymbol(at);
    if (field === TF) return nameSize !== 0 && areSame(at, name, nameSize) ? at + nameSize : 0;
    if (field === TS) return scanTime(at);
    if (field === VOL) {
      at = scanVolume(at);
      setVolume(incoming, 0, units, e8);
      return at;
    }
    if (field === N_TRADES) {
      at = scanNumber(at);
      setTrades(incoming, whole);
      return scale === 0 ? at : 0;
    }
    at = scanPrice(at);
    setPrice(incoming, field === OPEN_PRICE ? O : field === HIGH ? H : field === LOW ? L : C, price, mantissa, scale);
    return at;
  }
}

/** Where the line break is behind the bar of a line [at, …) that was taken; 0 where it is not plain. */
export function scanBar(at: usize): usize {
  return scanObject<BarFields>(at, NEEDED);
}

/** Whole seconds, a multiple of the timeframe. */
function scanTime(at: usize): usize {
  at = scanNumber(at);
  if (at === 0 || scale !== 0) return 0;
  ts = <i64>whole;
  return ts < MAX_EVENT_S && ts % from === 0 ? at : 0;
}
