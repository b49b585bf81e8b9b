import { QfError } from '../../runtime/errors.js';
import type { Cluster } from './cluster.js';
import { PartitionReader } from './partition-reader.js';

/** A transaction of an earlier owner hides what is behind it until it is ended, which takes its timeout at the longest. */
const RESTORE_MS = 15_000;

/**
 * The last value of each key in a partition of a compacted topic, up to what is its end now. Throws `unavailable` where the end is not
 * reached in time: never less than everything.
 */
export async function readLatest(cluster: Cluster, topic: string, partition: number): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  const reader = await PartitionReader.open(cluster, topic, partition, 'start');
  try {
    const end = await reader.log.end();
    const limit_ms = cluster.clock.now_ms() + RESTORE_MS;
    while (reader.position < end) {
      const { records } = await reader.fetch();
      for (const { key, value } of records) {
        if (key === null) continue;
        if (value === null) values.delete(key.toString());
        else values.set(key.toString(), value.toString());
      }
      if (reader.position < end && cluster.clock.now_ms() >= limit_ms)
        throw new QfError('unavailable', `${topic}/${partition}: the state is readable to ${reader.position} of ${end} only`);
    }
    return values;
  } finally {
    await reader.close();
  }
}
