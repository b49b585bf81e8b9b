import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import type { Refusal } from '../core/model/model.js';
import { FieldFinder } from '../engines/reference/fields.js';
import { kindAt, stringAt } from '../engines/reference/values.js';
import { type Cell, NOT_TEXT } from './row-decoder.js';

const INVALID_UTF8: Refusal = { reason: 'invalid_utf8', detail: '' };
const INVALID_CSV: Refusal = { reason: 'invalid_csv', detail: '' };

/** Gives the cells of one line after the other, by the index of their column. */
export interface RowReader {
  read(bytes: Buffer, start: number, end: number): Refusal | undefined;
  cell(index: number): Cell;
}

/** Rows of CSV (RFC 4180), one a line: a quoted cell may hold commas and quotes, but no line break. */
export class CsvRows implements RowReader {
  private cells: readonly string[] = [];

  read(bytes: Buffer, start: number, end: number): Refusal | undefined {
    const line = bytes.subarray(start, end);
    if (!isUtf8(line)) return INVALID_UTF8;
    const cells = splitCsvLine(line.toString('utf8'));
    if (cells === undefined) return INVALID_CSV;
    this.cells = cells;
    return undefined;
  }

  cell(index: number): Cell {
    const text = this.cells[index];
    return text === '' ? undefined : text;
  }
}

/** Cells of one line of CSV; undefined where its quotes do not match. */
export function splitCsvLine(line: string): readonly string[] | undefined {
  if (!line.includes('"')) return line.split(',');
  try {
    return parse(line, { relax_column_count: true, record_delimiter: '\n' })[0];
  } catch {
    return undefined;
  }
}

/** Rows of NDJSON: the members of an object are its cells, numbers with their own digits. */
export class JsonRows implements RowReader {
  private readonly finder: FieldFinder;
  private bytes: Buffer = Buffer.alloc(0);

  /** `columns`: the members to look for. */
  constructor(columns: readonly string[]) {
    this.finder = new FieldFinder(columns);
  }

  read(bytes: Buffer, start: number, end: number): Refusal | undefined {
    this.bytes = bytes;
    return this.finder.find(bytes, start, end);
  }

  cell(index: number): Cell {
    return cellAt(this.bytes, this.finder.spans[index * 2] as number, this.finder.spans[index * 2 + 1] as number);
  }
}

/** The JSON value [start, end) as the text of a field, numbers with their own digits; undefined where `start` is -1. */
export function cellAt(bytes: Buffer, start: number, end: number): Cell {
  if (start === -1) return undefined;
  const kind = kindAt(bytes, start);
  if (kind === 'null') return undefined;
  if (kind === 'number') return bytes.toString('latin1', start, end);
  if (kind !== 'string') return NOT_TEXT;
  const text = stringAt(bytes, start, end);
  return text === '' ? undefined : text;
}
