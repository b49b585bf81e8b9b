// A closed bar as a line, as the codec of the reference writes it.
import { C, e8Of, mantissaOf, O, scaleOf, secondOf, symbolIn, tradesOf, unitsHighOf, unitsLowOf } from './bar';
import { sizeOf, textOf } from './symbol';
import { begin, byte, bytes, decimal, end, padded, padded18, whole } from './text';

const HEAD = memory.data<u8>([0x7b, 0x22, 0x73, 0x79, 0x6d, 0x62, 0x6f, 0x6c, 0x22, 0x3a, 0x22]); // {"symbol":"
const TF = memory.data<u8>([0x22, 0x2c, 0x22, 0x74, 0x66, 0x22, 0x3a, 0x22]); // ","tf":"
const TIME = memory.data<u8>([0x22, 0x2c, 0x22, 0x74, 0x73, 0x22, 0x3a]); // ","ts":
const PRICE = memory.data<u8>([
  0x2c, 0x22, 0x6f, 0x22, 0x3a, 0x2c, 0x22, 0x68, 0x22, 0x3a, 0x2c, 0x22, 0x6c, 0x22, 0x3a, 0x2c, 0x22, 0x63, 0x22, 0x3a,
]); // ,"o": ,"h": ,"l": ,"c":
const VOLUME = memory.data<u8>([0x2c, 0x22, 0x76, 0x6f, 0x6c, 0x22, 0x3a]); // ,"vol":
const COUNT = memory.data<u8>([0x2c, 0x22, 0x6e, 0x5f, 0x74, 0x72, 0x61, 0x64, 0x65, 0x73, 0x22, 0x3a]); // ,"n_trades":
const CLOSE: u32 = 0x7d;

/** `tf`: the name of its timeframe. */
export function writeBar(bar: usize, tf: usize, tfSize: usize): void {
  const symbol = symbolIn(bar);
  begin();
  bytes(HEAD, 11);
  bytes(textOf(symbol), sizeOf(symbol));
  bytes(TF, 8);
  bytes(tf, tfSize);
  bytes(TIME, 7);
  whole(<u64>secondOf(bar));
  for (let which = O; which <= C; which++) {
    bytes(PRICE + which * 5, 5);
    decimal(mantissaOf(bar, which), scaleOf(bar, which));
  }
  bytes(VOLUME, 7);
  writeVolume(unitsHighOf(bar), unitsLowOf(bar), e8Of(bar));
  bytes(COUNT, 12);
  whole(tradesOf(bar));
  byte(CLOSE);
  end(textOf(symbol), sizeOf(symbol));
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
