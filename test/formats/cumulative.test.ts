import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CumulativeVolume } from '../../src/lib/formats/cumulative.js';
import { UTC, type Zone } from '../../src/lib/formats/time-text.js';
import { TimeZone } from '../../src/lib/formats/time-zone.js';
import { tick } from '../support/records.js';
import { e8Text, toE8 } from '../support/volumes.js';

const DAY_S = 86_400;
const START_S = 1_700_006_400;

interface Row {
  readonly symbol: string;
  readonly s: number;
  readonly vol_e8: bigint;
}

/** Volumes of single ticks, times 1e8, as the class makes them. */
function growthOf(rows: readonly Row[], zone: Zone = UTC): bigint[] {
  const cumulative = new CumulativeVolume(zone);
  return rows.map(({ symbol, s, vol_e8 }) => {
    const row = tick(symbol, String(s), { vol: e8Text(vol_e8) });
    cumulative.toGrowth(row);
    return toE8(row.vol_units, row.vol_e8);
  });
}

/** The same, naively: the growth of the largest volume so far, of each symbol's newest day. */
function modelGrowth(rows: readonly Row[], zone: Zone): bigint[] {
  return rows.map(({ symbol, s, vol_e8 }, index) => {
    const before = rows.slice(0, index).filter((row) => row.symbol === symbol);
    const day = zone.dayOf(s);
    if (before.some((row) => zone.dayOf(row.s) > day)) return 0n;
    const sameDay = before.filter((row) => zone.dayOf(row.s) === day);
    if (sameDay.length === 0) return 0n;
    const largest_e8 = sameDay.map((row) => row.vol_e8).reduce((a, b) => (a > b ? a : b));
    return vol_e8 > largest_e8 ? vol_e8 - largest_e8 : 0n;
  });
}

/** Rows of one symbol on one day from their volumes. */
function rowsOf(...volumes: bigint[]): Row[] {
  return volumes.map((vol_e8, index) => ({ symbol: 'A', s: START_S + index, vol_e8 }));
}

describe('cumulative volume', () => {
  it('is unknown in the first row of a day', () => {
    expect(growthOf(rowsOf(500_000_000n))).toEqual([0n]);
  });

  it('gives each row what it adds', () => {
    expect(growthOf(rowsOf(100n, 100n, 130n, 131n))).toEqual([0n, 0n, 30n, 1n]);
  });

  it('gives nothing for a fall, and behind it only what is more than ever before', () => {
    expect(growthOf(rowsOf(100n, 130n, 90n, 129n, 130n, 135n))).toEqual([0n, 30n, 0n, 0n, 0n, 5n]);
  });

  it('borrows one unit where the decimals fall', () => {
    expect(growthOf(rowsOf(199_999_999n, 200_000_000n, 1_000_000_001n, 1_100_000_000n))).toEqual([
      0n,
      1n,
      800_000_001n,
      99_999_999n,
    ]);
  });

  it('keeps whole units and decimals in their ranges', () => {
    const cumulative = new CumulativeVolume(UTC);
    const [before, row] = [tick('A', '1700000000', { vol: '1.99999999' }), tick('A', '1700000001', { vol: '3.00000001' })];
    cumulative.toGrowth(before);
    cumulative.toGrowth(row);
    expect([before.vol_units, before.vol_e8, row.vol_units, row.vol_e8]).toEqual([0, 0, 1, 2]);
  });

  it('keeps symbols apart', () => {
    const rows = [100n, 7n, 130n, 9n].map((vol_e8, index) => ({ symbol: index % 2 === 0 ? 'A' : 'B', s: START_S, vol_e8 }));
    expect(growthOf(rows)).toEqual([0n, 0n, 30n, 2n]);
  });

  it('begins again each local day, not each day of UTC', () => {
    const kolkata = new TimeZone('Asia/Kolkata');
    const midnight_s = kolkata.toUtc_s(START_S - (START_S % DAY_S));
    const times_s = [midnight_s - 1, midnight_s, midnight_s + 5.5 * 3600 - 1, midnight_s + 5.5 * 3600];
    const rows = times_s.map((s, index) => ({ symbol: 'A', s, vol_e8: BigInt(index + 1) * 10n }));
    expect(growthOf(rows, kolkata)).toEqual([0n, 0n, 10n, 10n]);
    expect(growthOf(rows, UTC)).toEqual([0n, 10n, 10n, 0n]);
  });

  it('gives nothing for a row of an earlier day, which does not change the new one', () => {
    const rows = [
      { symbol: 'A', s: START_S, vol_e8: 100n },
      { symbol: 'A', s: START_S + DAY_S, vol_e8: 5n },
      { symbol: 'A', s: START_S, vol_e8: 200n },
      { symbol: 'A', s: START_S + DAY_S, vol_e8: 8n },
    ];
    expect(growthOf(rows)).toEqual([0n, 0n, 0n, 3n]);
  });

  it('is the growth of the running maximum for any rows', () => {
    const row = fc.record({
      symbol: fc.constantFrom('A', 'B'),
      s: fc.nat({ max: 3 * DAY_S }).map((offset_s) => START_S + offset_s),
      vol_e8: fc.oneof(fc.bigInt({ min: 0n, max: 10n }), fc.bigInt({ min: 0n, max: 999_999_999_999_999n })),
    });
    const zone = fc.constantFrom(UTC, new TimeZone('Asia/Kolkata'), new TimeZone('America/New_York'));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30, size: 'max' }), fc.boolean(), zone, (rows, isSorted, where) => {
        const given = isSorted ? [...rows].sort((a, b) => a.s - b.s) : rows;
        expect(growthOf(given, where)).toEqual(modelGrowth(given, where));
      }),
      { numRuns: 500 },
    );
  });
});
