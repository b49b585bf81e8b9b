import type { Clock } from '../../runtime/clock.js';
import { type Cluster, PartitionReader } from './partition-reader.js';

/** What a reader has to know of brokers that are named as HOST:PORT. */
export function clusterOf(brokers: readonly string[], clock: Clock): Cluster {
  const addresses = brokers.map((broker) => {
    const { hostname, port } = new URL(`kafka://${broker}`);
    return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
  });
  return { brokers: addresses, connection: {}, clock };
}

/** A topic's id and its number of partitions. Throws `usage` where there is no such topic, `unavailable` where no broker answers. */
export async function describeTopic(
  cluster: Cluster,
  topic: string,
): Promise<{ readonly topicId: string; readonly partitions: number }> {
  const reader = await PartitionReader.open(cluster, topic, 0, 0n);
  return reader.describe().finally(() => reader.close());
}
