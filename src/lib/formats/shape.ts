import { basename } from 'node:path';
import type { Refusal, Tick } from '../core/model/model.js';
import { TickDecoder } from '../engines/reference/tick-codec.js';
import { QfError } from '../runtime/errors.js';
import { type ColumnMap, type Field, FIELDS, type Preset, PRESETS, QF_TICKS, requiredColumns } from './column-map.js';
import { CumulativeVolume } from './cumulative.js';
import { type Cell, decodeRow } from './row-decoder.js';
import { CsvRows, JsonRows, type RowReader, splitCsvLine } from './rows.js';
import { UTC, type Zone } from './time-text.js';
import { TimeZone } from './time-zone.js';

const OBJECT = /^[ \t]*\{/;

/** What is known of a file before its first line. */
export interface ShapeSettings {
  /** undefined: by the columns of each file. */
  readonly preset: Preset | undefined;
  /** Instead of a preset. */
  readonly map: ColumnMap | undefined;
  /** undefined: that of the preset, else UTC. */
  readonly zone: Zone | undefined;
  /** Columns of CSV files without a header line. */
  readonly columns: readonly string[] | undefined;
}

/** Makes ticks of the rows of a file, in order. */
export interface RowDecoder {
  decode(bytes: Buffer, start: number, end: number): Tick | Refusal;
}

/** What the first line of a file has decided. */
export interface Shape {
  readonly rows: RowDecoder;
  /** Whether that line is no row. */
  readonly hasHeader: boolean;
}

/** Chooses how to read a file by its first line. Throws a usage error where the columns do not fit. */
export function chooseShape(path: string, firstLine: Buffer, settings: ShapeSettings): Shape {
  const { columns, map, preset } = settings;
  const text = firstLine.toString('utf8');
  const wantsTicks = map === undefined && (preset === undefined || preset === QF_TICKS);
  if (OBJECT.test(text)) {
    return { rows: wantsTicks ? new TickRows() : jsonRows(path, map ?? preset?.map ?? QF_TICKS.map, settings), hasHeader: false };
  }
  const header = columns ?? splitCsvLine(text) ?? [];
  const fitting = map === undefined ? (preset ?? presetFor(header)) : undefined;
  const chosen = map ?? fitting?.map;
  const lacking = chosen && requiredColumns(chosen).find((column) => !header.includes(column));
  if (lacking !== undefined && preset === QF_TICKS) return { rows: new TickRows(), hasHeader: false };
  if (chosen === undefined) {
    throw new QfError('usage', `${path}: no preset has these columns: ${text.slice(0, 200)}; say with --map which is which`);
  }
  if (lacking !== undefined) throw new QfError('usage', `${path}: no column "${lacking}"; there are ${header.join(', ')}`);
  const zone = settings.zone ?? zoneOf(fitting);
  const rows = new MappedRows(path, new CsvRows(), chosen, zone, (column) => header.indexOf(column));
  return { rows, hasHeader: columns === undefined };
}

function jsonRows(path: string, map: ColumnMap, { zone, preset }: ShapeSettings): RowDecoder {
  const origins = Object.values(map.origins);
  const columns = [...new Set(origins.flatMap((origin) => (origin.from === 'column' ? [origin.column] : [])))];
  return new MappedRows(path, new JsonRows(columns), map, zone ?? zoneOf(preset), (column) => columns.indexOf(column));
}

function zoneOf(preset: Preset | undefined): Zone {
  return preset === undefined || preset.zone === 'UTC' ? UTC : new TimeZone(preset.zone);
}

function presetFor(header: readonly string[]): Preset | undefined {
  return Object.values(PRESETS).find(({ map }) => requiredColumns(map).every((column) => header.includes(column)));
}

/** qf's own ticks: read as every stage reads them. */
class TickRows implements RowDecoder {
  private readonly decoder = new TickDecoder();

  decode(bytes: Buffer, start: number, end: number): Tick | Refusal {
    return this.decoder.decode(bytes, start, end) ?? { ...this.decoder.record };
  }
}

/** Rows of any shape, by a map. */
class MappedRows implements RowDecoder {
  private readonly reader: RowReader;
  private readonly map: ColumnMap;
  private readonly zone: Zone;
  private readonly volume: CumulativeVolume | undefined;
  private readonly getters: ReadonlyMap<Field, () => Cell>;

  /** `indexOf`: the index of a column among the reader's cells; -1 where there is none. */
  constructor(path: string, reader: RowReader, map: ColumnMap, zone: Zone, indexOf: (column: string) => number) {
    this.reader = reader;
    this.map = map;
    this.zone = zone;
    this.volume = map.isCumulative ? new CumulativeVolume(zone) : undefined;
    this.getters = new Map(FIELDS.map((field) => [field, getter(path, reader, map, field, indexOf)]));
  }

  decode(bytes: Buffer, start: number, end: number): Tick | Refusal {
    const refusal = this.reader.read(bytes, start, end);
    if (refusal !== undefined) return refusal;
    const row = decodeRow((field) => this.getters.get(field)?.(), this.map.timeUnit, this.zone);
    if (!('reason' in row)) this.volume?.toGrowth(row);
    return row;
  }
}

function getter(path: string, reader: RowReader, map: ColumnMap, field: Field, indexOf: (column: string) => number): () => Cell {
  const origin = map.origins[field];
  if (origin?.from === 'file') return constant(symbolInName(path));
  if (origin?.from === 'constant') return constant(origin.value);
  const index = origin === undefined ? -1 : indexOf(origin.column);
  return index === -1 ? constant(undefined) : () => reader.cell(index);
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
