import type { StackConfig, Topic } from '../core/model/configs.js';
import { QfError } from '../runtime/errors.js';

/** A topic as it should be. */
export interface TopicPlan {
  readonly name: string;
  readonly partitions: number;
  /** The topic whose partition n this one's partition n belongs to. */
  readonly copartitionedWith: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
}

/** Resolves the names that topics refer to. Throws a usage error where one is unknown, or a topic is there twice. */
export function planTopics(path: string, { topics, topic_settings }: StackConfig): TopicPlan[] {
  const byName = new Map<string, Topic>();
  for (const topic of topics) {
    if (byName.has(topic.name)) throw new QfError('usage', `${path}: the topic ${topic.name} is there twice`);
    byName.set(topic.name, topic);
  }
  return topics.map((topic) => {
    const settings = topic_settings[topic.settings];
    if (settings === undefined)
      throw new QfError('usage', `${path}: topic ${topic.name}: topic_settings has no "${topic.settings}"`);
    return {
      name: topic.name,
      partitions: countOf(path, topic, byName),
      copartitionedWith: typeof topic.partitions === 'string' ? topic.partitions : undefined,
      settings,
    };
  });
}

/** Follows the names to a number; a chain that is longer than the list of topics goes in a circle. */
function countOf(path: string, topic: Topic, byName: ReadonlyMap<string, Topic>): number {
  let { partitions } = topic;
  for (let step = 0; typeof partitions === 'string' && step < byName.size; step++) {
    const other = byName.get(partitions);
    if (other === undefined)
      throw new QfError('usage', `${path}: topic ${topic.name}: there is no topic ${partitions} to have as many partitions as`);
    partitions = other.partitions;
  }
  if (typeof partitions === 'string')
    throw new QfError('usage', `${path}: topic ${topic.name}: its number of partitions refers to itself`);
  return partitions;
}
