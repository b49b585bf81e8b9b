import { checkPgSchema, DEFAULT_PG_SCHEMA } from '../runtime/database-schema.js';
import { QfError } from '../runtime/errors.js';
import { isLoopback, type KafkaAddress } from '../transports/kafka/address.js';
import { readKafkaAddress } from './kafka/address.js';
import { LOOPBACK, type Stack } from './stack.js';

/** Where the services answer. */
export interface Addresses {
  readonly kafka: KafkaAddress;
  readonly databaseUrl: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The addresses of the stack's own services. */
export function ownAddresses({ config: { kafka, postgres } }: Stack): Addresses {
  return {
    kafka: { brokers: [`${LOOPBACK}:${kafka.port}`], tls: undefined, sasl: undefined, isInsecure: false },
    databaseUrl: `postgres://${postgres.user}@${LOOPBACK}:${postgres.port}/${postgres.database}`,
  };
}

/** The addresses that are meant: KAFKA_BROKERS and DATABASE_URL where they are set, else the stack's own. */
export function addressesOf(stack: Stack, env: Environment): Addresses {
  return { kafka: kafkaAddressOf(stack, env), databaseUrl: databaseUrlOf(stack, env) };
}

/** How Kafka is reached: see `readKafkaAddress`. */
export function kafkaAddressOf(stack: Stack, env: Environment): KafkaAddress {
  return readKafkaAddress(env, ownAddresses(stack).kafka.brokers);
}

/** The database that is meant. Throws a usage error where it is not on this machine. */
export function databaseUrlOf(stack: Stack, env: Environment): string {
  const text = env['DATABASE_URL'] ?? ownAddresses(stack).databaseUrl;
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    // The text may hold a password, so it is not repeated.
    throw new QfError('usage', 'DATABASE_URL must be postgres://USER@HOST:PORT/DATABASE', { cause: error });
  }
  // Nothing is encrypted here, so nothing may leave the machine.
  if (!isLoopback(url.hostname.replace(/^\[|\]$/g, '')))
    throw new QfError(
      'usage',
      `DATABASE_URL names ${url.hostname}: unencrypted connections go to this machine only, such as ${LOOPBACK}`,
    );
  return text;
}

/** The schema that holds qf's tables: QF_PG_SCHEMA, else `public`. Throws a usage error where it is no name of a schema. */
export function pgSchemaOf(env: Environment): string {
  const name = env['QF_PG_SCHEMA'];
  return name === undefined || name === '' ? DEFAULT_PG_SCHEMA : checkPgSchema(name);
}

/** Whether both services are somebody else's: they are named, and they are not the stack's own. */
export function areExternal(stack: Stack, env: Environment): boolean {
  if (env['KAFKA_BROKERS'] === undefined || env['DATABASE_URL'] === undefined) return false;
  const [meant, own] = [addressesOf(stack, env), ownAddresses(stack)];
  return meant.databaseUrl !== own.databaseUrl || meant.kafka.brokers.join() !== own.kafka.brokers.join();
}
