import { emptyTick, type Refusal, type Tick } from '../core/model/model.js';
import { MAX_EVENT_S, MIN_EVENT_S } from '../core/model/time.js';
import { isPrice, isSymbol, isTradeId, missing, outOfBounds, wrongType } from '../engines/reference/bounds.js';
import { parseTickVolume } from '../engines/reference/values.js';
import type { Field } from './column-map.js';
import { parseTime, type TimeUnit, type Zone } from './time-text.js';

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const TIMESTAMP_RANGE: Refusal = { reason: 'timestamp_range', detail: 'event_ts' };

/** Words for a side, in lower case. */
export const SIDES: ReadonlyMap<string, 'buy' | 'sell'> = new Map([
  ['buy', 'buy'],
  ['b', 'buy'],
  ['sell', 'sell'],
  ['s', 'sell'],
]);

/** A cell that holds something else than text or a number. */
export const NOT_TEXT = Symbol('not text');

/** The text of a field in a row; undefined where it is absent or empty. */
export type Cell = string | typeof NOT_TEXT | undefined;

/** Makes a tick of the texts of its fields, by the bounds and in the order of the contract. */
export function decodeRow(cells: (field: Field) => Cell, timeUnit: TimeUnit, zone: Zone): Tick | Refusal {
  const tick = emptyTick();
  return (
    readSymbol(cells('symbol'), tick) ??
    readTime(cells('event_ts'), tick, timeUnit, zone) ??
    readPrice(cells('ltp'), tick) ??
    readVolume(cells('vol'), tick) ??
    readTradeId(cells('trade_id'), tick) ??
    readSide(cells('side'), tick) ??
    (tick.event_s >= MIN_EVENT_S && tick.event_s < MAX_EVENT_S ? tick : TIMESTAMP_RANGE)
  );
}

function readSymbol(cell: Cell, tick: Tick): Refusal | undefined {
  if (cell === undefined) return missing('symbol');
  if (cell === NOT_TEXT) return wrongType('symbol');
  if (!isSymbol(cell)) return outOfBounds('symbol');
  tick.symbol = cell;
  return undefined;
}

function readTime(cell: Cell, tick: Tick, unit: TimeUnit, zone: Zone): Refusal | undefined {
  if (cell === undefined) return missing('event_ts');
  const time = cell === NOT_TEXT ? undefined : parseTime(cell, unit, zone);
  if (time === undefined) return wrongType('event_ts');
  tick.event_s = time.s;
  tick.event_ns = time.ns;
  return undefined;
}

function readPrice(cell: Cell, tick: Tick): Refusal | undefined {
  if (cell === undefined) return missing('ltp');
  if (cell === NOT_TEXT || !NUMBER.test(cell)) return wrongType('ltp');
  const price = Number(cell) + 0;
  if (!isPrice(price)) return outOfBounds('ltp');
  tick.ltp = price;
  return undefined;
}

function readVolume(cell: Cell, tick: Tick): Refusal | undefined {
  if (cell === undefined) return missing('vol');
  if (cell === NOT_TEXT || !NUMBER.test(cell)) return wrongType('vol');
  return parseTickVolume(cell, tick) ? undefined : outOfBounds('vol');
}

function readTradeId(cell: Cell, tick: Tick): Refusal | undefined {
  if (cell === NOT_TEXT) return wrongType('trade_id');
  if (cell !== undefined && !isTradeId(cell)) return outOfBounds('trade_id');
  tick.trade_id = cell;
  return undefined;
}

function readSide(cell: Cell, tick: Tick): Refusal | undefined {
  if (cell === undefined) return undefined;
  if (cell === NOT_TEXT) return wrongType('side');
  const side = SIDES.get(cell.toLowerCase());
  if (side === undefined) return outOfBounds('side');
  tick.side = side;
  return undefined;
}
