/*
 * Frames of Kite Connect 3, made byte by byte of the tables in its documentation ("WebSocket streaming", "Binary market data").
 * A packet is a list of fields in order; those that a test does not name hold values that would be noticed in the wrong place.
 */

/** An integer of four bytes, the highest first. */
function int32(value: number): number[] {
  return [24, 16, 8, 0].map((bits) => (value >> bits) & 0xff);
}

/** An integer of two bytes, the highest first. */
export function int16(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

interface Fields {
  readonly token?: number;
  readonly price?: number;
  readonly volume?: number;
  readonly exchange_s?: number;
}

/** Token, last price. */
function head({ token = 408065, price = 151025 }: Fields): number[] {
  return [...int32(token), ...int32(price)];
}

/** Mode ltp, of any instrument: 8 bytes. */
export function ltpPacket(fields: Fields = {}): number[] {
  return head(fields);
}

/** An index in mode quote: high, low, open, close, change of price. 28 bytes. */
export function indexQuotePacket(fields: Fields = {}): number[] {
  return [...head(fields), ...[1001, 1002, 1003, 1004, -1005].flatMap(int32)];
}

/** An index in mode full: the same, and the exchange's time. 32 bytes. */
export function indexFullPacket({ exchange_s = 1_700_000_000, ...fields }: Fields = {}): number[] {
  return [...indexQuotePacket(fields), ...int32(exchange_s)];
}

/**
 * Mode quote: last quantity, average price, volume of the day, quantities bid and offered, open, high, low, close. 44 bytes.
 */
export function quotePacket({ volume = 1000, ...fields }: Fields = {}): number[] {
  return [...head(fields), ...[2001, 2002, volume, 2004, 2005, 2006, 2007, 2008, 2009].flatMap(int32)];
}

/**
 * Mode full: the same, the time of the last trade, open interest, its high and its low, the exchange's time, and five bids and five
 * offers, each of a quantity, a price, a number of orders, and two bytes without meaning. 184 bytes.
 */
export function fullPacket({ exchange_s = 1_700_000_000, ...fields }: Fields = {}): number[] {
  const depth = Array.from({ length: 10 }, (_, at) => [...int32(3000 + at), ...int32(4000 + at), ...int16(5 + at), ...int16(0)]);
  return [...quotePacket(fields), ...[1_600_000_001, 2010, 2011, 2012, exchange_s].flatMap(int32), ...depth.flat()];
}

/** A frame of these packets: their number, and before each its length. */
export function kiteFrame(...packets: readonly (readonly number[])[]): Buffer {
  return Buffer.from([...int16(packets.length), ...packets.flatMap((packet) => [...int16(packet.length), ...packet])]);
}
