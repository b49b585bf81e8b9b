import { TIME_UNITS, type TimeUnit } from './time-text.js';

/** Where the text of a field comes from. */
export type Origin =
  | { readonly from: 'column'; readonly column: string; readonly isOptional: boolean }
  | { readonly from: 'constant'; readonly value: string }
  /** The name of the file, without folder, endings and leading punctuation. */
  | { readonly from: 'file' };

export const FIELDS = ['symbol', 'event_ts', 'ltp', 'vol', 'trade_id', 'side'] as const;
export type Field = (typeof FIELDS)[number];
const REQUIRED: readonly Field[] = ['symbol', 'event_ts', 'ltp', 'vol'];

/** How the columns of a file become the fields of a tick. */
export interface ColumnMap {
  readonly origins: Readonly<Partial<Record<Field, Origin>>>;
  readonly timeUnit: TimeUnit;
  /** Whether the volume column holds the day's volume so far. */
  readonly isCumulative: boolean;
}

/**
 * Reads `field=column[:modifier],…`: a column name, which `?` makes optional; `=text` for a constant; `@file` for the file's
 * name. Modifiers: `event_ts=…:s|ms|us|ns|iso`, `vol=…:cum`. Throws an `Error` that says what is wrong.
 */
export function parseColumnMap(text: string): ColumnMap {
  const origins: Partial<Record<Field, Origin>> = {};
  let timeUnit: TimeUnit = 'ns';
  let isCumulative = false;
  for (const part of text.split(',')) {
    const match = /^(\w+)=(.+?)(?::(s|ms|us|ns|iso|cum))?$/.exec(part);
    const field = FIELDS.find((name) => name === match?.[1]);
    if (match === null || field === undefined) {
      throw new Error(`"${part}": expected field=column with one of the fields ${FIELDS.join(', ')}`);
    }
    const modifier = match[3];
    const unit = TIME_UNITS.find((name) => name === modifier);
    if (unit !== undefined && field === 'event_ts') timeUnit = unit;
    else if (modifier === 'cum' && field === 'vol') isCumulative = true;
    else if (modifier !== undefined) throw new Error(`"${part}": ${field} has no ":${modifier}"`);
    if (origins[field] !== undefined) throw new Error(`${field} is mapped twice`);
    origins[field] = originOf(match[2] ?? '');
  }
  for (const field of REQUIRED) {
    if (origins[field] === undefined) throw new Error(`${field} is not mapped`);
  }
  return { origins, timeUnit, isCumulative };
}

function originOf(text: string): Origin {
  if (text === '@file') return { from: 'file' };
  if (text.startsWith('=')) return { from: 'constant', value: text.slice(1) };
  const isOptional = text.endsWith('?');
  return { from: 'column', column: isOptional ? text.slice(0, -1) : text, isOptional };
}

/** A shape of file that is known by name. */
export interface Preset {
  readonly summary: string;
  readonly map: ColumnMap;
  readonly zone: string;
}

/** qf's own ticks. As NDJSON they are read as every stage reads them, without the map, which is for CSV. */
export const QF_TICKS: Preset = {
  summary: 'ticks as qf writes them',
  map: parseColumnMap('event_ts=event_ts:ns,symbol=symbol,ltp=ltp,vol=vol,trade_id=trade_id?,side=side?'),
  zone: 'UTC',
};

/** Known shapes; where none is named, the first whose required columns a file has is taken. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  qf: QF_TICKS,
  mtgox: {
    summary: 'ts_ms,symbol,price,size,type,id_us',
    map: parseColumnMap('event_ts=ts_ms:ms,symbol=symbol,ltp=price,vol=size,trade_id=id_us'),
    zone: 'UTC',
  },
  trades: {
    summary: 'ts_ms,symbol,price,size[,side,trade_id]',
    map: parseColumnMap('event_ts=ts_ms:ms,symbol=symbol,ltp=price,vol=size,trade_id=trade_id?,side=side?'),
    zone: 'UTC',
  },
  nse: {
    summary: "timestamp,ltp,volume: Indian time, the day's volume so far, the symbol in the file's name",
    map: parseColumnMap('event_ts=timestamp:iso,symbol=@file,ltp=ltp,vol=volume:cum'),
    zone: 'Asia/Kolkata',
  },
};

/** Columns that a map cannot do without. */
export function requiredColumns({ origins }: ColumnMap): string[] {
  return Object.values(origins).flatMap((origin) => (origin.from === 'column' && !origin.isOptional ? [origin.column] : []));
}
