/** Attributes of a record batch (Kafka protocol, record batch format v2). */
const IS_APPEND_TIME = 0x08;
const IS_TRANSACTIONAL = 0x10;
const IS_CONTROL = 0x20;

/** A transaction that was aborted, as a fetch response lists it. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** What stands before the records of a batch. Times are in ms since the epoch. */
export interface BatchHeader {
  readonly firstOffset: bigint;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
}

/**
 * The batches of a fetch that are no part of an aborted transaction. A response lists aborted transactions in no certain order, and
 * those of several producers may overlap: each lasts from its first offset to the abort marker of its producer. `isAbort` tells that
 * marker from the other control batches.
 */
export function committedOf<B extends BatchHeader>(
  batches: readonly B[],
  aborted: readonly AbortedTransaction[],
  isAbort: (batch: B) => boolean,
): B[] {
  const waiting = [...aborted].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : a.firstOffset > b.firstOffset ? 1 : 0));
  const open = new Set<bigint>();
  const committed: B[] = [];
  for (const batch of batches) {
    const lastOffset = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    for (let next = waiting[0]; next !== undefined && next.firstOffset <= lastOffset; next = waiting[0]) {
      open.add(next.producerId);
      waiting.shift();
    }
    if ((batch.attributes & IS_CONTROL) !== 0) {
      if (isAbort(batch)) open.delete(batch.producerId);
    } else if ((batch.attributes & IS_TRANSACTIONAL) === 0 || !open.has(batch.producerId)) committed.push(batch);
  }
  return committed;
}

/** When the records of a batch were written: by their deltas behind a time, or, where the broker says it, all at the same one. */
export function timesOf({ attributes, firstTimestamp, maxTimestamp }: BatchHeader): {
  readonly timestamp_ms: number;
  readonly hasDeltas: boolean;
} {
  const hasDeltas = (attributes & IS_APPEND_TIME) === 0;
  return { timestamp_ms: Number(hasDeltas ? firstTimestamp : maxTimestamp), hasDeltas };
}
