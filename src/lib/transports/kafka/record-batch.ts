import { crc32c, Writer as Bytes } from './client.js';
import type { BatchHeader } from './committed.js';
import { RecordCursor } from './record.js';

// Record batch format v2, https://kafka.apache.org/documentation/#recordbatch: places in a batch.
const LENGTH = 8;
const LEADER_EPOCH = 12;
const MAGIC = 16;
const CRC = 17;
const ATTRIBUTES = 21;
const LAST_OFFSET_DELTA = 23;
const FIRST_TIMESTAMP = 27;
const MAX_TIMESTAMP = 35;
const PRODUCER_ID = 43;
const PRODUCER_EPOCH = 51;
const BASE_SEQUENCE = 53;
const COUNT = 57;
export const BATCH_HEADER_BYTES = 61;

const VERSION = 2;
/** Type of a control record that ends a transaction without effect; the other type commits. */
const ABORT = 0;

const COMPRESSION = 0x07;
const IS_TRANSACTIONAL = 0x10;

/** A batch as it stands on the log. */
export interface LogBatch extends BatchHeader {
  /** How its records are compressed, by the number that the protocol gives it; 0: they are not. */
  readonly compression: number;
  /** Its records. */
  readonly bytes: Buffer;
  readonly count: number;
}

/** The whole batches that a fetch has brought; the last one may be cut, and is then left out. Throws where one is of another format. */
export function batchesIn(bytes: Buffer): LogBatch[] {
  const batches: LogBatch[] = [];
  for (let start = 0; start + BATCH_HEADER_BYTES <= bytes.length;) {
    const end = start + LENGTH + 4 + bytes.readInt32BE(start + LENGTH);
    if (end > bytes.length) break;
    batches.push(batchIn(bytes.subarray(start, end)));
    start = end;
  }
  return batches;
}

function batchIn(bytes: Buffer): LogBatch {
  const version = bytes.readInt8(MAGIC);
  if (version !== VERSION) throw new RangeError(`a record batch has format ${version}, not ${VERSION}`);
  const attributes = bytes.readInt16BE(ATTRIBUTES);
  return {
    firstOffset: bytes.readBigInt64BE(),
    attributes,
    lastOffsetDelta: bytes.readInt32BE(LAST_OFFSET_DELTA),
    firstTimestamp: bytes.readBigInt64BE(FIRST_TIMESTAMP),
    maxTimestamp: bytes.readBigInt64BE(MAX_TIMESTAMP),
    producerId: bytes.readBigInt64BE(PRODUCER_ID),
    compression: attributes & COMPRESSION,
    bytes: bytes.subarray(BATCH_HEADER_BYTES),
    count: bytes.readInt32BE(COUNT),
  };
}

/** Whether a control batch ends a transaction without effect: its one record's key is a version and a type, 16 bits each. */
export function isAbort({ bytes }: LogBatch): boolean {
  const cursor = new RecordCursor(bytes);
  cursor.varint(); // length
  cursor.at++; // attributes
  cursor.varint(); // time
  cursor.varint(); // offset
  return cursor.data()?.readInt16BE(2) === ABORT;
}

/** Who writes a batch, in a transaction, and which of the partition's records it begins with. */
export interface Writer {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly sequence: number;
}

/** Records as a batch, in memory that is taken. `bytes`: compressed as `compression` says; all of them are written at `time_ms`. */
export function batchOf(
  bytes: Buffer,
  count: number,
  compression: number,
  time_ms: number,
  { producerId, epoch, sequence }: Writer,
  take: (size: number) => Buffer,
): Buffer {
  const batch = take(BATCH_HEADER_BYTES + bytes.length);
  batch.writeBigInt64BE(0n);
  batch.writeInt32BE(batch.length - LENGTH - 4, LENGTH);
  batch.writeInt32BE(-1, LEADER_EPOCH);
  batch.writeInt8(VERSION, MAGIC);
  batch.writeInt16BE(IS_TRANSACTIONAL | compression, ATTRIBUTES);
  batch.writeInt32BE(count - 1, LAST_OFFSET_DELTA);
  batch.writeBigInt64BE(BigInt(time_ms), FIRST_TIMESTAMP);
  batch.writeBigInt64BE(BigInt(time_ms), MAX_TIMESTAMP);
  batch.writeBigInt64BE(producerId, PRODUCER_ID);
  batch.writeInt16BE(epoch, PRODUCER_EPOCH);
  batch.writeInt32BE(sequence, BASE_SEQUENCE);
  batch.writeInt32BE(count, COUNT);
  bytes.copy(batch, BATCH_HEADER_BYTES);
  // A buffer by itself would be copied first.
  batch.writeUInt32BE(crc32c(Bytes.create().append(batch.subarray(ATTRIBUTES)).dynamicBuffer), CRC);
  return batch;
}
