import type { Clock } from '../../runtime/clock.js';
import { QfError } from '../../runtime/errors.js';
import type { Brokers } from './brokers.js';
import { createTopicsV7 } from './client.js';
import { askBrokers, type Cluster } from './cluster.js';
import { codeNameOf } from './connection.js';

/** What keeps a state topic small: only the last value of each key stays, and soon. */
const SETTINGS = {
  'cleanup.policy': 'compact',
  'segment.bytes': '16777216',
  'segment.ms': '600000',
  'min.cleanable.dirty.ratio': '0.1',
};

/** As many as the brokers are set to. */
const REPLICAS = -1;

const CREATE_MS = 10_000;

/** How long a new topic may be without a leader, and how often is looked. */
const LEADERS_MS = 15_000;
const LOOK_MS = 50;

/** Creates a state topic where it is missing: it belongs to qf, and nobody else needs to know of it. Throws `unavailable`. */
export async function ensureStateTopic(cluster: Cluster, topic: string, partitions: number): Promise<void> {
  await askBrokers(cluster, `Kafka: cannot create the state topic ${topic}`, async (brokers) => {
    if ((await brokers.topics([topic])).has(topic)) return;
    await create(brokers, topic, partitions);
    await awaitLeaders(brokers, cluster.clock, topic);
  });
}

/** Fails where another process was faster; at the next attempt the topic is there. */
async function create(brokers: Brokers, name: string, numPartitions: number): Promise<void> {
  const configs = Object.entries(SETTINGS).map(([setting, value]) => ({ name: setting, value }));
  const topic = { name, numPartitions, replicationFactor: REPLICAS, assignments: [], configs };
  await createTopicsV7.api.async(await brokers.any(), [topic], CREATE_MS, false);
}

async function awaitLeaders(brokers: Brokers, clock: Clock, topic: string): Promise<void> {
  const limit_ms = clock.now_ms() + LEADERS_MS;
  while (!(await isLed(brokers, topic))) {
    if (clock.now_ms() >= limit_ms) throw new QfError('unavailable', `${topic} has no leader`);
    await clock.waitUntil(clock.now_ms() + LOOK_MS, new AbortController().signal);
  }
}

/** The broker says that a topic is created before each partition has a leader, and before it knows of the topic itself. */
async function isLed(brokers: Brokers, topic: string): Promise<boolean> {
  try {
    return (await brokers.topics([topic])).has(topic);
  } catch (error) {
    if (codeNameOf(error) === 'LEADER_NOT_AVAILABLE') return false;
    throw error;
  }
}
