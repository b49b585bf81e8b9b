import type { Logger } from 'pino';
import type { Stack } from '../ops/stack.js';
import { systemClock } from '../runtime/clock.js';
import { messageOf } from '../runtime/errors.js';
import type { Figure } from '../runtime/metrics.js';
import type { StageContext } from '../runtime/stage.js';
import { nodeFiles } from '../transports/file.js';
import type { KafkaAddress } from '../transports/kafka/address.js';
import type { MetricsSettings } from './metrics-flags.js';

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

/** Serves the figures of a stage, where that is asked for, and says where. */
export function figuresWatch(
  metrics: MetricsSettings | undefined,
  stage: string,
  log: Logger,
): ((figures: readonly Figure[]) => Promise<void>) | undefined {
  if (metrics === undefined) return undefined;
  return async (figures) => {
    // Loaded only here: few stages in a pipe are watched.
    const { serveMetrics } = await import('../transports/metrics-server.js');
    try {
      const url = await serveMetrics(metrics.port, stage, figures);
      log.info({ url }, `metrics at ${url}`);
    } catch (error) {
      if (!metrics.isOptional) throw error;
      log.warn(`${messageOf(error)}; going on without metrics`);
    }
  };
}

/** The database that is meant: DATABASE_URL, or that of the stack; and the schema in it. */
export async function databaseIn(env: NodeJS.ProcessEnv): Promise<{ readonly url: string; readonly schema: string }> {
  const { databaseUrlOf, pgSchemaOf } = await import('../ops/addresses.js');
  return { url: databaseUrlOf(await stackIn(env), env), schema: pgSchemaOf(env) };
}

/** How Kafka is reached: by what the environment says, or as the stack's own. */
export async function kafkaIn(env: NodeJS.ProcessEnv): Promise<KafkaAddress> {
  const { kafkaAddressOf } = await import('../ops/addresses.js');
  return kafkaAddressOf(await stackIn(env), env);
}

/** What reads configurations is loaded only here: it takes half as long as the start of a stage in a pipe. */
async function stackIn(env: NodeJS.ProcessEnv): Promise<Stack> {
  const { DEFAULT_CONFIG, openStack } = await import('../ops/stack.js');
  return openStack(env['QF_STACK_CONFIG'] ?? DEFAULT_CONFIG);
}
