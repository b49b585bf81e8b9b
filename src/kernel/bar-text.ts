// A closed bar as a line, as the codec of the reference writes it.
import { C, e8Of, H, mantissaOf, O, scaleOf, secondOf, symbolIn, tradesOf, unitsHighOf, unitsLowOf } from './bar';
import { take } from './memory';
import { sizeOf, textOf } from './symbol';
import { begin, byte, bytes, decimal, end, goBackTo, here, padded, padded18, whole } from './text';

const HEAD = memory.data<u8>([0x7b, 0x22, 0x73, 0x79, 0x6d, 0x62, 0x6f, 0x6c, 0x22, 0x3a, 0x22]); // {"symbol":"
const TF = memory.data<u8>([0x22, 0x2c, 0x22, 0x74, 0x66, 0x22, 0x3a, 0x22]); // ","tf":"
const TIME = memory.data<u8>([0x22, 0x2c, 0x22, 0x74, 0x73, 0x22, 0x3a]); // ","ts":
const PRICE = memory.data<u8>([
  0x2c, 0x22, 0x6f, 0x22, 0x3a, 0x2c, 0x22, 0x68, 0x22, 0x3a, 0x2c, 0x22, 0x6c, 0x22, 0x3a, 0x2c, 0x22, 0x63, 0x22, 0x3a,
]); // ,"o": ,"h": ,"l": ,"c":
const VOLUME = memory.data<u8>([0x2c, 0x22, 0x76, 0x6f, 0x6c, 0x22, 0x3a]); // ,"vol":
const COUNT = memory.data<u8>([0x2c, 0x22, 0x6e, 0x5f, 0x74, 0x72, 0x61, 0x64, 0x65, 0x73, 0x22, 0x3a]); // ,"n_trades":
const CLOSE: u32 = 0x7d;

/** What stands between the symbol and the first price in the bars of one window, most of which come one behind the other. */
const WINDOW: usize = take(64);
let windowSize: usize = 0;
let windowTf: usize = 0;
let windowStart: i64 = 0;

/** `tf`: the name of its timeframe, which is always at the same place. */
export function writeBar(bar: usize, tf: usize, tfSize: usize): void {
  const symbol = symbolIn(bar);
  begin();
  bytes(HEAD, 11);
  bytes(textOf(symbol), sizeOf(symbol));
  if (tf !== windowTf || secondOf(bar) !== windowStart) noteWindow(tf, tfSize, secondOf(bar));
  bytes(WINDOW, windowSize);
  writePrices(bar);
  bytes(VOLUME, 7);
  writeVolume(unitsHighOf(bar), unitsLowOf(bar), e8Of(bar));
  bytes(COUNT, 12);
  whole(tradesOf(bar));
  byte(CLOSE);
  end(textOf(symbol), sizeOf(symbol));
}

function noteWindow(tf: usize, tfSize: usize, start: i64): void {
  const from = here();
  bytes(TF, 8);
  bytes(tf, tfSize);
  bytes(TIME, 7);
  whole(<u64>start);
  bytes(PRICE, 5);
  windowSize = here() - from;
  windowTf = tf;
  windowStart = start;
  memory.copy(WINDOW, from, windowSize);
  goBackTo(from);
}

/** A price that is that of the open is a copy of its text: in a bar of one trade all are. */
function writePrices(bar: usize): void {
  const mantissa = mantissaOf(bar, O);
  const scale = scaleOf(bar, O);
  const from = here();
  decimal(mantissa, scale);
  const size = here() - from;
  for (let which = H; which <= C; which++) {
    bytes(PRICE + which * 5, 5);
    if (mantissaOf(bar, which) === mantissa && scaleOf(bar, which) === scale) bytes(from, size);
    else decimal(mantissaOf(bar, which), scaleOf(bar, which));
  }
}

function writeVolume(high: u64, low: u64, fraction: u32): void {
  if (high === 0) whole(low);
  else {
    whole(high);
    padded18(low);
  }
  if (fraction === 0) return;
  let size: u32 = 8;
  while (fraction % 10 === 0) {
    fraction /= 10;
    size--;
  }
  byte(0x2e);
  padded(fraction, size);
}
