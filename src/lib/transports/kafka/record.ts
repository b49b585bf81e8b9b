import type { InputRecord, RecordBatch } from '../../runtime/task-processor.js';

/** A place in the records of a batch (https://kafka.apache.org/documentation/#record). */
export class RecordCursor {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** A number: seven bits a byte, the lowest first, with the sign in the lowest bit. Throws `RangeError` beyond the end. */
  varint(): number {
    let byte = this.bytes.readUInt8(this.at++);
    if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
    let raw = byte & 0x7f;
    for (let factor = 128; byte >= 128; factor *= 128) {
      byte = this.bytes.readUInt8(this.at++);
      raw += (byte & 0x7f) * factor;
    }
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }

  /** Bytes behind their length, where they stand; null where the length is -1. */
  data(): Buffer | null {
    const size = this.varint();
    if (size < 0) return null;
    const start = this.at;
    this.at += size;
    return this.bytes.subarray(start, this.at);
  }
}

/** The records of a batch that were asked for. Keys and values are parts of the batch, not copies. */
export function recordsIn({ bytes, firstOffset, timestamp_ms, hasDeltas, firstDelta }: RecordBatch): InputRecord[] {
  const cursor = new RecordCursor(bytes);
  const records: InputRecord[] = [];
  while (cursor.at < bytes.length) {
    const size = cursor.varint();
    const end = cursor.at + size;
    cursor.at++; // attributes
    const time_ms = cursor.varint();
    const delta = cursor.varint();
    const key = cursor.data();
    const value = cursor.data();
    cursor.at = end;
    if (delta < firstDelta) continue;
    records.push({
      key,
      value,
      offset: firstOffset + BigInt(delta),
      timestamp_ms: hasDeltas ? timestamp_ms + time_ms : timestamp_ms,
    });
  }
  return records;
}

/** A number of at most 31 bits as a record has it. */
export function varint(value: number): number[] {
  let raw = ((value << 1) ^ (value >> 31)) >>> 0;
  const bytes: number[] = [];
  for (; raw >= 128; raw >>>= 7) bytes.push((raw & 0x7f) | 128);
  return [...bytes, raw];
}
