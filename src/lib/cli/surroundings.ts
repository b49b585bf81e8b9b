import type { Logger } from 'pino';
import { databaseUrlOf, kafkaAddressOf, pgSchemaOf } from '../ops/addresses.js';
import { DEFAULT_CONFIG, openStack, type Stack } from '../ops/stack.js';
import { systemClock } from '../runtime/clock.js';
import type { Metric } from '../runtime/metrics.js';
import type { StageContext } from '../runtime/stage.js';
import { nodeFiles } from '../transports/file.js';
import type { KafkaAddress } from '../transports/kafka/address.js';

/** What a stage may use of this process and machine. */
export function contextOf(
  { isStrict, args }: { readonly isStrict: boolean; readonly args: readonly string[] },
  log: Logger,
): StageContext {
  return {
    clock: systemClock,
    random: Math.random,
    log,
    env: process.env,
    files: nodeFiles,
    websockets: async () => (await import('../transports/websocket/index.js')).nodeWebSockets,
    isStrict,
    args,
    terminal: process.stdout.isTTY ? { rows: process.stdout.rows } : undefined,
  };
}

/** Serves metrics, and says where. */
export async function serveMetricsAt(port: number, stage: string, metrics: readonly Metric[], log: Logger): Promise<void> {
  // Loaded only here: few stages in a pipe are watched.
  const { serveMetrics } = await import('../transports/metrics-server.js');
  const url = await serveMetrics(port, stage, metrics);
  log.info({ url }, `metrics at ${url}`);
}

/** The database that is meant: DATABASE_URL, or that of the stack; and the schema in it. */
export function databaseIn(env: NodeJS.ProcessEnv): { readonly url: string; readonly schema: string } {
  return { url: databaseUrlOf(stackIn(env), env), schema: pgSchemaOf(env) };
}

/** How Kafka is reached: by what the environment says, or as the stack's own. */
export function kafkaIn(env: NodeJS.ProcessEnv): KafkaAddress {
  return kafkaAddressOf(stackIn(env), env);
}

function stackIn(env: NodeJS.ProcessEnv): Stack {
  return openStack(env['QF_STACK_CONFIG'] ?? DEFAULT_CONFIG);
}
