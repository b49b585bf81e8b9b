import { isIP } from 'node:net';
import type { Broker, ConnectionOptions } from '@platformatic/kafka';
import type { KafkaConfig, SASLOptions } from 'kafkajs';

/** How brokers ask for a password. */
export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

/** Which brokers, and how they are talked to. */
export interface KafkaAddress {
  /** HOST:PORT of each. */
  readonly brokers: readonly string[];
  /** Texts of PEM files; without `ca`, Node's authorities are trusted. Undefined: nothing is encrypted. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
  /** Undefined: the brokers ask for no password. */
  readonly sasl: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string } | undefined;
}

/** The address as kafkajs takes it. */
export function kafkajsOptions({ brokers, tls, sasl }: KafkaAddress): Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'> {
  return {
    brokers: [...brokers],
    ...(tls === undefined ? {} : { ssl: { ...tls } }),
    // Its types want to know the mechanism for each object.
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as SASLOptions }),
  };
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
