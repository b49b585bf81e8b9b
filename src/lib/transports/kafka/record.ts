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

/** A record that stands in a batch. Its key and its value are parts of the batch, not copies, made for whoever asks for them. */
class BatchRecord implements InputRecord {
  readonly timestamp_ms: number;
  private readonly batch: RecordBatch;
  private readonly delta: number;
  private readonly keyAt: number;
  private readonly keySize: number;
  private readonly valueAt: number;
  private readonly valueSize: number;

  /** `cursor`: at the record's times, behind which the cursor then is no more at the record. */
  constructor(batch: RecordBatch, cursor: RecordCursor) {
    this.batch = batch;
    const time_ms = cursor.varint();
    this.timestamp_ms = batch.hasDeltas ? batch.timestamp_ms + time_ms : batch.timestamp_ms;
    this.delta = cursor.varint();
    this.keySize = cursor.varint();
    this.keyAt = cursor.at;
    cursor.at += Math.max(0, this.keySize);
    this.valueSize = cursor.varint();
    this.valueAt = cursor.at;
  }

  get key(): Buffer | null {
    return this.part(this.keyAt, this.keySize);
  }

  get value(): Buffer | null {
    return this.part(this.valueAt, this.valueSize);
  }

  get offset(): bigint {
    return this.batch.firstOffset + BigInt(this.delta);
  }

  get isAsked(): boolean {
    return this.delta >= this.batch.firstDelta;
  }

  private part(at: number, size: number): Buffer | null {
    return size < 0 ? null : this.batch.bytes.subarray(at, at + size);
  }
}

/** The records of batches that were asked for, one at a time. */
export function* recordsIn(batches: Iterable<RecordBatch>): Generator<InputRecord> {
  for (const batch of batches) {
    const cursor = new RecordCursor(batch.bytes);
    while (cursor.at < batch.bytes.length) {
      const size = cursor.varint();
      const end = cursor.at + size;
      cursor.at++; // attributes
      const record = new BatchRecord(batch, cursor);
      cursor.at = end;
      if (record.isAsked) yield record;
    }
  }
}

/** At most, of a number of 31 bits as a record has it. */
const VARINT_BYTES = 5;

/** A number as a record has it: seven bits a byte, the lowest first, with the sign in the lowest bit. */
export function varint(value: number): Buffer {
  const bytes = Buffer.alloc(VARINT_BYTES);
  let size = 0;
  let raw = zigzag(value);
  for (; raw >= 128; raw >>>= 7) bytes[size++] = (raw & 0x7f) | 128;
  bytes[size++] = raw;
  return bytes.subarray(0, size);
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}
