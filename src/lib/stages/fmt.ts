import type { Outcome, Refusal } from '../core/model/model.js';
import { forEachMember } from '../engines/reference/fields.js';
import { LineProcessor } from '../engines/reference/line-processor.js';
import type { LinePlace, Refused } from '../engines/reference/reject.js';
import { kindAt, stringAt } from '../engines/reference/values.js';
import { csvLine, tableOf } from '../formats/layout.js';
import { QfError } from '../runtime/errors.js';
import { integer, type OptionValues, toggle } from '../runtime/options.js';
import { defineTransform, type StageContext } from '../runtime/stage.js';

const FORMATS = ['table', 'csv', 'ndjson'] as const;
type Format = (typeof FORMATS)[number];

/** Rows of one table; a longer input is printed as several, so that memory stays bounded. */
const PAGE_ROWS = 1000;

const FOLLOW_ROWS = 20;
const FRAME_MS = 100;

/** Lines of a terminal that a live table leaves free: its frame and header, and a line for the progress of other stages. */
const SPARE_LINES = 5;

const HOME = '\x1b[H';
const CLEAR_BELOW = '\x1b[J';

/** Columns of the known records, so that a CSV has them all even where the first record lacks one. */
const COLUMNS = {
  tick: ['symbol', 'event_ts', 'ltp', 'vol', 'trade_id', 'side'],
  bar: ['symbol', 'tf', 'ts', 'o', 'h', 'l', 'c', 'vol', 'n_trades'],
  reject: ['stage', 'reason', 'detail', 'topic', 'partition', 'offset', 'file', 'line', 'size', 'raw', 'raw_b64'],
} as const;

const options = {
  last: integer({ summary: `Only the last n records [default: all; ${FOLLOW_ROWS} with --follow]`, min: 1, max: 100_000 }),
  follow: toggle('With table, on a terminal: keep the last records on the screen'),
};

type FmtOptions = OptionValues<typeof options>;

/** A record: its members in order, values as text. Numbers keep their digits. */
type Row = ReadonlyMap<string, string>;

class FmtProcessor extends LineProcessor {
  private readonly format: Format;
  private readonly last: number | undefined;
  private readonly isFollowing: boolean;
  private rows: Row[] = [];
  private columns: readonly string[] | undefined;
  private hasChanged = false;
  private frame_ms = -Infinity;

  constructor(format: Format, { last, follow }: FmtOptions, { terminal, isStrict }: StageContext) {
    if (follow && (format !== 'table' || terminal === undefined)) {
      throw new QfError('usage', '--follow shows a table on a terminal: use it with table, and do not redirect the output');
    }
    super('fmt', isStrict);
    const room = terminal === undefined ? Infinity : Math.max(1, terminal.rows - SPARE_LINES);
    this.format = format;
    this.last = follow ? Math.min(last ?? FOLLOW_ROWS, room) : last;
    this.isFollowing = follow;
  }

  override push(chunk: Buffer, arrival_ms: number): void {
    super.push(chunk, arrival_ms);
    if (this.isFollowing && this.hasChanged && arrival_ms >= this.frame_ms + FRAME_MS) this.onTime(arrival_ms);
  }

  wakeAt_ms(): number | undefined {
    return this.isFollowing && this.hasChanged ? this.frame_ms + FRAME_MS : undefined;
  }

  onTime(now_ms: number): void {
    this.frame_ms = now_ms;
    this.hasChanged = false;
    this.output.out.add(`${HOME}${CLEAR_BELOW}${this.table()}`);
  }

  override end(): void {
    super.end();
    if (this.isFollowing) this.output.out.add(`${HOME}${CLEAR_BELOW}${this.table()}`);
    else this.flush();
  }

  protected judge(bytes: Buffer, start: number, end: number): Outcome {
    const row = new Map<string, string>();
    const refusal = forEachMember(bytes, start, end, (key, valueStart, valueEnd) => {
      row.set(key, this.textOf(bytes, valueStart, valueEnd));
    });
    if (refusal !== undefined) return refusal;
    if (row.has('mark') && !row.has('symbol')) return 'ignored';
    this.add(row);
    return 'used';
  }

  private textOf(bytes: Buffer, start: number, end: number): string {
    if (this.format === 'ndjson') return bytes.toString('utf8', start, end);
    const kind = kindAt(bytes, start);
    if (kind === 'null') return '';
    return kind === 'string' ? stringAt(bytes, start, end) : bytes.toString('utf8', start, end);
  }

  private add(row: Row): void {
    this.hasChanged = true;
    this.rows.push(row);
    if (this.last === undefined) {
      if (this.rows.length >= PAGE_ROWS) this.flush();
    } else if (this.rows.length >= 2 * this.last) this.rows = this.rows.slice(-this.last);
  }

  /** What came before a line that ends the stage is written. */
  protected override refuse(refusal: Refusal, refused: Refused<LinePlace>): void {
    try {
      super.refuse(refusal, refused);
    } catch (error) {
      this.flush();
      throw error;
    }
  }

  /** Writes the rows that were kept. */
  private flush(): void {
    if (this.rows.length === 0) return;
    if (this.format === 'table') this.output.out.add(this.table());
    else if (this.format === 'csv') this.flushCsv();
    else for (const row of this.kept()) this.output.out.add(jsonLine(row));
    this.rows = [];
  }

  private flushCsv(): void {
    const isFirst = this.columns === undefined;
    const columns = this.columnsOf();
    if (isFirst) this.output.out.add(csvLine(columns));
    for (const row of this.kept()) this.output.out.add(csvLine(cellsOf(row, columns)));
  }

  private table(): string {
    const columns = this.columnsOf();
    return tableOf(
      columns,
      this.kept().map((row) => cellsOf(row, columns)),
    );
  }

  private kept(): readonly Row[] {
    return this.last === undefined ? this.rows : this.rows.slice(-this.last);
  }

  /** By the kind of the first record; a table shows a column only where a row has it. */
  private columnsOf(): readonly string[] {
    const [first] = this.rows;
    if (first === undefined) return [];
    this.columns ??= columnsFor(first);
    return this.format === 'csv' ? this.columns : this.columns.filter((name) => this.kept().some((row) => row.has(name)));
  }
}

function columnsFor(row: Row): readonly string[] {
  if (row.has('tf') && row.has('n_trades')) return COLUMNS.bar;
  if (row.has('reason') && row.has('size')) return COLUMNS.reject;
  return row.has('event_ts') && row.has('ltp') ? COLUMNS.tick : [...row.keys()];
}

function cellsOf(row: Row, columns: readonly string[]): string[] {
  return columns.map((name) => row.get(name) ?? '');
}

function jsonLine(row: Row): string {
  return `{${[...row].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}\n`;
}

function formatOf(args: readonly string[]): Format {
  const [given = ''] = args;
  const format = FORMATS.find((name) => name === given);
  if (format === undefined || args.length > 1) {
    throw new QfError('usage', `"${args.join(' ')}" is not one of the formats ${FORMATS.join(', ')}`);
  }
  return format;
}

export const fmt = defineTransform({
  kind: 'view',
  name: 'fmt',
  summary: 'Records as a table for people, CSV for spreadsheets, or NDJSON',
  description:
    'Reads NDJSON of any kind and prints it as a table, as CSV, or as compact NDJSON. Numbers keep their digits: a time in ' +
    'nanoseconds or an exact volume is never rounded. A table shows times in UTC. CSV has the columns of a tick, a bar or a ' +
    'reject; for other records the members of the first one, and others are left out. Marks are left out.',
  examples: [
    {
      what: 'the last bars of ten simulated minutes',
      command: 'qf ingest sim --duration 10m --pace max | qf bars1s | qf agg --tf 1m | qf fmt table --last 10',
    },
    { what: 'for a spreadsheet', command: 'qf fmt csv --from file:bars.ndjson > bars.csv' },
    { what: 'a live view', command: 'qf ingest sim | qf bars1s --live | qf fmt table --follow' },
  ],
  consumes: ['any'],
  produces: ['text'],
  args: { name: 'format', summary: FORMATS.join(', '), isRequired: true },
  options,
  guarantees: ['Memory stays bounded: a long table is printed in pages of 1,000 rows.'],
  why: 'NDJSON is for programs. People want columns, and spreadsheets want CSV.',
  symptoms:
    'Lines that are no records stand on --rejects with their reason, and are counted; a pipe that its reader closes ends it with 0.',
  alternatives: [
    { name: 'jq', whyNot: 'It reads numbers as doubles and rounds 19-digit times (before 1.7), and it draws no table.' },
  ],
  create: (given, context) => new FmtProcessor(formatOf(context.args), given, context),
});
