import { type Cluster, PartitionReader } from './partition-reader.js';

/** A topic's id and its number of partitions. Throws `usage` where there is no such topic, `unavailable` where no broker answers. */
export async function describeTopic(
  cluster: Cluster,
  topic: string,
): Promise<{ readonly topicId: string; readonly partitions: number }> {
  const reader = await PartitionReader.open(cluster, topic, 0, 0n);
  return reader.describe().finally(() => reader.close());
}
