import type { Stage } from '../core/model/configs.js';
import { envOf } from '../runtime/catalogue.js';
import { addressesOf, type Environment } from './addresses.js';
import type { Stack } from './stack.js';

/** A stage finishes what it has read before it ends. */
export const STAGE_STOP_MS = 20_000;

/** What a stage finds in its environment: what is set wins over the stage's entry, which wins over the stack's addresses. */
export function environmentOf(stack: Stack, stage: Stage, env: Environment): NodeJS.ProcessEnv {
  const { kafka, databaseUrl } = addressesOf(stack, env);
  return {
    KAFKA_BROKERS: kafka.brokers.join(','),
    DATABASE_URL: databaseUrl,
    ...metricsPortOf(stack, stage),
    ...stage.env,
    ...env,
  };
}

/** The variable that has a stage of qf serve its metrics where the registry says. */
function metricsPortOf({ endpoints }: Stack, { name, command: [program, ...args] }: Stage): Record<string, string> {
  const endpoint = endpoints.find(({ stage }) => stage === name);
  if (endpoint === undefined || program !== 'qf') return {};
  const firstFlag = args.findIndex((arg) => arg.startsWith('-'));
  const words = firstFlag === -1 ? args : args.slice(0, firstFlag);
  return { [envOf({ name: words.join(' ') }, 'metrics-port')]: String(endpoint.port) };
}
