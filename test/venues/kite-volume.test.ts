import { describe, expect, it } from 'vitest';
import type { Venue } from '../../src/lib/venues/venue.js';
import { KiteVenue } from '../../src/lib/venues/kite.js';
import { fullPacket, indexFullPacket, kiteFrame, ltpPacket, quotePacket } from '../support/kite-packets.js';
import { frameOf, instant } from '../support/venues.js';

const STOCK = 408065;
const OTHER = 2 * 256 + 1;

/** 2023-11-15 00:00 in India, which is 18:30 UTC of the day before. */
const MIDNIGHT_S = Date.parse('2023-11-14T18:30:00Z') / 1000;

function kite(): Venue {
  return new KiteVenue(
    new Map([
      [STOCK, 'INFY'],
      [OTHER, 'TCS'],
    ]),
    'full',
  );
}

/** Symbol and volume of each tick; each packet comes in a frame of its own. */
function volumes(venue: Venue, packets: readonly (readonly number[])[], received = '1700000001.5'): string[] {
  return packets.flatMap((packet) => {
    const reading = venue.read(frameOf(kiteFrame(packet), { isBinary: true, received: instant(received) }));
    if (reading === 'ignored' || 'refusal' in reading) throw new Error('no trades');
    return reading.trades.map(({ tick }) => {
      if ('reason' in tick) return tick.reason;
      expect(tick.vol_e8).toBe(0);
      return `${tick.symbol} ${tick.vol_units}`;
    });
  });
}

describe("the volume of Kite's ticks", () => {
  it("is the growth of the day's volume, and unknown in the first", () => {
    const packets = [5000, 5000, 5010, 5011, 6000].map((volume) => fullPacket({ volume }));
    expect(volumes(kite(), packets)).toEqual(['INFY 0', 'INFY 0', 'INFY 10', 'INFY 1', 'INFY 989']);
  });

  it('is nothing for a fall, and behind it only what is more than ever before', () => {
    const packets = [100, 130, 90, 129, 130, 135].map((volume) => fullPacket({ volume }));
    expect(volumes(kite(), packets)).toEqual(['INFY 0', 'INFY 30', 'INFY 0', 'INFY 0', 'INFY 0', 'INFY 5']);
  });

  it('is that of its instrument', () => {
    const packets = [
      fullPacket({ token: STOCK, volume: 100 }),
      fullPacket({ token: OTHER, volume: 5 }),
      fullPacket({ token: STOCK, volume: 103 }),
      fullPacket({ token: OTHER, volume: 9 }),
    ];
    expect(volumes(kite(), packets)).toEqual(['INFY 0', 'TCS 0', 'INFY 3', 'TCS 4']);
  });

  it('is also within one frame', () => {
    const frame = kiteFrame(fullPacket({ volume: 7 }), fullPacket({ volume: 9 }));
    const reading = kite().read(frameOf(frame, { isBinary: true }));
    expect(reading).toMatchObject({ trades: [{ tick: { vol_units: 0 } }, { tick: { vol_units: 2 } }] });
  });

  it('may be as large as four bytes hold', () => {
    const packets = [1, 2_147_483_648, 4_294_967_295].map((volume) => fullPacket({ volume }));
    expect(volumes(kite(), packets)).toEqual(['INFY 0', 'INFY 2147483647', 'INFY 2147483647']);
  });

  it('begins again with the day of India, not with that of UTC', () => {
    const at = (offset_s: number, volume: number): number[] => fullPacket({ exchange_s: MIDNIGHT_S + offset_s, volume });
    const packets = [at(-10, 100), at(-1, 110), at(0, 5), at(1, 8), at(5.5 * 3600 - 1, 10), at(5.5 * 3600, 14)];
    expect(volumes(kite(), packets)).toEqual(['INFY 0', 'INFY 10', 'INFY 0', 'INFY 3', 'INFY 2', 'INFY 4']);
  });

  it('is nothing for a packet of the day before, which does not change the new day', () => {
    const at = (offset_s: number, volume: number): number[] => fullPacket({ exchange_s: MIDNIGHT_S + offset_s, volume });
    expect(volumes(kite(), [at(-1, 100), at(0, 5), at(-1, 200), at(1, 8)])).toEqual(['INFY 0', 'INFY 0', 'INFY 0', 'INFY 3']);
  });

  it('goes on over packets of other modes, by the day at which those came', () => {
    const venue = kite();
    const before = String(MIDNIGHT_S - 1);
    expect(volumes(venue, [quotePacket({ volume: 100 }), quotePacket({ volume: 104 })], before)).toEqual(['INFY 0', 'INFY 4']);
    expect(volumes(venue, [fullPacket({ exchange_s: MIDNIGHT_S - 1, volume: 106 })])).toEqual(['INFY 2']);
    expect(volumes(venue, [quotePacket({ volume: 3 }), quotePacket({ volume: 5 })], String(MIDNIGHT_S))).toEqual([
      'INFY 0',
      'INFY 2',
    ]);
  });

  it('is nothing for packets without one, which change nothing', () => {
    const packets = [fullPacket({ volume: 100 }), ltpPacket(), indexFullPacket({ token: STOCK }), fullPacket({ volume: 103 })];
    expect(volumes(kite(), packets)).toEqual(['INFY 0', 'INFY 0', 'INFY 0', 'INFY 3']);
  });

  it('does not count a packet that is refused', () => {
    const packets = [fullPacket({ volume: 100 }), fullPacket({ volume: 150, exchange_s: 5 }), fullPacket({ volume: 160 })];
    expect(volumes(kite(), packets)).toEqual(['INFY 0', 'timestamp_range', 'INFY 60']);
  });
});
