// A tick as a line, as the codec of the reference writes it: its parts, in their order.
import { CLOSE, QUOTE } from './bytes';
import { begin, byte, bytes, decimal, end, whole } from './text';

const HEAD = memory.data<u8>([0x7b, 0x22, 0x73, 0x79, 0x6d, 0x62, 0x6f, 0x6c, 0x22, 0x3a, 0x22]); // {"symbol":"
const TIME = memory.data<u8>([0x22, 0x2c, 0x22, 0x65, 0x76, 0x65, 0x6e, 0x74, 0x5f, 0x74, 0x73, 0x22, 0x3a]); // ","event_ts":
const PRICE = memory.data<u8>([0x2c, 0x22, 0x6c, 0x74, 0x70, 0x22, 0x3a]); // ,"ltp":
const VOLUME = memory.data<u8>([0x2c, 0x22, 0x76, 0x6f, 0x6c, 0x22, 0x3a]); // ,"vol":
const ID = memory.data<u8>([0x2c, 0x22, 0x74, 0x72, 0x61, 0x64, 0x65, 0x5f, 0x69, 0x64, 0x22, 0x3a, 0x22]); // ,"trade_id":"
const BUY = memory.data<u8>([0x2c, 0x22, 0x73, 0x69, 0x64, 0x65, 0x22, 0x3a, 0x22, 0x62, 0x75, 0x79, 0x22]); // ,"side":"buy"
const SELL = memory.data<u8>([0x2c, 0x22, 0x73, 0x69, 0x64, 0x65, 0x22, 0x3a, 0x22, 0x73, 0x65, 0x6c, 0x6c, 0x22]); // ,"side":"sell"

/** `time`: ns since the epoch. */
export function beginTick(symbol: usize, symbolSize: usize, time: i64): void {
  begin();
  bytes(HEAD, 11);
  bytes(symbol, symbolSize);
  bytes(TIME, 13);
  whole(<u64>time);
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
