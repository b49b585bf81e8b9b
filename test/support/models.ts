import type { BarModel, TickModel } from './streams.js';
import { e8Text } from './volumes.js';

const NS = 1_000_000_000n;

/** A bar as the models write it: numbers as text, so that volumes stay exact. */
export interface PlainBar {
  readonly symbol: string;
  readonly tf_s: number;
  readonly ts: number;
  readonly prices: readonly number[];
  readonly vol: string;
  readonly n_trades: number;
}

/** The same from a line of output. */
export function plainBar(line: string): PlainBar {
  const fields = JSON.parse(line) as {
    symbol: string;
    tf: string;
    ts: number;
    o: number;
    h: number;
    l: number;
    c: number;
    n_trades: number;
  };
  const { symbol, tf, ts, o, h, l, c, n_trades } = fields;
  const [, vol = ''] = /"vol":([^,}]*)/.exec(line) ?? [];
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[tf.slice(-1)] ?? NaN;
  return { symbol, tf_s: Number(tf.slice(0, -1)) * unit, ts, prices: [o, h, l, c], vol, n_trades };
}

function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Bars and counts of a stream of ticks, straight from the contract and without any cleverness. */
export function modelBars1s(
  ticks: readonly TickModel[],
  grace_ns: bigint,
): { bars: PlainBar[]; late: number; duplicate: number } {
  const kept: TickModel[] = [];
  let closedThrough_s = -1n;
  let newest_ns = -1n;
  let late = 0;
  let duplicate = 0;
  const secondOf = (tick: TickModel): bigint => tick.time_ns / NS;
  for (const tick of ticks) {
    const isOpen = (other: TickModel): boolean => secondOf(other) + 1n > closedThrough_s;
    if (!isOpen(tick)) late++;
    else if (
      tick.id !== undefined &&
      kept.some((other) => isOpen(other) && other.symbol === tick.symbol && other.id === tick.id)
    ) {
      duplicate++;
    } else {
      kept.push(tick);
      if (tick.time_ns > newest_ns) newest_ns = tick.time_ns;
      const final_s = (newest_ns - grace_ns) / NS;
      if (final_s > closedThrough_s) closedThrough_s = final_s;
    }
  }
  const groups = groupBy(kept, (tick) => `${secondOf(tick)} ${tick.symbol}`);
  const bars = [...groups.values()].map(barOfTicks);
  return { bars: bars.sort((a, b) => a.ts - b.ts || byteOrder(a.symbol, b.symbol)), late, duplicate };
}

function barOfTicks(ticks: readonly TickModel[]): PlainBar {
  const inTime = [...ticks].sort((a, b) => (a.time_ns < b.time_ns ? -1 : a.time_ns > b.time_ns ? 1 : 0));
  const prices = ticks.map(({ ltp }) => ltp);
  const [first] = inTime;
  const last = inTime.at(-1);
  if (first === undefined || last === undefined) throw new Error('a bar has a tick');
  return {
    symbol: first.symbol,
    tf_s: 1,
    ts: Number(first.time_ns / NS),
    prices: [first.ltp, Math.max(...prices), Math.min(...prices), last.ltp],
    vol: e8Text(ticks.reduce((sum, { vol_e8 }) => sum + vol_e8, 0n)),
    n_trades: ticks.length,
  };
}

/** A bar, or a mark at a time in s. */
export type BarOrMark = BarModel | number;

/** Coarser bars and counts of a stream of 1 s bars and marks, straight from the contract and without any cleverness. */
export function modelAgg(
  stream: readonly BarOrMark[],
  targets_s: readonly number[],
): { bars: PlainBar[]; late: number; duplicate: number; outOfOrder: number } {
  const kept: BarModel[] = [];
  let passed_s = -1;
  let late = 0;
  let duplicate = 0;
  let outOfOrder = 0;
  for (const next of stream) {
    if (typeof next === 'number') {
      passed_s = Math.max(passed_s, next);
      continue;
    }
    const last = kept.filter(({ symbol }) => symbol === next.symbol).at(-1);
    const isClosed = targets_s.some((tf_s) => next.ts - (next.ts % tf_s) + tf_s <= passed_s);
    if (next.ts === last?.ts) duplicate++;
    else if (isClosed) late++;
    else if (last !== undefined && next.ts < last.ts) outOfOrder++;
    else {
      kept.push(next);
      passed_s = Math.max(passed_s, next.ts);
    }
  }
  const bars = targets_s.flatMap((tf_s) => {
    const groups = groupBy(kept, ({ symbol, ts }) => `${ts - (ts % tf_s)} ${symbol}`);
    return [...groups.values()].map((group) => barOfBars(group, tf_s));
  });
  bars.sort((a, b) => a.ts + a.tf_s - b.ts - b.tf_s || a.tf_s - b.tf_s || byteOrder(a.symbol, b.symbol));
  return { bars, late, duplicate, outOfOrder };
}

function barOfBars(bars: readonly BarModel[], tf_s: number): PlainBar {
  const [first] = bars;
  const last = bars.at(-1);
  if (first === undefined || last === undefined) throw new Error('a bar is made of bars');
  return {
    symbol: first.symbol,
    tf_s,
    ts: first.ts - (first.ts % tf_s),
    prices: [
      first.prices[0],
      Math.max(...bars.map(({ prices }) => prices[1])),
      Math.min(...bars.map(({ prices }) => prices[2])),
      last.prices[3],
    ],
    vol: e8Text(bars.reduce((sum, { vol_e8 }) => sum + vol_e8, 0n)),
    n_trades: bars.reduce((sum, { n_trades }) => sum + n_trades, 0),
  };
}

function groupBy<T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
