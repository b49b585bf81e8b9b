// A tick as a line, as the codec of the reference writes it: its parts, in their order.
import { CLOSE, QUOTE } from './bytes';
import { take } from './memory';
import { begin, byte, bytes, decimal, end, here, padded, whole } from './text';

const HEAD = memory.data<u8>([0x7b, 0x22, 0x73, 0x79, 0x6d, 0x62, 0x6f, 0x6c, 0x22, 0x3a, 0x22]); // {"symbol":"
const TIME = memory.data<u8>([0x22, 0x2c, 0x22, 0x65, 0x76, 0x65, 0x6e, 0x74, 0x5f, 0x74, 0x73, 0x22, 0x3a]); // ","event_ts":
const PRICE = memory.data<u8>([0x2c, 0x22, 0x6c, 0x74, 0x70, 0x22, 0x3a]); // ,"ltp":
const VOLUME = memory.data<u8>([0x2c, 0x22, 0x76, 0x6f, 0x6c, 0x22, 0x3a]); // ,"vol":
const ID = memory.data<u8>([0x2c, 0x22, 0x74, 0x72, 0x61, 0x64, 0x65, 0x5f, 0x69, 0x64, 0x22, 0x3a, 0x22]); // ,"trade_id":"
const BUY = memory.data<u8>([0x2c, 0x22, 0x73, 0x69, 0x64, 0x65, 0x22, 0x3a, 0x22, 0x62, 0x75, 0x79, 0x22]); // ,"side":"buy"
const SELL = memory.data<u8>([0x2c, 0x22, 0x73, 0x69, 0x64, 0x65, 0x22, 0x3a, 0x22, 0x73, 0x65, 0x6c, 0x6c, 0x22]); // ,"side":"sell"

const NS_PER_S: u64 = 1_000_000_000;
const NS_DIGITS: u32 = 9;

/** The second that was written last: where it begins, ns since the epoch, and its text. Many ticks share it. */
let second: u64 = 0;
const secondText: usize = take(24);
let secondSize: usize = 0;

/** `time`: ns since the epoch. */
export function beginTick(symbol: usize, symbolSize: usize, time: i64): void {
  begin();
  bytes(HEAD, 11);
  bytes(symbol, symbolSize);
  bytes(TIME, 13);
  writeTime(<u64>time);
}

function writeTime(time: u64): void {
  if (time - second < NS_PER_S && secondSize !== 0) {
    bytes(secondText, secondSize);
    padded(<u32>(time - second), NS_DIGITS);
    return;
  }
  const place = here();
  whole(time);
  if (time < NS_PER_S) return;
  second = time - (time % NS_PER_S);
  secondSize = here() - NS_DIGITS - place;
  memory.copy(secondText, place, secondSize);
}

export function writePrice(mantissa: i64, scale: u32): void {
  bytes(PRICE, 7);
  decimal(mantissa, scale);
}

export function writeVolume(mantissa: i64, scale: u32): void {
  bytes(VOLUME, 7);
  decimal(mantissa, scale);
}

export function beginId(): void {
  bytes(ID, 13);
}

export function endId(): void {
  byte(QUOTE);
}

export function writeSide(isBuy: bool): void {
  if (isBuy) bytes(BUY, 13);
  else bytes(SELL, 14);
}

export function endTick(): void {
  byte(CLOSE);
  end(0, 0);
}
