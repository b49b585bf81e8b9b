import { isIP } from 'node:net';
import { checkPgSchema, DEFAULT_PG_SCHEMA } from '../runtime/database-schema.js';
import { QfError } from '../runtime/errors.js';
import type { KafkaAddress } from '../transports/kafka/address.js';
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
    kafka: { brokers: [`${LOOPBACK}:${kafka.port}`], tls: undefined, sasl: undefined },
    databaseUrl: `postgres://${postgres.user}@${LOOPBACK}:${postgres.port}/${postgres.database}`,
  };
}

/** The addresses that are meant: KAFKA_BROKERS and DATABASE_URL where they are set, else the stack's own. */
export function addressesOf(stack: Stack, env: Environment): Addresses {
  const own = ownAddresses(stack);
  const addresses = {
    kafka: { ...own.kafka, brokers: brokersIn(env) ?? own.kafka.brokers },
    databaseUrl: env['DATABASE_URL'] ?? own.databaseUrl,
  };
  for (const broker of addresses.kafka.brokers) refuseRemote('KAFKA_BROKERS', urlOf(`kafka://${broker}`));
  refuseRemote('DATABASE_URL', urlOf(addresses.databaseUrl));
  return addresses;
}

/** The schema that holds qf's tables: QF_PG_SCHEMA, else `public`. Throws a usage error where it is no name of a schema. */
export function pgSchemaOf(env: Environment): string {
  const name = env['QF_PG_SCHEMA'];
  return name === undefined || name === '' ? DEFAULT_PG_SCHEMA : checkPgSchema(name);
}

/** Whether both services are somebody else's: they are named, and they are not the stack's own. */
export function areExternal(stack: Stack, env: Environment): boolean {
  if (env['KAFKA_BROKERS'] === undefined || env['DATABASE_URL'] === undefined) return false;
  return JSON.stringify(addressesOf(stack, env)) !== JSON.stringify(ownAddresses(stack));
}

function brokersIn(env: Environment): string[] | undefined {
  return env['KAFKA_BROKERS']?.split(',').map((broker) => broker.trim());
}

function urlOf(text: string): URL {
  try {
    return new URL(text);
  } catch (error) {
    // The text may hold a password, so it is not repeated.
    throw new QfError('usage', 'KAFKA_BROKERS must be HOST:PORT,… and DATABASE_URL postgres://USER@HOST:PORT/DATABASE', {
      cause: error,
    });
  }
}

/** Nothing is encrypted here, so nothing may leave the machine. */
function refuseRemote(variable: string, { hostname }: URL): void {
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'));
  if (!isLoopback)
    throw new QfError(
      'usage',
      `${variable} names ${hostname}: unencrypted connections go to this machine only, such as ${LOOPBACK}`,
    );
}
