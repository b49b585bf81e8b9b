import type { Logger } from 'pino';
import type { Addresses } from '../ops/addresses.js';
import { systemClock } from '../runtime/clock.js';
import type { Figure } from '../runtime/metrics.js';
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
export async function serveMetricsAt(port: number, stage: string, figures: readonly Figure[], log: Logger): Promise<void> {
  // Loaded only here: few stages in a pipe are watched.
  const { serveMetrics } = await import('../transports/metrics-server.js');
  const url = await serveMetrics(port, stage, figures);
  log.info({ url }, `metrics at ${url}`);
}

/** Serves the figures of tasks, where a port is given. */
export function figuresWatch(
  port: number | undefined,
  stage: string,
  log: Logger,
): ((figures: readonly Figure[]) => Promise<void>) | undefined {
  return port === undefined ? undefined : (figures) => serveMetricsAt(port, stage, figures, log);
}

/** The database that is meant: DATABASE_URL, or that of the stack; and the schema in it. */
export async function databaseIn(env: NodeJS.ProcessEnv): Promise<{ readonly url: string; readonly schema: string }> {
  const { pgSchemaOf } = await import('../ops/addresses.js');
  return { url: (await addressesIn(env)).databaseUrl, schema: pgSchemaOf(env) };
}

/** The brokers that are meant: KAFKA_BROKERS, or those of the stack. */
export async function kafkaIn(env: NodeJS.ProcessEnv): Promise<KafkaAddress> {
  return (await addressesIn(env)).kafka;
}

/** What reads configurations is loaded only here: it takes half as long as the start of a stage in a pipe. */
async function addressesIn(env: NodeJS.ProcessEnv): Promise<Addresses> {
  const { addressesOf } = await import('../ops/addresses.js');
  const { DEFAULT_CONFIG, openStack } = await import('../ops/stack.js');
  return addressesOf(openStack(env['QF_STACK_CONFIG'] ?? DEFAULT_CONFIG), env);
}
