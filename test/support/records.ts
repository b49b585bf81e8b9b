import { DecimalSum } from '../../src/lib/core/model/decimal.js';
import type { Bar, Tick } from '../../src/lib/core/model/model.js';
import { timeframeName } from '../../src/lib/core/model/time.js';
import { e8Of } from './volumes.js';

/** A tick; `time` is seconds with up to nine decimals as text: `100.5`. */
export function tick(symbol: string, time: string, fields: { ltp?: number; vol?: string; id?: string } = {}): Tick {
  const [s = '', ns = ''] = time.split('.');
  const vol_e8 = e8Of(fields.vol ?? '1');
  return {
    symbol,
    event_s: Number(s),
    event_ns: Number(ns.padEnd(9, '0')),
    ltp: fields.ltp ?? 10,
    vol_units: Number(vol_e8 / 100_000_000n),
    vol_e8: Number(vol_e8 % 100_000_000n),
    trade_id: fields.id,
    side: undefined,
  };
}

/** A 1 s bar; without prices it is flat at 10. */
export function bar(
  symbol: string,
  ts: number,
  fields: Partial<Omit<Bar, 'symbol' | 'ts' | 'vol'>> & { vol?: string } = {},
): Bar {
  const { vol = '1', ...rest } = fields;
  return { symbol, tf_s: 1, ts, o: 10, h: 10, l: 10, c: 10, n_trades: 1, ...rest, vol: sum(vol) };
}

/** A volume from plain decimal text. */
export function sum(text: string): DecimalSum {
  const value = DecimalSum.fromE8(e8Of(text));
  if (value === undefined) throw new RangeError(text);
  return value;
}

/** A bar in one short line, for comparing. */
export function barText({ symbol, tf_s, ts, o, h, l, c, vol, n_trades }: Bar): string {
  return `${symbol} ${timeframeName(tf_s)} ${ts}: ${o} ${h} ${l} ${c} vol ${vol.toString()} n ${n_trades}`;
}
