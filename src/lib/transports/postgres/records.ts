import type { RejectRecord } from '../../core/model/records.js';
import { QfError } from '../../runtime/errors.js';
import type { RecordPlace } from '../../runtime/sink-target.js';
import { PAPER_RECORDS } from './paper-records.js';
import { barsTable, REJECTS_TABLE, type StoredRecord } from './tables.js';

/** Bytes of a record that a message shows. */
const SHOWN_BYTES = 80;

const PRICE = String.raw`(0|-?(?:[1-9]\d*|0(?=\.))(?:\.\d*[1-9])?)`;

/** A bar as qf writes it, without its line break: fields in the contract's order, plain numbers without trailing zeros. */
const BAR = new RegExp(
  String.raw`^\{"symbol":"([A-Za-z0-9][A-Za-z0-9 ._:/&-]{0,63})","tf":"([1-9]\d{0,7}[smhd])","ts":(0|[1-9]\d{0,9}),` +
    `"o":${PRICE},"h":${PRICE},"l":${PRICE},"c":${PRICE},` +
    String.raw`"vol":((?:0|[1-9]\d{0,30})(?:\.\d{0,7}[1-9])?),"n_trades":(0|[1-9]\d{0,15})\}$`,
);

const MARK = /^\{"mark":\d{1,10}\}$/;
const TICK = /^\{"symbol":"[^"]*","event_ts":/;

/**
 * The row of a bar, from its bytes as qf writes them, without the line break; undefined for a mark, which is not stored. Values
 * stay text, so that no digit is lost. `place` says in messages where the record came from. Throws `bad_data` for anything else, a
 * usage error for a tick and for a timeframe that has no table.
 */
export function barRow(value: Buffer, place: string): StoredRecord | undefined {
  const text = value.toString('latin1');
  const match = BAR.exec(text);
  if (match !== null) {
    const [, symbol = '', tf = '', ...others] = match;
    return new BarRow(barsTable(tf), [symbol, ...others], place);
  }
  if (MARK.test(text)) return undefined;
  if (TICK.test(text)) throw new QfError('usage', `${place}: ticks are not stored in Postgres, only bars are`);
  const shown = JSON.stringify(value.toString('utf8', 0, SHOWN_BYTES));
  throw new QfError('bad_data', `${place}: no record as qf writes it (docs/contracts.md): ${shown}`);
}

/** Rows wait by the ten thousand for their transaction: as one text each, which has no tabs inside, and not as one for each column. */
class BarRow implements StoredRecord {
  readonly table: string;
  readonly place: string;
  private readonly text: string;

  constructor(table: string, columns: readonly string[], place: string) {
    this.table = table;
    this.place = place;
    this.text = columns.join('\t');
  }

  get columns(): readonly string[] {
    return this.text.split('\t');
  }
}

/** The row of a reject record, from its bytes on the topic. Throws `bad_data` where they are no reject record. */
export function rejectRow(value: Buffer, at: RecordPlace): StoredRecord {
  const { topic, partition, offset } = at;
  const place = textOf(at);
  const record = parseReject(value);
  if (record === undefined) throw new QfError('bad_data', `${place}: no reject record (docs/contracts.md)`);
  const { stage, reason, detail, size, line, file, raw } = record;
  // Postgres has no text with the character 0.
  const isText = raw?.includes('\0') !== true;
  const raw_b64 = isText ? record.raw_b64 : Buffer.from(raw, 'utf8').toString('base64');
  const texts = [topic, partition, offset, stage, reason, detail, record.topic, record.partition, record.offset];
  const columns = [...texts, line, file, size, isText ? raw : undefined, raw_b64];
  return { table: REJECTS_TABLE, columns: columns.map((column) => (column === undefined ? null : String(column))), place };
}

/** How a reject record begins, as qf writes it. */
const REJECT = '{"stage":';

/** The rows of a record on a topic; none for a mark. Throws as `barRow` and `rejectRow` do. */
export function topicRows(value: Buffer, place: RecordPlace): readonly StoredRecord[] {
  return startsWith(value, REJECT) ? [rejectRow(value, place)] : outputRows(value, textOf(place));
}

/**
 * The rows of a record of a stage's output: a bar, or a record of the paper flow. None for a mark. Throws as `barRow` does, and
 * `bad_data` for a record of the paper flow that is none as qf writes them.
 */
export function outputRows(value: Buffer, place: string): readonly StoredRecord[] {
  const paper = PAPER_RECORDS.find(({ prefix }) => startsWith(value, prefix));
  if (paper === undefined) {
    const row = barRow(value, place);
    return row === undefined ? [] : [row];
  }
  try {
    return paper.rowsOf(JSON.parse(value.toString('utf8')) as never, place);
  } catch (error) {
    throw new QfError('bad_data', `${place}: no record as qf writes it (docs/contracts.md)`, { cause: error });
  }
}

function startsWith(value: Buffer, prefix: string): boolean {
  return value.toString('latin1', 0, prefix.length) === prefix;
}

function textOf({ topic, partition, offset }: RecordPlace): string {
  return `${topic}/${partition}@${offset}`;
}

function parseReject(value: Buffer): RejectRecord | undefined {
  let record: unknown;
  try {
    record = JSON.parse(value.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof record !== 'object' || record === null) return undefined;
  const { stage, reason, detail, size } = record as Partial<Record<keyof RejectRecord, unknown>>;
  const areTexts = [stage, reason, detail].every((text) => typeof text === 'string');
  return areTexts && typeof size === 'number' ? (record as RejectRecord) : undefined;
}
