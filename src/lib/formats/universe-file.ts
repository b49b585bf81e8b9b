import { parse } from 'csv-parse/sync';
import { type Instrument, MAX_SYMBOLS } from '../core/sim/universe.js';
import { isSymbol } from '../engines/reference/bounds.js';
import { messageOf, QfError } from '../runtime/errors.js';

const DEFAULT_VOLATILITY = 0.25;
const DEFAULT_WEIGHT = 1;

type Row = Readonly<Record<string, string | undefined>>;

/**
 * Reads a universe: CSV with the columns `symbol,start_price` and optionally `volatility` (a year's, as a fraction),
 * `weight` and `follows` (a symbol further up, whose volatility it has). Throws a usage error that names the line.
 */
export function parseUniverse(path: string, text: string): Instrument[] {
  let rows: Row[];
  try {
    rows = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true, comment: '#' });
  } catch (error) {
    throw new QfError('usage', `${path}: ${messageOf(error)}`, { cause: error });
  }
  if (rows.length === 0 || rows.length > MAX_SYMBOLS) {
    throw new QfError('usage', `${path}: expected 1 to ${MAX_SYMBOLS} symbols, found ${rows.length}`);
  }
  const indexes = new Map<string, number>();
  return rows.map((row, index) => {
    const where = `${path}: symbol ${index + 1}`;
    const instrument = instrumentOf(row, indexes, where);
    if (indexes.has(instrument.symbol)) throw new QfError('usage', `${where}: ${instrument.symbol} is there twice`);
    indexes.set(instrument.symbol, index);
    return instrument;
  });
}

function instrumentOf(row: Row, indexes: ReadonlyMap<string, number>, where: string): Instrument {
  const symbol = row['symbol'] ?? '';
  if (!isSymbol(symbol)) throw new QfError('usage', `${where}: "${symbol}" is not a symbol`);
  const leader = row['follows'] ?? '';
  const follows = leader === '' ? undefined : indexes.get(leader);
  if (leader !== '' && follows === undefined)
    throw new QfError('usage', `${where}: follows "${leader}", which is not further up`);
  return {
    symbol,
    startPrice: positive(row['start_price'], undefined, `${where}: start_price`),
    volatility: positive(row['volatility'], DEFAULT_VOLATILITY, `${where}: volatility`),
    weight: positive(row['weight'], DEFAULT_WEIGHT, `${where}: weight`),
    follows,
  };
}

function positive(text: string | undefined, fallback: number | undefined, where: string): number {
  if ((text === undefined || text === '') && fallback !== undefined) return fallback;
  const value = /^\d+(\.\d+)?$/.test(text ?? '') ? Number(text) : NaN;
  if (!(value > 0 && value < 1e9)) throw new QfError('usage', `${where}: "${text ?? ''}" is not a number above 0 and below 1e9`);
  return value;
}
