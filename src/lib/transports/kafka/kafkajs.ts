import { createRequire } from 'node:module';
import type * as Kafkajs from 'kafkajs';
import { type KafkaAddress, kafkajsOptions } from './address.js';

let loaded: typeof Kafkajs | undefined;

/** Loaded only where it is used, and by require: an import in Node sees only a part of what the package exports. */
export function kafkajs(): typeof Kafkajs {
  if (loaded !== undefined) return loaded;
  ignoreNegativeTimers();
  loaded = createRequire(import.meta.url)('kafkajs') as typeof Kafkajs;
  return loaded;
}

/**
 * kafkajs 2.2.4 sets timers to times that have passed. Node takes them for 1 ms, as it always has, but newer ones write a warning
 * to stderr each time, which is for logs. Other warnings are written as before.
 */
function ignoreNegativeTimers(): void {
  const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = (...args: unknown[]) => {
    if (args[1] !== 'TimeoutNegativeWarning') emitWarning(...args);
  };
}

const CONNECT_MS = 3000;
const REQUEST_MS = 10_000;

/** A client of kafkajs that is silent, and gives up soon enough for its user to decide what then. */
export function kafkaOf(address: KafkaAddress): Kafkajs.Kafka {
  const { Kafka, logLevel } = kafkajs();
  return new Kafka({
    clientId: 'qf',
    ...kafkajsOptions(address),
    logLevel: logLevel.NOTHING,
    connectionTimeout: CONNECT_MS,
    requestTimeout: REQUEST_MS,
    retry: { retries: 8, initialRetryTime: 20, maxRetryTime: 1000 },
  });
}

/** The protocol's name of an error, which may be behind others; empty where it is another kind of error. */
export function protocolErrorOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('type' in at && typeof at.type === 'string') return at.type;
  }
  return '';
}
