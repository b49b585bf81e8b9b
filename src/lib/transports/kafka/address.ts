import { connect, isIP, type Socket } from 'node:net';
import type { Broker, ConnectionOptions } from './client.js';
import type { ISocketFactoryArgs, KafkaConfig, SASLOptions } from 'kafkajs';
import { QfError } from '../../runtime/errors.js';

/** How brokers ask for a password. */
export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** Which brokers, and how they are talked to. */
export interface KafkaAddress {
  /** HOST:PORT of each. */
  readonly brokers: readonly string[];
  /** Texts of PEM files; without `ca`, Node's authorities are trusted. Undefined: nothing is encrypted. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
  /** Undefined: the brokers ask for no password. */
  readonly sasl: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string } | undefined;
  /** What is not encrypted may leave this machine. */
  readonly isInsecure: boolean;
}

/** How long a connection may be silent before the system asks whether it is still there. */
const KEEP_ALIVE_MS = 60_000;

type KafkajsOptions = Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl' | 'socketFactory'>;

/** The address as kafkajs takes it. */
export function kafkajsOptions(address: KafkaAddress): KafkajsOptions {
  const { brokers, tls, sasl } = address;
  return {
    brokers: [...brokers],
    ...(tls === undefined ? { socketFactory: (to) => plainSocket(address, to) } : { ssl: { ...tls } }),
    // Its types want to know the mechanism for each object.
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as SASLOptions }),
  };
}

/** As kafkajs makes them. The brokers name each other, and one of them may name another machine. */
function plainSocket(address: KafkaAddress, { host, port, onConnect }: ISocketFactoryArgs): Socket {
  checkEncryption(address, host, 'a broker');
  return connect({ host, port }, onConnect).setKeepAlive(true, KEEP_ALIVE_MS);
}

/** Their names in the protocol. */
const MECHANISMS = { plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const;

/** How connections of @platformatic/kafka are made. */
export function connectionOptions({ brokers, tls, sasl }: KafkaAddress): ConnectionOptions {
  // A server of several names chooses its certificate by the one that it was asked for, which cannot be an IP address.
  const areNames = brokers.every((broker) => isIP(placeOf(broker).host) === 0);
  return {
    ...(tls === undefined ? {} : { tls: { ...tls }, tlsServerName: areNames }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl, mechanism: MECHANISMS[sasl.mechanism] } }),
  };
}

/** Host and port of a broker. */
export function placeOf(broker: string): Broker {
  const { hostname, port } = new URL(`kafka://${broker}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** Whether only this machine is reached there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Throws a usage error where a connection to `host`, which `who` has named, would leave this machine unencrypted. */
export function checkEncryption({ tls, isInsecure }: KafkaAddress, host: string, who: string): void {
  if (tls !== undefined || isInsecure || isLoopback(host)) return;
  throw new QfError(
    'usage',
    `${who} names ${host}: unencrypted connections go to this machine only; use --tls, or --insecure where nobody else hears`,
  );
}
