import type { SinkTarget } from '../../runtime/sink-target.js';
import type { DatabaseAddress } from './connection.js';
import { topicRows } from './records.js';
import { SinkStore } from './sink-store.js';
import type { StoredRecord } from './row.js';

/** The tables of a database as a place that follows topics. */
export function pgTarget(address: DatabaseAddress): SinkTarget<StoredRecord> {
  return { name: 'sink-pg', open: () => SinkStore.open(address), rowsOf: topicRows };
}
