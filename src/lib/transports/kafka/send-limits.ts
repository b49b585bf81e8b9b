import { QfError } from '../../runtime/errors.js';
import { ConfigResourceTypes, describeConfigsV4 } from './client.js';
import { askBrokers, type Cluster } from './cluster.js';
import { codeNameOf } from './connection.js';
import { protocolErrorOf } from './kafkajs.js';

const SETTING = 'max.message.bytes';

/** What a broker takes where nobody has said otherwise. */
const USUAL_BYTES = 1_048_588;

/** Refusals to say something of a topic. The answer to what is written there says more. */
const UNANSWERED = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED']);

const TOO_LARGE = 'MESSAGE_TOO_LARGE';

/** How many bytes of records a partition of each topic takes at once, where the brokers have said so. */
export type SendLimits = ReadonlyMap<string, number>;

/** Asks the brokers. Throws `unavailable` where none answers. */
export function readSendLimits(cluster: Cluster, topics: readonly string[]): Promise<SendLimits> {
  const resources = topics.map((resourceName) => ({
    resourceType: ConfigResourceTypes.TOPIC,
    resourceName,
    configurationKeys: [SETTING],
  }));
  return askBrokers(cluster, 'Kafka', async (brokers) => {
    try {
      const { results } = await describeConfigsV4.api.async(await brokers.any(), resources, false, false);
      return new Map(results.map(({ resourceName, configs }) => [resourceName, Number(configs[0]?.value)]));
    } catch (error) {
      if (UNANSWERED.has(codeNameOf(error))) return new Map();
      throw error;
    }
  });
}

/** The bytes of records that may be sent at once to a topic. */
export function limitOf(limits: SendLimits, topic: string): number {
  return limits.get(topic) ?? USUAL_BYTES;
}

/** Whether a broker refuses records because they are too many, or one is too large. */
export function isTooLarge(error: unknown): boolean {
  return protocolErrorOf(error) === TOO_LARGE;
}

/** What it means that so many bytes for each topic were too large. Only a record that is alone may be larger than a limit. */
export function tooLarge(bytes: ReadonlyMap<string, number>, limits: SendLimits): QfError {
  const [[topic, size] = ['', 0]] = [...bytes].filter(([name, ofTopic]) => ofTopic > (limits.get(name) ?? 0));
  if (topic === '')
    return new QfError('unavailable', `Kafka: ${[...bytes.keys()].join(' or ')} takes less at once than before (${SETTING})`);
  const limit = limits.get(topic);
  const what =
    limit === undefined
      ? `${topic} takes fewer than ${size} bytes at once (${SETTING})`
      : `${topic} takes at most ${limit} bytes at once (${SETTING}), and a record has ${size}`;
  return new QfError(
    'usage',
    `Kafka: ${what}: raise it in configs/stack.json and run qf topics create, or run kafka-configs.sh --alter --topic ${topic} ` +
      `--add-config ${SETTING}=${size}`,
  );
}
