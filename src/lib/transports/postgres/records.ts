import type { RejectRecord } from '../../core/model/records.js';
import { QfError } from '../../runtime/errors.js';
import type { RecordPlace } from '../../runtime/sink-target.js';
import { barRow } from './bar-row.js';
import { PAPER_RECORDS } from './paper-records.js';
import { type Origin, placeOf, Row, type StoredRecord } from './row.js';
import { REJECTS_TABLE } from './tables.js';

/** Bytes of a record that a message shows. */
const SHOWN_BYTES = 80;

const MARK = /^\{"mark":\d{1,10}\}$/;
const TICK = /^\{"symbol":"[^"]*","event_ts":/;

/** The row of a reject record, from its bytes on the topic. Throws `bad_data` where they are no reject record. */
export function rejectRow(value: Buffer, at: RecordPlace): StoredRecord {
  const { topic, partition, offset } = at;
  const record = parseReject(value);
  if (record === undefined) throw new QfError('bad_data', `${placeOf(at)}: no reject record (docs/contracts.md)`);
  const { stage, reason, detail, size, line, file, raw } = record;
  // Postgres has no text with the character 0.
  const isText = raw?.includes('\0') !== true;
  const raw_b64 = isText ? record.raw_b64 : Buffer.from(raw, 'utf8').toString('base64');
  const texts = [topic, partition, offset, stage, reason, detail, record.topic, record.partition, record.offset];
  return new Row(REJECTS_TABLE, [...texts, line, file, size, isText ? raw : undefined, raw_b64], at);
}

/** How a reject record begins, as qf writes it. */
const REJECT = '{"stage":';

/** The rows of a record on a topic; none for a mark. Throws as `outputRows` and `rejectRow` do. */
export function topicRows(value: Buffer, at: RecordPlace): readonly StoredRecord[] {
  return value.toString('latin1', 0, REJECT.length) === REJECT ? [rejectRow(value, at)] : outputRows(value, at);
}

/**
 * The rows of a record of a stage's output: a bar, or a record of the paper flow, from its bytes as qf writes them, without a line
 * break. None for a mark, which is not stored. Throws `bad_data` for anything else, a usage error for a tick and for a timeframe that
 * has no table.
 */
export function outputRows(value: Buffer, origin: Origin): readonly StoredRecord[] {
  const text = value.toString('latin1');
  const bar = barRow(text, origin);
  if (bar !== undefined) return [bar];
  if (MARK.test(text)) return [];
  const place = placeOf(origin);
  if (TICK.test(text)) throw new QfError('usage', `${place}: ticks are not stored in Postgres, only bars are`);
  const paper = PAPER_RECORDS.find(({ prefix }) => text.startsWith(prefix));
  try {
    if (paper !== undefined) return paper.rowsOf(JSON.parse(value.toString('utf8')) as never, origin);
  } catch (error) {
    throw new QfError('bad_data', `${place}: no record as qf writes it (docs/contracts.md)`, { cause: error });
  }
  const shown = JSON.stringify(value.toString('utf8', 0, SHOWN_BYTES));
  throw new QfError('bad_data', `${place}: no record as qf writes it (docs/contracts.md): ${shown}`);
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
