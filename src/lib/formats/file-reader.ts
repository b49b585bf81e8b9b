import { basename } from 'node:path';
import type { Refusal, Tick } from '../core/model/model.js';
import { type LineReader, LineSplitter, RAW_BYTES } from '../engines/reference/lines.js';
import { IGNORED, RefusedItem, type SourceItem } from '../engines/reference/tick-writer.js';
import { QfError } from '../runtime/errors.js';
import { type ColumnMap, type Field, FIELDS, PRESETS, requiredColumns } from './column-map.js';
import { CumulativeVolume } from './cumulative.js';
import { type Cell, decodeRow } from './row-decoder.js';
import { CsvRows, JsonRows, type RowReader, splitCsvLine } from './rows.js';
import type { Instant } from './time-text.js';
import { TimeZone } from './time-zone.js';

const OPEN_BRACE = 0x7b;
const TOO_LONG: Refusal = { reason: 'line_too_long', detail: '' };

export interface FileSettings {
  /** undefined: by the columns of each file. */
  readonly map: ColumnMap | undefined;
  /** undefined: that of the preset, else UTC. */
  readonly zone: TimeZone | undefined;
  /** Columns of CSV files without a header line. */
  readonly columns: readonly string[] | undefined;
  /** Times outside [from, to) are ignored. */
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
}

/** What the first line of a file has decided. */
interface Shape {
  readonly rows: RowReader;
  readonly map: ColumnMap;
  readonly zone: TimeZone;
  readonly volume: CumulativeVolume | undefined;
  readonly cells: (field: Field) => Cell;
}

/** Reads one file of trades, CSV or NDJSON, from its bytes to ticks in the file's order. */
export class FileReader implements LineReader {
  private readonly path: string;
  private readonly settings: FileSettings;
  private readonly splitter = new LineSplitter(this);
  private shape: Shape | undefined;
  private items: SourceItem[] = [];

  constructor(path: string, settings: FileSettings) {
    this.path = path;
    this.settings = settings;
  }

  /** The next bytes of the file; the items that end in them. Throws a usage error where the columns do not fit the map. */
  push(chunk: Buffer): readonly SourceItem[] {
    this.splitter.push(chunk);
    return this.takeItems();
  }

  /** The end of the file; the items that were left. */
  end(): readonly SourceItem[] {
    this.splitter.end();
    return this.takeItems();
  }

  line(bytes: Buffer, start: number, end: number, number: number): void {
    if (this.shape === undefined && this.readHead(bytes, start, end)) return;
    const shape = this.shape as Shape;
    const refusal = shape.rows.read(bytes, start, end);
    const row = refusal ?? decodeRow(shape.cells, shape.map.timeUnit, shape.zone);
    if ('reason' in row) this.refuse(row, bytes.subarray(start, end), end - start, number);
    else this.take(row, shape);
  }

  tooLong(head: Buffer, size: number, number: number): void {
    this.refuse(TOO_LONG, head, size, number);
  }

  private take(tick: Tick, { volume }: Shape): void {
    volume?.toGrowth(tick);
    const { from, to } = this.settings;
    const isBefore = from !== undefined && (tick.event_s < from.s || (tick.event_s === from.s && tick.event_ns < from.ns));
    const isBehind = to !== undefined && (tick.event_s > to.s || (tick.event_s === to.s && tick.event_ns >= to.ns));
    this.items.push(isBefore || isBehind ? IGNORED : tick);
  }

  private refuse(refusal: Refusal, line: Buffer, size: number, number: number): void {
    const head = Buffer.from(line.subarray(0, RAW_BYTES));
    this.items.push(new RefusedItem(refusal, { head, size, line: number, file: this.path }));
  }

  private takeItems(): readonly SourceItem[] {
    const items = this.items;
    this.items = [];
    return items;
  }

  /** Decides the file's shape by its first line; true where that line is a header. */
  private readHead(bytes: Buffer, start: number, end: number): boolean {
    const isJson = bytes[start] === OPEN_BRACE;
    const header = isJson ? undefined : (this.settings.columns ?? splitCsvLine(bytes.toString('utf8', start, end)));
    this.shape = isJson ? this.jsonShape() : this.csvShape(header ?? []);
    return !isJson && this.settings.columns === undefined;
  }

  private jsonShape(): Shape {
    const map = this.settings.map ?? presetNamed('qf').map;
    const origins = Object.values(map.origins);
    const columns = [...new Set(origins.flatMap((origin) => (origin.from === 'column' ? [origin.column] : [])))];
    return this.shapeOf(new JsonRows(columns), map, 'UTC', (column) => columns.indexOf(column));
  }

  private csvShape(header: readonly string[]): Shape {
    const preset = this.settings.map === undefined ? presetFor(header) : undefined;
    const map = this.settings.map ?? preset?.map;
    if (map === undefined) {
      throw this.usageError(`no preset has the columns ${header.join(', ')}; say with --map which is which`);
    }
    const lacking = requiredColumns(map).find((column) => !header.includes(column));
    if (lacking !== undefined) throw this.usageError(`no column "${lacking}"; there are ${header.join(', ')}`);
    return this.shapeOf(new CsvRows(), map, preset?.zone ?? 'UTC', (column) => header.indexOf(column));
  }

  private shapeOf(rows: RowReader, map: ColumnMap, zoneName: string, indexOf: (column: string) => number): Shape {
    const zone = this.settings.zone ?? new TimeZone(zoneName);
    const getters = new Map(FIELDS.map((field) => [field, this.getter(map, field, rows, indexOf)]));
    return {
      rows,
      map,
      zone,
      volume: map.isCumulative ? new CumulativeVolume(zone) : undefined,
      cells: (field) => getters.get(field)?.(),
    };
  }

  private getter(map: ColumnMap, field: Field, rows: RowReader, indexOf: (column: string) => number): () => Cell {
    const origin = map.origins[field];
    if (origin?.from === 'file') return constant(symbolInName(this.path));
    if (origin?.from === 'constant') return constant(origin.value);
    const index = origin === undefined ? -1 : indexOf(origin.column);
    return index === -1 ? constant(undefined) : () => rows.cell(index);
  }

  private usageError(message: string): QfError {
    return new QfError('usage', `${this.path}: ${message}`);
  }
}

function constant(value: string | undefined): () => Cell {
  return () => value;
}

/** `data/_NIFTY50.csv.gz` is NIFTY50. */
function symbolInName(path: string): string {
  return basename(path)
    .replace(/\.(csv|ndjson|jsonl|json|txt|gz)(?=\.|$)/g, '')
    .replace(/^[^A-Za-z0-9]+/, '');
}

function presetFor(header: readonly string[]): (typeof PRESETS)[string] | undefined {
  return Object.values(PRESETS).find(({ map }) => requiredColumns(map).every((column) => header.includes(column)));
}

function presetNamed(name: string): (typeof PRESETS)[string] {
  return PRESETS[name] as (typeof PRESETS)[string];
}
