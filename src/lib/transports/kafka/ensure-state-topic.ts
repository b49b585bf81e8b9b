import { kafkaError } from './failure.js';
import { kafkaOf } from './kafkajs.js';
import { areLed } from './led.js';
import type { Cluster } from './leader.js';

/** What keeps a state topic small: only the last value of each key stays, and soon. */
const SETTINGS = {
  'cleanup.policy': 'compact',
  'segment.bytes': '16777216',
  'segment.ms': '600000',
  'min.cleanable.dirty.ratio': '0.1',
};

/** How long a new topic may be without a leader, and how often is looked. */
const LEADERS_MS = 15_000;
const LOOK_MS = 50;

/** Creates a state topic where it is missing: it belongs to qf, and nobody else needs to know of it. Throws `unavailable`. */
export async function ensureStateTopic({ address, clock }: Cluster, topic: string, partitions: number): Promise<void> {
  const admin = kafkaOf(address).admin();
  try {
    await admin.connect();
    if ((await admin.listTopics()).includes(topic)) return;
    const configEntries = Object.entries(SETTINGS).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: partitions, configEntries }] });
    const limit_ms = clock.now_ms() + LEADERS_MS;
    while (!(await areLed(admin, [{ name: topic, partitions }]))) {
      if (clock.now_ms() >= limit_ms) throw new Error('it has no leader');
      await clock.waitUntil(clock.now_ms() + LOOK_MS, new AbortController().signal);
    }
  } catch (error) {
    throw kafkaError(error, `Kafka: cannot create the state topic ${topic}`);
  } finally {
    await admin.disconnect();
  }
}
