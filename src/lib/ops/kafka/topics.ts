import type { Admin, ConfigEntries, ITopicConfig } from 'kafkajs';
import { QfError } from '../../runtime/errors.js';
import { poll } from '../process/poll.js';
import type { TopicPlan } from '../topic-plan.js';
import { withAdmin } from './admin.js';
import type { KafkaAddress } from '../../transports/kafka/address.js';
import { kafkajs } from '../../transports/kafka/kafkajs.js';
import { areLed } from '../../transports/kafka/led.js';

const LIST_MS = 10_000;
const CHANGE_MS = 60_000;
const LEADERS_MS = 30_000;

/** A topic as it is. */
export interface TopicState {
  readonly partitions: number;
  readonly settings: ReadonlyMap<string, string>;
  /** The settings that were made for this topic; the others are the broker's. */
  readonly ownSettings: ReadonlyMap<string, string>;
}

/** What became of a topic that should be there. */
export interface TopicOutcome {
  readonly name: string;
  readonly outcome: 'created' | 'changed' | 'kept';
}

/** The topics of these names that exist. */
export async function readTopics(
  address: KafkaAddress,
  names: readonly string[],
  limit_ms: number,
): Promise<ReadonlyMap<string, TopicState>> {
  return withAdmin(address, limit_ms, (admin) => statesOf(admin, names));
}

/** Names of all topics, in order; those that belong to Kafka itself are left out. */
export async function listTopics(address: KafkaAddress): Promise<string[]> {
  const names = await withAdmin(address, LIST_MS, (admin) => admin.listTopics());
  return names.filter((name) => !name.startsWith('__')).sort();
}

/** Creates the topics that are missing and corrects settings. A number of partitions is never changed: keys would move. */
export async function createTopics(address: KafkaAddress, plans: readonly TopicPlan[]): Promise<TopicOutcome[]> {
  return withAdmin(address, CHANGE_MS, async (admin) => {
    const states = await statesOf(
      admin,
      plans.map(({ name }) => name),
    );
    for (const plan of plans) refuseOtherPartitions(plan, states.get(plan.name));
    const missing = plans.filter(({ name }) => !states.has(name));
    const wrong = plans.filter((plan) => differences(plan, states.get(plan.name)).length > 0);
    if (missing.length > 0) await admin.createTopics({ topics: missing.map(topicConfigOf), waitForLeaders: false });
    if (wrong.length > 0) await correct(admin, wrong);
    if (!(await poll(() => areLed(admin, missing), LEADERS_MS)))
      throw new QfError('unavailable', 'the new topics have no leaders: see qf logs kafka');
    return plans.map((plan) => ({
      name: plan.name,
      outcome: missing.includes(plan) ? 'created' : wrong.includes(plan) ? 'changed' : 'kept',
    }));
  });
}

/** The settings of a topic that are not as they should be, in words. */
export function differences({ settings }: TopicPlan, state: TopicState | undefined): string[] {
  if (state === undefined) return [];
  return Object.entries(settings).flatMap(([name, value]) => {
    const actual = state.settings.get(name);
    return actual === value ? [] : [`${name} is ${actual ?? 'unknown'}, not ${value}`];
  });
}

function refuseOtherPartitions({ name, partitions }: TopicPlan, state: TopicState | undefined): void {
  if (state === undefined || state.partitions === partitions) return;
  throw new QfError(
    'unavailable',
    `topic ${name} has ${state.partitions} partitions, not ${partitions}: set ${state.partitions} in the configuration, ` +
      'or delete all data with qf down --volumes',
  );
}

function topicConfigOf({ name, partitions, settings }: TopicPlan): ITopicConfig {
  const configEntries = Object.entries(settings).map(([setting, value]) => ({ name: setting, value }));
  return { topic: name, numPartitions: partitions, configEntries };
}

async function correct(admin: Admin, plans: readonly TopicPlan[]): Promise<void> {
  const { ConfigResourceTypes } = kafkajs();
  const resources = plans.map(({ name, settings }) => ({
    type: ConfigResourceTypes.TOPIC,
    name,
    configEntries: Object.entries(settings).map(([setting, value]) => ({ name: setting, value })),
  }));
  await admin.alterConfigs({ validateOnly: false, resources });
}

async function statesOf(admin: Admin, names: readonly string[]): Promise<Map<string, TopicState>> {
  const { ConfigResourceTypes, ConfigSource } = kafkajs();
  const existing = new Set(await admin.listTopics());
  const wanted = names.filter((name) => existing.has(name));
  if (wanted.length === 0) return new Map();
  const [{ topics }, { resources }] = await Promise.all([
    admin.fetchTopicMetadata({ topics: wanted }),
    admin.describeConfigs({
      includeSynonyms: false,
      resources: wanted.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
    }),
  ]);
  const entriesOf = new Map(resources.map(({ resourceName, configEntries }) => [resourceName, configEntries]));
  return new Map(
    topics.map(({ name, partitions }) => {
      const entries = entriesOf.get(name) ?? [];
      const own = entries.filter(({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG);
      return [name, { partitions: partitions.length, settings: settingsIn(entries), ownSettings: settingsIn(own) }];
    }),
  );
}

function settingsIn(entries: readonly ConfigEntries[]): Map<string, string> {
  return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
}
