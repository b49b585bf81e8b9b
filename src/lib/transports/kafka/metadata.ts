import { type Broker, type Connection, metadataV12, ResponseError } from './client.js';
import { QfError } from '../../runtime/errors.js';
import { checkEncryption, type KafkaAddress } from './address.js';

/** Error code of the Kafka protocol. */
const UNKNOWN_TOPIC = 3;

/** A topic as the brokers describe it. */
export interface Topic {
  /** Another topic of the same name would not have it. */
  readonly topicId: string;
  /** The broker that leads each partition; undefined where none does. */
  readonly leaders: readonly (Broker | undefined)[];
}

export type Topics = ReadonlyMap<string, Topic>;

/** Topics by their names, without those that there are not. */
export async function topicsNow(connection: Connection, address: KafkaAddress, names: readonly string[]): Promise<Topics> {
  const { brokers, topics } = await metadataV12.api.async(connection, [...names], false, false).catch(answerIn);
  // The members of a group connect to any of them.
  for (const { host } of brokers) checkEncryption(address, host, 'a broker');
  const byId = new Map(brokers.map((broker): [number, Broker] => [broker.nodeId, broker]));
  const found = topics.filter(({ errorCode }) => errorCode !== UNKNOWN_TOPIC);
  return new Map(
    found.map(({ name, topicId, partitions }) => {
      const leaders: (Broker | undefined)[] = partitions.map(() => undefined);
      for (const { partitionIndex, leaderId } of partitions) leaders[partitionIndex] = byId.get(leaderId);
      return [name ?? '', { topicId, leaders }];
    }),
  );
}

/** Throws `usage` where there is no such topic. */
export function topicIn(topics: Topics, name: string): Topic {
  const topic = topics.get(name);
  if (topic === undefined) throw noSuchPartition(name, 0);
  return topic;
}

/** Throws `usage` where there is no such partition, `unavailable` where it has no leader now. */
export function leaderOf(topics: Topics, topic: string, partition: number): Broker {
  const { leaders } = topicIn(topics, topic);
  if (partition >= leaders.length) throw noSuchPartition(topic, partition);
  const leader = leaders[partition];
  if (leader === undefined) throw new QfError('unavailable', `${topic}/${partition}: the partition has no leader`);
  return leader;
}

/** The answer behind an error that says no more than that there are topics missing. */
function answerIn(error: unknown): Awaited<ReturnType<typeof metadataV12.api.async>> {
  const codes = error instanceof ResponseError ? error.errors.map((one) => (one as { readonly apiCode?: number }).apiCode) : [0];
  if (codes.some((code) => code !== UNKNOWN_TOPIC)) throw error;
  return (error as ResponseError)['response'] as Awaited<ReturnType<typeof metadataV12.api.async>>;
}

function noSuchPartition(topic: string, partition: number): QfError {
  return new QfError('usage', `${topic}/${partition}: there is no such topic or partition: qf topics create`);
}
