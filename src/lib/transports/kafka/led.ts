import type { Admin, ITopicMetadata } from 'kafkajs';
import { protocolErrorOf } from './kafkajs.js';

/**
 * Whether topics have all their partitions, and each of these a leader. The broker says that a topic is created before it can be
 * written, and before it knows of the topic itself.
 */
export async function areLed(
  admin: Admin,
  topics: readonly { readonly name: string; readonly partitions: number }[],
): Promise<boolean> {
  if (topics.length === 0) return true;
  const found = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) }).catch(noneWhereUnknown);
  return topics.every(({ name, partitions }) => {
    const own = found.topics.find((topic) => topic.name === name)?.partitions ?? [];
    return own.length === partitions && own.every(({ leader }) => leader >= 0);
  });
}

/** A broker that has not heard of a new topic yet refuses the whole question. */
function noneWhereUnknown(error: unknown): { topics: ITopicMetadata[] } {
  if (protocolErrorOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return { topics: [] };
  throw error;
}
