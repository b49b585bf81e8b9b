import type { Broker } from './client.js';
import { QfError } from '../../runtime/errors.js';
import type { Brokers } from './brokers.js';
import { askBrokers, type Cluster } from './cluster.js';
import { END, offsetsOf, READ_UNCOMMITTED } from './list-offsets.js';
import { leaderOf, topicIn } from './metadata.js';

/** A topic's id and its number of partitions. Throws `usage` where there is no such topic, `unavailable` where no broker answers. */
export async function describeTopic(
  cluster: Cluster,
  topic: string,
): Promise<{ readonly topicId: string; readonly partitions: number }> {
  const topics = await askBrokers(cluster, topic, (brokers) => brokers.topics([topic]));
  const { topicId, leaders } = topicIn(topics, topic);
  return { topicId, partitions: leaders.length };
}

/** How many partitions each topic has. Throws as `describeTopic`. */
export async function countPartitions(cluster: Cluster, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const topics = await askBrokers(cluster, names.join(', '), (brokers) => brokers.topics(names));
  return new Map(names.map((name) => [name, topicIn(topics, name).leaders.length]));
}

/** A topic's id and the offset behind the last record of each partition. Throws as `describeTopic`. */
export function topicNow(
  cluster: Cluster,
  topic: string,
): Promise<{ readonly topicId: string; readonly ends: readonly bigint[] }> {
  return askBrokers(cluster, topic, async (brokers) => {
    const topics = await brokers.topics([topic]);
    const { topicId, leaders } = topicIn(topics, topic);
    const ledBy = new Map<Broker, number[]>();
    for (const partition of leaders.keys()) {
      const leader = leaderOf(topics, topic, partition);
      ledBy.set(leader, [...(ledBy.get(leader) ?? []), partition]);
    }
    const found = await Promise.all([...ledBy].map(([leader, partitions]) => endsOf(brokers, leader, topic, partitions)));
    const ends = new Map(found.flatMap((ofLeader) => [...ofLeader]));
    return { topicId, ends: [...leaders.keys()].map((partition) => endIn(ends, topic, partition)) };
  });
}

async function endsOf(
  brokers: Brokers,
  leader: Broker,
  topic: string,
  partitions: readonly number[],
): Promise<ReadonlyMap<number, bigint>> {
  return offsetsOf(await brokers.to(leader), topic, partitions, END, READ_UNCOMMITTED);
}

function endIn(ends: ReadonlyMap<number, bigint>, topic: string, partition: number): bigint {
  const end = ends.get(partition);
  if (end === undefined)
    throw new QfError('unavailable', `${topic}/${partition}: the broker's answer does not hold the partition`);
  return end;
}
