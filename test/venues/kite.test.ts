import { describe, expect, it } from 'vitest';
import { KiteVenue, MAX_KITE_INSTRUMENTS } from '../../src/lib/venues/kite.js';
import {
  fullPacket,
  indexFullPacket,
  indexQuotePacket,
  int16,
  kiteFrame,
  ltpPacket,
  quotePacket,
} from '../support/kite-packets.js';
import { frameOf, instant, readingOf } from '../support/venues.js';

/** Tokens end with their segment: 1 is a stock, 3 and 6 are currencies, 9 is an index. */
const STOCK = 408065;
const OTHER = 2 * 256 + 1;
const CURRENCY = 7 * 256 + 3;
const BCD = 7 * 256 + 6;
const INDEX = 1000 * 256 + 9;

const SYMBOLS = new Map([
  [STOCK, 'INFY'],
  [OTHER, 'NSE:M&M'],
  [CURRENCY, 'USDINR24JANFUT'],
  [BCD, 'EURINR'],
  [INDEX, 'NIFTY 50'],
  [3 * 256 + 1, '+BAD'],
  [0xfffffe01, 'LAST'],
]);

function kite(): KiteVenue {
  return new KiteVenue(SYMBOLS, 'full');
}

/** What is read in a binary frame that came at `received`. */
function read(venue: KiteVenue, bytes: Buffer, received = '1700000001.5'): string[] | string {
  return readingOf(venue, frameOf(bytes, { isBinary: true, received: instant(received) }));
}

/** What is read in a frame of these packets, which is the first of the day. */
function readPackets(...packets: readonly (readonly number[])[]): string[] | string {
  return read(kite(), kiteFrame(...packets));
}

/** The line of a tick. */
function line(symbol: string, event_ts: string, ltp: string, vol = '0'): string {
  return `{"symbol":"${symbol}","event_ts":${event_ts},"ltp":${ltp},"vol":${vol}}`;
}

describe('a packet', () => {
  it('has the length that its kind has', () => {
    const packets = [ltpPacket(), indexQuotePacket(), indexFullPacket(), quotePacket(), fullPacket()];
    expect(packets.map(({ length }) => length)).toEqual([8, 28, 32, 44, 184]);
  });

  it('of mode full has the time of the exchange', () => {
    expect(readPackets(fullPacket({ price: 151025, exchange_s: 1_700_000_123 }))).toEqual([
      line('INFY', '1700000123000000000', '1510.25'),
    ]);
  });

  it('of an index in mode full has the time of the exchange', () => {
    expect(readPackets(indexFullPacket({ token: INDEX, price: 1953_265, exchange_s: 1_700_000_123 }))).toEqual([
      line('NIFTY 50', '1700000123000000000', '19532.65'),
    ]);
  });

  it.each([
    ['mode ltp', ltpPacket({ price: 151025 })],
    ['mode quote', quotePacket({ price: 151025 })],
    ['an index in mode quote', indexQuotePacket({ price: 151025 })],
  ])('of %s has the time at which it came', (_, packet) => {
    expect(read(kite(), kiteFrame(packet), '1700000001.123456789')).toEqual([
      `received ${line('INFY', '1700000001123456789', '1510.25')}`,
    ]);
  });

  it.each([
    ['mode full', fullPacket({ exchange_s: 0 })],
    ['an index in mode full', indexFullPacket({ exchange_s: 0 })],
  ])('of %s that has not traded has the time at which it came', (_, packet) => {
    expect(readPackets(packet)).toEqual([`received ${line('INFY', '1700000001500000000', '1510.25')}`]);
  });

  it('has its price in hundredths, and in the currency segments 3 and 6 in other parts', () => {
    expect(
      readPackets(
        fullPacket({ token: STOCK, price: 1 }),
        fullPacket({ token: INDEX, price: 2_147_483_647 }),
        fullPacket({ token: CURRENCY, price: 832_425_000 }),
        fullPacket({ token: CURRENCY, price: 1 }),
        fullPacket({ token: BCD, price: 905_025 }),
        fullPacket({ token: OTHER, price: 0 }),
      ),
    ).toEqual([
      line('INFY', '1700000000000000000', '0.01'),
      line('NIFTY 50', '1700000000000000000', '21474836.47'),
      line('USDINR24JANFUT', '1700000000000000000', '83.2425'),
      line('USDINR24JANFUT', '1700000000000000000', '0.0000001'),
      line('EURINR', '1700000000000000000', '90.5025'),
      line('NSE:M&M', '1700000000000000000', '0'),
    ]);
  });

  it('may have a negative price', () => {
    expect(readPackets(ltpPacket({ price: -3763 }), ltpPacket({ token: CURRENCY, price: -2_147_483_648 }))).toEqual([
      `received ${line('INFY', '1700000001500000000', '-37.63')}`,
      `received ${line('USDINR24JANFUT', '1700000001500000000', '-214.7483648')}`,
    ]);
  });

  it('may have a token of 32 bits', () => {
    expect(readPackets(fullPacket({ token: 0xfffffe01 }))).toEqual([line('LAST', '1700000000000000000', '1510.25')]);
  });

  it('may have a time up to the end of what four bytes hold', () => {
    expect(readPackets(fullPacket({ exchange_s: 2_147_483_648 }), fullPacket({ exchange_s: 4_102_444_799 }))).toEqual([
      line('INFY', '2147483648000000000', '1510.25'),
      line('INFY', '4102444799000000000', '1510.25'),
    ]);
  });

  it('may have a time from 1973 on', () => {
    expect(readPackets(fullPacket({ exchange_s: 94_694_400 }))).toEqual([line('INFY', '94694400000000000', '1510.25')]);
  });

  it('is refused with a time out of range', () => {
    expect(readPackets(fullPacket({ exchange_s: 94_694_399 }), fullPacket({ exchange_s: 4_102_444_800 }))).toEqual([
      'timestamp_range event_ts',
      'timestamp_range event_ts',
    ]);
    expect(read(kite(), kiteFrame(ltpPacket()), '5')).toEqual(['timestamp_range event_ts']);
  });

  it('is refused where its instrument was not asked for', () => {
    expect(readPackets(fullPacket({ token: 99 * 256 + 1 }), fullPacket())).toEqual([
      'unknown_instrument symbol',
      line('INFY', '1700000000000000000', '1510.25'),
    ]);
  });

  it('is refused where the symbol of its instrument is out of bounds', () => {
    expect(readPackets(fullPacket({ token: 3 * 256 + 1 }))).toEqual(['out_of_bounds symbol']);
  });

  it.each([0, 4, 7, 9, 12, 27, 29, 31, 33, 43, 45, 164, 183, 185, 492])(
    'is refused with the unknown length of %d bytes',
    (length) => {
      const packet = [...fullPacket(), ...fullPacket(), ...fullPacket()].slice(0, length);
      const [refused, ...others] = readPackets(packet, fullPacket());
      expect(refused).toBe('invalid_frame');
      expect(others).toEqual([line('INFY', '1700000000000000000', '1510.25')]);
    },
  );
});

describe('a binary frame', () => {
  it('has packets of any kind, in order', () => {
    expect(
      readPackets(
        ltpPacket({ token: OTHER, price: 100 }),
        fullPacket({ price: 200 }),
        indexQuotePacket({ token: INDEX, price: 300 }),
        quotePacket({ token: CURRENCY, price: 40_000_000 }),
        indexFullPacket({ token: INDEX, price: 500 }),
      ),
    ).toEqual([
      `received ${line('NSE:M&M', '1700000001500000000', '1')}`,
      line('INFY', '1700000000000000000', '2'),
      `received ${line('NIFTY 50', '1700000001500000000', '3')}`,
      `received ${line('USDINR24JANFUT', '1700000001500000000', '4')}`,
      line('NIFTY 50', '1700000000000000000', '5'),
    ]);
  });

  it('may have thousands of packets', () => {
    const packets = Array.from({ length: MAX_KITE_INSTRUMENTS }, () => fullPacket());
    expect(readPackets(...packets)).toEqual(packets.map(() => line('INFY', '1700000000000000000', '1510.25')));
  });

  it('may have none', () => {
    expect(readPackets()).toEqual([]);
  });

  it('of one byte is a heartbeat', () => {
    for (const byte of [0, 1, 255]) expect(read(kite(), Buffer.from([byte]))).toBe('ignored');
  });

  it('that is cut is refused, wherever it is', () => {
    const whole = kiteFrame(ltpPacket(), quotePacket());
    const venue = kite();
    expect(read(venue, whole)).toHaveLength(2);
    for (let end = 0; end < whole.length; end++) {
      expect(read(venue, whole.subarray(0, end)), `${end} bytes`).toBe(end === 1 ? 'ignored' : 'rejected: invalid_frame');
    }
  });

  it.each([
    ['says that it has fewer packets', [...int16(1), ...int16(8), ...ltpPacket(), ...int16(8), ...ltpPacket()]],
    ['says that it has more packets', [...int16(3), ...int16(8), ...ltpPacket(), ...int16(8), ...ltpPacket()]],
    ['says that it has 65,535 packets', [...int16(65_535), ...int16(8), ...ltpPacket()]],
    ['says that a packet is longer', [...int16(1), ...int16(9), ...ltpPacket()]],
    ['says that a packet is shorter', [...int16(1), ...int16(7), ...ltpPacket()]],
    ['says that a packet has 65,535 bytes', [...int16(1), ...int16(65_535), ...ltpPacket()]],
    ['has a byte too many', [...int16(1), ...int16(8), ...ltpPacket(), 0]],
    ['has packets and says that it has none', [...int16(0), ...int16(8), ...ltpPacket()]],
  ])('that %s is refused', (_, bytes) => {
    expect(read(kite(), Buffer.from(bytes))).toBe('rejected: invalid_frame');
  });

  it('is read also where it is a part of a larger buffer', () => {
    const frame = kiteFrame(fullPacket());
    const larger = Buffer.concat([Buffer.alloc(7, 0xff), frame, Buffer.alloc(5, 0xff)]);
    const part = { ...frameOf('', { isBinary: true }), bytes: larger.subarray(7, 7 + frame.length) };
    expect(readingOf(kite(), part)).toEqual([line('INFY', '1700000000000000000', '1510.25')]);
  });
});

describe('the greeting', () => {
  it('subscribes to every token, and asks for the mode', () => {
    expect(
      new KiteVenue(
        new Map([
          [408065, 'A'],
          [4294967295, 'B'],
        ]),
        'quote',
      ).greeting,
    ).toEqual(['{"a":"subscribe","v":[408065,4294967295]}', '{"a":"mode","v":["quote",[408065,4294967295]]}']);
  });

  it('holds no secret: address and headers name them', () => {
    expect(kite()).toMatchObject({
      name: 'kite',
      url: 'wss://ws.kite.trade/?api_key=${KITE_API_KEY}&access_token=${KITE_ACCESS_TOKEN}',
      headers: { 'X-Kite-Version': '3' },
      heartbeat: { send: undefined },
      lacksSymbols: false,
    });
  });
});
