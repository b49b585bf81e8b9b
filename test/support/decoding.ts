import type { Bar, Mark, Refusal, Tick } from '../../src/lib/core/model/model.js';
import type { Decoder } from '../../src/lib/engines/reference/codec.js';
import { BarDecoder } from '../../src/lib/engines/reference/bar-codec.js';
import { TickDecoder } from '../../src/lib/engines/reference/tick-codec.js';

/** The tick of a line, or the refusal. */
export function decodeTick(line: string | Buffer): Tick | Refusal {
  const bytes = Buffer.from(line);
  const decoder = new TickDecoder();
  return decoder.decode(bytes, 0, bytes.length) ?? { ...decoder.record };
}

/** The bar or mark of a line, or the refusal. */
export function decodeBar(line: string | Buffer): Bar | Mark | Refusal {
  const bytes = Buffer.from(line);
  const decoder = new BarDecoder();
  return decoder.decode(bytes, 0, bytes.length) ?? decoder.record;
}

/** The record of a line, or the refusal. */
export function decodeWith<R>(decoder: Decoder<R>, line: string): R | Refusal {
  const bytes = Buffer.from(line);
  return decoder.decode(bytes, 0, bytes.length) ?? decoder.record;
}

/** Whether a decoder has taken the line. */
export function isTaken(result: object): boolean {
  return !('detail' in result);
}

/** `reason detail` of a refusal; `taken` where there is none. */
export function refusalText(result: object): string {
  if (isTaken(result)) return 'taken';
  const { reason, detail } = result as Refusal;
  return detail === '' ? reason : `${reason} ${detail}`;
}

/** A line of JSON from the text of each value, so that numbers keep their digits; undefined leaves the field out. */
export function lineOf(fields: Readonly<Record<string, string | undefined>>): string {
  const members = Object.entries(fields).filter(([, text]) => text !== undefined);
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text ?? ''}`).join(',')}}`;
}
