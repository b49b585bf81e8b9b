import type { Logger } from 'pino';
import { type Addresses, addressesOf, pgSchemaOf } from '../ops/addresses.js';
import { DEFAULT_CONFIG, openStack } from '../ops/stack.js';
import { systemClock } from '../runtime/clock.js';
import type { Figure } from '../runtime/metrics.js';
import type { StageContext } from '../runtime/stage.js';
import { nodeFiles } from '../transports/file.js';

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

/** The database that is meant: DATABASE_URL, or that of the stack; and the schema in it. */
export function databaseIn(env: NodeJS.ProcessEnv): { readonly url: string; readonly schema: string } {
  return { url: addressesIn(env).databaseUrl, schema: pgSchemaOf(env) };
}

/** The brokers that are meant: KAFKA_BROKERS, or those of the stack. */
export function brokersIn(env: NodeJS.ProcessEnv): readonly string[] {
  return addressesIn(env).brokers;
}

function addressesIn(env: NodeJS.ProcessEnv): Addresses {
  return addressesOf(openStack(env['QF_STACK_CONFIG'] ?? DEFAULT_CONFIG), env);
}
