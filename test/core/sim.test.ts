import { describe, expect, it, test } from 'vitest';
import type { Tick } from '../../src/lib/core/model/model.js';
import { Faults } from '../../src/lib/core/sim/faults.js';
import { Random } from '../../src/lib/core/sim/random.js';
import { checkTape, Tape, type TapeSettings } from '../../src/lib/core/sim/tape.js';
import { generateUniverse } from '../../src/lib/core/sim/universe.js';

const START_MS = Date.UTC(2024, 0, 2, 3, 45);

const SETTINGS: TapeSettings = {
  universe: generateUniverse(8, 1),
  seed: 1,
  start_ms: START_MS,
  step_ms: 100,
  rate: 5,
  hotRate: 1000,
  hotFraction: 0,
  hotRotate_ms: 15_000,
  tickSize: { units: 5, scale: 100 },
  withIds: false,
};

function ticksOf(settings: Partial<TapeSettings>, duration_ms: number): Tick[] {
  const tape = new Tape({ ...SETTINGS, ...settings });
  const ticks: Tick[] = [];
  while (tape.time_ms < START_MS + duration_ms) tape.step((tick) => ticks.push(tick));
  return ticks;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function covariance(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, index) => (value - meanA) * ((b[index] as number) - meanB)));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  return covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b));
}

describe('random numbers', () => {
  it('are those of xoshiro128** as its authors give it, here computed with BigInt', () => {
    const random = new Random(42, 0);
    const mask = 0xffff_ffffn;
    const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (32n - bits))) & mask;
    let [a, b, c, d] = (Object.values(random as unknown as Record<string, number>) as [number, number, number, number]).map(
      (word) => BigInt(word >>> 0),
    ) as [bigint, bigint, bigint, bigint];
    for (let round = 0; round < 1000; round++) {
      const expected = (rotate((b * 5n) & mask, 7n) * 9n) & mask;
      const shifted = (b << 9n) & mask;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = rotate(d, 11n);
      expect(random.uint32()).toBe(Number(expected));
    }
  });

  it('differ by seed and by stream', () => {
    const first = [new Random(1, 0), new Random(2, 0), new Random(1, 1)].map((random) => random.uint32());
    expect(new Set(first).size).toBe(3);
  });

  it('have the mean and variance that they should have', () => {
    const random = new Random(7, 0);
    const normal = Array.from({ length: 100_000 }, () => random.normal());
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(covariance(normal, normal)).toBeCloseTo(1, 1);
    expect(Math.max(...normal.slice(0, 10_000).map(Math.abs))).toBeLessThan(3.47);
  });
});

describe('the tape', () => {
  it('is in order of time, without gaps between steps', () => {
    const times = ticksOf({}, 60_000).map((tick) => BigInt(tick.event_s) * 1_000_000_000n + BigInt(tick.event_ns));
    expect(times.length).toBeGreaterThan(2000);
    for (let index = 1; index < times.length; index++)
      expect((times[index] as bigint) >= (times[index - 1] as bigint)).toBe(true);
    expect(Number((times[0] as bigint) / 1_000_000n)).toBeLessThan(START_MS + 200);
    expect(Number((times.at(-1) as bigint) / 1_000_000n)).toBeGreaterThan(START_MS + 59_800);
  });

  it('gives every symbol its rate, times its weight', () => {
    const universe = SETTINGS.universe.map((instrument, index) => ({ ...instrument, weight: index === 3 ? 0.1 : 1 }));
    const ticks = ticksOf({ universe }, 100_000);
    for (const [index, { symbol }] of universe.entries()) {
      const count = ticks.filter((tick) => tick.symbol === symbol).length;
      expect(Math.abs(count - (index === 3 ? 50 : 500))).toBeLessThanOrEqual(1);
    }
  });

  it('has the right number of hot symbols, and others after a while', () => {
    const hotIn = (from_ms: number): Set<string> => {
      const counts = new Map<string, number>();
      for (const { symbol, event_s } of ticksOf({ hotFraction: 0.25, hotRotate_ms: 5000 }, 60_000)) {
        if (event_s * 1000 >= START_MS + from_ms && event_s * 1000 < START_MS + from_ms + 1000)
          counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
      }
      return new Set([...counts].filter(([, count]) => count > 900).map(([symbol]) => symbol));
    };
    const seen = new Set(Array.from({ length: 12 }, (_, rotation) => [...hotIn(rotation * 5000)].sort().join()));
    expect(hotIn(0).size).toBe(2);
    expect(seen.size).toBeGreaterThan(1);
  });

  it.each([0.002, 1])('makes at least one symbol hot, and at most all: %d', (hotFraction) => {
    const busy = ticksOf({ hotFraction }, 1000).length;
    expect(busy).toBeGreaterThanOrEqual(hotFraction === 1 ? 7900 : 990);
    expect(busy).toBeLessThan(hotFraction === 1 ? 8100 : 1100);
  });

  it('has prices on the tick size that print without rounding errors, and whole volumes above 0', () => {
    for (const { ltp, vol_units, vol_e8 } of ticksOf({}, 30_000)) {
      expect(String(ltp)).toMatch(/^\d+(\.\d[05]?)?$/);
      expect(Math.round(ltp * 20) / 20).toBe(ltp);
      expect(vol_units).toBeGreaterThan(0);
      expect(vol_e8).toBe(0);
    }
  });

  it('numbers the trades of each symbol from 1', () => {
    const next = new Map<string, number>();
    for (const { symbol, trade_id } of ticksOf({ withIds: true }, 10_000)) {
      const id = (next.get(symbol) ?? 0) + 1;
      expect(trade_id).toBe(String(id));
      next.set(symbol, id);
    }
    expect(next.size).toBe(8);
  });

  it('refuses a step with more ticks than a batch may hold', () => {
    expect(() => checkTape({ ...SETTINGS, rate: 1e6, step_ms: 1000 })).toThrow(RangeError);
  });
});

describe('the market', () => {
  /** Log prices of each symbol at the end of each minute of two trading days. */
  const prices = new Map<string, number[]>();
  for (const { symbol } of SETTINGS.universe) prices.set(symbol, []);
  let minute = -1;
  const last = new Map<string, number>();
  for (const { symbol, ltp, event_s } of ticksOf({ rate: 1, step_ms: 1000 }, 12.5 * 3_600_000)) {
    const now = Math.floor(event_s / 60);
    if (now !== minute && last.size === 8) for (const [name, price] of last) prices.get(name)?.push(Math.log(price));
    minute = now;
    last.set(symbol, ltp);
  }
  const returnsOf = (symbol: string): number[] => {
    const levels = prices.get(symbol) ?? [];
    return levels.slice(1).map((level, index) => level - (levels[index] as number));
  };

  test('a follower moves with its leader, more than with a stranger', () => {
    const paired = correlation(returnsOf('SIM0005'), returnsOf('SIM0006'));
    const strangers = correlation(returnsOf('SIM0005'), returnsOf('SIM0004'));
    expect(paired).toBeGreaterThan(0.7);
    expect(strangers).toBeGreaterThan(0);
    expect(strangers).toBeLessThan(0.5);
  });

  test('the spread of a pair returns to its mean, that of strangers does not', () => {
    const dickeyFuller = (a: string, b: string): number => {
      const spread = (prices.get(a) ?? []).map((level, index) => level - (prices.get(b)?.[index] as number));
      const [before, change] = [spread.slice(0, -1), spread.slice(1).map((level, index) => level - (spread[index] as number))];
      const slope = covariance(before, change) / covariance(before, before);
      const residuals = change.map((value, index) => value - mean(change) - slope * ((before[index] as number) - mean(before)));
      return slope / Math.sqrt(covariance(residuals, residuals) / covariance(before, before) / before.length);
    };
    // -3.4 is the 1 % point of the Dickey-Fuller distribution with a constant.
    expect(dickeyFuller('SIM0001', 'SIM0002')).toBeLessThan(-3.4);
    expect(dickeyFuller('SIM0005', 'SIM0006')).toBeLessThan(-3.4);
    expect(dickeyFuller('SIM0001', 'SIM0004')).toBeGreaterThan(-3.4);
  });

  test('prices move as their volatility says, within a factor', () => {
    const daily = Math.sqrt(covariance(returnsOf('SIM0003'), returnsOf('SIM0003')) * 375);
    const { volatility = 0 } = SETTINGS.universe[2] ?? {};
    const expected = Math.sqrt(volatility ** 2 + 0.15 ** 2) / Math.sqrt(252);
    expect(daily / expected).toBeGreaterThan(0.7);
    expect(daily / expected).toBeLessThan(1.5);
  });
});

describe('faults', () => {
  const clean = ticksOf({ withIds: true }, 60_000);

  function disturbed(settings: { outOfOrder?: number; duplicates?: number; malformed?: number }): (Tick | Uint8Array)[] {
    const faults = new Faults(
      { seed: 1, step_ms: 100, outOfOrder: 0, maxDelay_ms: 3000, duplicates: 0, malformed: 0, ...settings },
      [Buffer.from('x\n')],
    );
    const items: (Tick | Uint8Array)[] = [];
    const emit = (item: Tick | Uint8Array): void => void items.push(item);
    const tape = new Tape({ ...SETTINGS, withIds: true });
    while (tape.time_ms < START_MS + 60_000) {
      tape.step((tick) => {
        faults.take(tick, emit);
      });
      faults.endStep(emit);
    }
    faults.end(emit);
    return items;
  }

  it('change nothing where they are off', () => {
    expect(disturbed({})).toEqual(clean);
  });

  it('delay the share that they should, by no more than the limit, and lose nothing', () => {
    const ticks = disturbed({ outOfOrder: 0.1 }) as Tick[];
    expect(ticks).toHaveLength(clean.length);
    expect(new Set(ticks.map(({ symbol, trade_id }) => `${symbol} ${trade_id ?? ''}`)).size).toBe(clean.length);
    let [newest_ms, late] = [0, 0];
    for (const { event_s, event_ns } of ticks) {
      const time_ms = event_s * 1000 + event_ns / 1e6;
      if (time_ms < newest_ms) late++;
      expect(newest_ms - time_ms).toBeLessThanOrEqual(3000);
      newest_ms = Math.max(newest_ms, time_ms);
    }
    expect(late / clean.length).toBeGreaterThan(0.08);
    expect(late / clean.length).toBeLessThan(0.12);
  });

  it('repeat and interrupt the feed as often as they should', () => {
    const items = disturbed({ duplicates: 0.1, malformed: 0.05 });
    const lines = items.filter((item) => item instanceof Uint8Array).length;
    expect((items.length - lines) / clean.length).toBeCloseTo(1.1, 1);
    expect(lines / clean.length).toBeCloseTo(0.055, 1);
    expect(
      items.filter((item) => !(item instanceof Uint8Array) && items.indexOf(item) === items.lastIndexOf(item)).length,
    ).toBeLessThan(clean.length);
  });
});
