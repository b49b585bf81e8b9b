import type { RecordPlace } from '../../runtime/sink-target.js';
import { tableNamed } from './tables.js';

/** Where a row comes from: the place of its record, or the number of its line in the output of a pipe. */
export type Origin = RecordPlace | number;

/** For messages, such as `bars.1s/3@1234`. */
export function placeOf(origin: Origin): string {
  if (typeof origin === 'number') return `line ${origin} of the output`;
  return `${origin.topic}/${origin.partition}@${origin.offset}`;
}

/** A row for a table. */
export interface StoredRecord {
  /** One of `TABLE_NAMES`. */
  readonly table: string;
  readonly origin: Origin;
  /** Each column's value as Postgres reads it, in the order of the table's columns. */
  columns(): readonly (string | null)[];
  /** All of it as a line of COPY's text format (https://www.postgresql.org/docs/current/sql-copy.html), without its line break. */
  copyLine(): string;
}

/** A row of any table, with any text. */
export class Row implements StoredRecord {
  readonly table: string;
  readonly origin: Origin;
  private readonly values: readonly (string | null)[];

  /** Values that are undefined are null; times are whole seconds since the epoch. */
  constructor(table: string, values: readonly (string | number | bigint | null | undefined)[], origin: Origin) {
    this.table = table;
    this.origin = origin;
    this.values = tableNamed(table).columns.map(({ type }, index) => {
      const value = values[index] ?? null;
      if (value === null) return null;
      return type === 'timestamp with time zone' ? timeText(String(value)) : String(value);
    });
  }

  columns(): readonly (string | null)[] {
    return this.values;
  }

  copyLine(): string {
    return this.values.map((value) => (value === null ? String.raw`\N` : escaped(value))).join('\t');
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}

let lastTime = '';
let lastText = '';

/** Seconds since the epoch as Postgres reads a time. Many rows that come together have the same. */
export function timeText(time_s: string): string {
  if (time_s !== lastTime) {
    lastText = new Date(Number(time_s) * 1000).toISOString();
    lastTime = time_s;
  }
  return lastText;
}
