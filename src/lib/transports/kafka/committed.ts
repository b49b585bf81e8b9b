import type { KafkaRecord, RecordsBatch } from '@platformatic/kafka';

/** Attributes of a record batch (Kafka protocol, record batch format v2). */
const IS_TRANSACTIONAL = 0x10;
const IS_CONTROL = 0x20;

/** Type of a control record that ends a transaction without effect; the other type commits. */
const ABORT = 0;

/** A transaction that was aborted, as a fetch response lists it. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** A batch without what its records say. */
export interface CommittedBatch {
  readonly firstOffset: bigint;
  readonly firstTimestamp: bigint;
  readonly records: readonly KafkaRecord[];
}

/**
 * The batches of a fetch that are no part of an aborted transaction. A response lists aborted transactions in no certain order, and
 * those of several producers may overlap: each lasts from its first offset to the abort marker of its producer.
 */
export function committedOf(batches: readonly RecordsBatch[], aborted: readonly AbortedTransaction[]): CommittedBatch[] {
  const waiting = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : a.firstOffset > b.firstOffset ? 1 : 0));
  const open = new Set<bigint>();
  const committed: CommittedBatch[] = [];
  for (const batch of batches) {
    const lastOffset = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    for (let next = waiting[0]; next !== undefined && next.firstOffset <= lastOffset; next = waiting[0]) {
      open.add(next.producerId);
      waiting.shift();
    }
    if ((batch.attributes & IS_CONTROL) !== 0) {
      if (typeOf(batch) === ABORT) open.delete(batch.producerId);
    } else if ((batch.attributes & IS_TRANSACTIONAL) === 0 || !open.has(batch.producerId)) committed.push(batch);
  }
  return committed;
}

/** The type of a control batch: its one record's key is a version and a type, 16 bits each. */
function typeOf({ records }: RecordsBatch): number | undefined {
  return records[0]?.key?.readInt16BE(2);
}
