import type { Cluster } from './leader.js';
import { PartitionLog } from './partition-log.js';

/** A topic's id and its number of partitions. Throws `usage` where there is no such topic, `unavailable` where no broker answers. */
export async function describeTopic(
  cluster: Cluster,
  topic: string,
): Promise<{ readonly topicId: string; readonly partitions: number }> {
  const log = new PartitionLog(cluster, topic, 0);
  return log.describe().finally(() => log.close());
}
