import type { KafkaAddress } from './address.js';
import { kafkaError } from './failure.js';
import { kafkaOf } from './kafkajs.js';

/** What keeps a state topic small: only the last value of each key stays, and soon. */
const SETTINGS = {
  'cleanup.policy': 'compact',
  'segment.bytes': '16777216',
  'segment.ms': '600000',
  'min.cleanable.dirty.ratio': '0.1',
};

/** Creates a state topic where it is missing: it belongs to qf, and nobody else needs to know of it. Throws `unavailable`. */
export async function ensureStateTopic(address: KafkaAddress, topic: string, partitions: number): Promise<void> {
  const admin = kafkaOf(address).admin();
  try {
    await admin.connect();
    if ((await admin.listTopics()).includes(topic)) return;
    const configEntries = Object.entries(SETTINGS).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions, configEntries }] });
  } catch (error) {
    throw kafkaError(error, `Kafka: cannot create the state topic ${topic}`);
  } finally {
    await admin.disconnect();
  }
}
