import { isUtf8 } from 'node:buffer';
import type { Refusal } from '../../core/model/model.js';
import type { RejectRecord } from '../../core/model/records.js';
import { RAW_BYTES } from './lines.js';

/** A line of a stream or of a file, from 1; or the number of a frame. */
export interface LinePlace {
  readonly line: number;
  readonly file?: string;
}

/** A record of a log. */
export interface LogPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Where a refused record stands. */
export type Place = LinePlace | LogPlace;

/** A record that is not used, as far as a reject record shows it. */
export interface Refused<P extends Place = Place> {
  readonly place: P;
  /** The record, or its first bytes where it is longer than `RAW_BYTES`. */
  readonly head: Buffer;
  /** Bytes of the whole record. */
  readonly size: number;
}

/** The reason of a refusal, with the name of the field where it is of one, for a message. */
export function refusalText({ reason, detail }: Refusal): string {
  return detail === '' ? reason : `${reason} (${detail})`;
}

/** A place for messages. */
export function placeText(place: Place): string {
  if ('topic' in place) return `${place.topic}/${place.partition}@${place.offset}`;
  return place.file === undefined ? `line ${place.line}` : `${place.file}: line ${place.line}`;
}

/** A reject record as one line of JSON. */
export function encodeReject(stage: string, { reason, detail }: Refusal, refused: Refused): string {
  const { place, size } = refused;
  const record: RejectRecord = { stage, reason, detail, ...inOrder(place), size, ...rawOf(refused) };
  return `${JSON.stringify(record)}\n`;
}

/** The place in the contract's order of fields. */
function inOrder(place: Place): Place {
  if ('topic' in place) return { topic: place.topic, partition: place.partition, offset: place.offset };
  return place.file === undefined ? { line: place.line } : { file: place.file, line: place.line };
}

function rawOf({ head, size }: Refused): { raw: string } | { raw_b64: string } {
  const kept = head.subarray(0, RAW_BYTES);
  const text = size > kept.length ? kept.subarray(0, lastCharacterEnd(kept)) : kept;
  return isUtf8(text) ? { raw: text.toString('utf8') } : { raw_b64: kept.toString('base64') };
}

/** End of the last whole UTF-8 character: a cut leaves at most three bytes of another. */
function lastCharacterEnd(bytes: Buffer): number {
  let start = bytes.length - 1;
  while (start > bytes.length - 4 && start > 0 && ((bytes[start] as number) & 0xc0) === 0x80) start--;
  const lead = bytes[start] as number;
  return start + lengthOf(lead) > bytes.length ? start : bytes.length;
}

/** Bytes of the character that begins with `lead`; 1 where no character does. */
function lengthOf(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 1;
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}
