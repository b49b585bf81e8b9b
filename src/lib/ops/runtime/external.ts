import { addressesOf, type Environment } from '../addresses.js';
import { askBroker } from '../kafka/api-versions.js';
import { postgresVersion } from '../postgres/database.js';
import type { Stack } from '../stack.js';
import type { Runtime } from './runtime.js';

const ANSWER_MS = 5000;

/** Services that somebody else runs, named by KAFKA_BROKERS and DATABASE_URL. */
export function externalRuntime(stack: Stack, env: Environment): Runtime {
  const { kafka, databaseUrl } = addressesOf(stack, env);
  const [broker = ''] = kafka.brokers;
  const isUp = (answer: Promise<unknown>): Promise<string> =>
    answer.then(
      () => 'answers',
      () => 'silent',
    );
  return {
    name: 'external',
    plan: ['use the Kafka of KAFKA_BROKERS and the Postgres of DATABASE_URL'],
    async start() {
      await askBroker(broker, ANSWER_MS, kafka.tls);
      await postgresVersion(databaseUrl, ANSWER_MS);
    },
    stop: () => Promise.resolve(false),
    async services() {
      const [kafkaState, postgresState] = await Promise.all([
        isUp(askBroker(broker, ANSWER_MS, kafka.tls)),
        isUp(postgresVersion(databaseUrl, ANSWER_MS)),
      ]);
      return [
        { name: 'kafka', state: kafkaState },
        { name: 'postgres', state: postgresState },
      ];
    },
    logCommand: () => undefined,
  };
}
