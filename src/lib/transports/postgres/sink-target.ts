import type { SinkTarget } from '../../runtime/sink-target.js';
import type { DatabaseAddress } from './connection.js';
import { rowOf } from './records.js';
import { type SinkHooks, SinkStore } from './sink-store.js';
import type { StoredRecord } from './tables.js';

/** The tables of a database as a place that follows topics. */
export function pgTarget(address: DatabaseAddress & { readonly hooks?: SinkHooks }): SinkTarget<StoredRecord> {
  return { name: 'sink-pg', open: () => SinkStore.open(address), rowOf };
}
