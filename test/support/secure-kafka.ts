import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alterUserScramCredentialsV0, Connection } from '@platformatic/kafka';
import type { Log } from '../../src/lib/runtime/log.js';
import { nativeKafka } from '../../src/lib/ops/native/kafka.js';
import { startService, stopService } from '../../src/lib/ops/native/service.js';
import { writeFiles } from '../../src/lib/ops/render/index.js';
import { renderServerProperties } from '../../src/lib/ops/render/kafka.js';
import { LOOPBACK, openStack } from '../../src/lib/ops/stack.js';
import type { KafkaAddress } from '../../src/lib/transports/kafka/address.js';
import { type CertificateFile, selfSigned } from './certificates.js';
import { freePorts } from '../../src/lib/ops/process/port.js';
import { ownStackFolder, writeStackConfig } from './stack.js';

/** The listeners, with the protocol of each. The last one sends its clients to another machine. */
const PROTOCOLS = {
  plain: 'PLAINTEXT',
  sasl: 'SASL_PLAINTEXT',
  saslTls: 'SASL_SSL',
  tls: 'SSL',
  mutualTls: 'SSL',
  elsewhere: 'PLAINTEXT',
} as const;

export type Listener = keyof typeof PROTOCOLS;

/** A name that belongs to nobody (RFC 2606). */
const ELSEWHERE = 'kafka.invalid';

const SCRAM = [
  { mechanism: 1, digest: 'sha256', bytes: 32 },
  { mechanism: 2, digest: 'sha512', bytes: 64 },
] as const;

const ITERATIONS = 4096;

/** A broker with a listener for each way to connect. */
export interface SecureKafka {
  /** HOST:PORT of each listener, as in KAFKA_BROKERS. */
  readonly brokers: Readonly<Record<Listener, string>>;
  /** The way of those who prepare a test. */
  readonly plain: KafkaAddress;
  /** Path of the configuration of its stack, which has no topics. */
  readonly config: string;
  /** Vouches for the broker and for its clients. */
  readonly certificate: CertificateFile;
  stop(): Promise<void>;
}

/** Starts a broker that knows one user by all mechanisms. */
export async function startSecureKafka(user: string, password: string, log: Log): Promise<SecureKafka> {
  const folder = ownStackFolder('secure');
  const config = await writeStackConfig(folder);
  const stack = openStack(config);
  const names = Object.keys(PROTOCOLS) as Listener[];
  const [, ...others] = names;
  const ports = [stack.config.kafka.port, ...(await freePorts(others.length))];
  mkdirSync(stack.folder, { recursive: true });
  const certificate = selfSigned(folder, `IP:${LOOPBACK},DNS:localhost`);
  writeFiles(stack);
  const settings = renderServerProperties(stack.config)
    .split('\n')
    .filter((line) => !/^(listeners|advertised\.listeners|listener\.security\.protocol\.map|inter\.broker)/.test(line));
  const listeners = names.map((name, index) => `${name.toUpperCase()}://${LOOPBACK}:${ports[index] ?? 0}`);
  const own = {
    listeners: [...listeners, `CONTROLLER://${LOOPBACK}:${stack.config.kafka.controller_port}`].join(','),
    'advertised.listeners': listeners.join(',').replace(`ELSEWHERE://${LOOPBACK}`, `ELSEWHERE://${ELSEWHERE}`),
    'listener.security.protocol.map':
      names.map((name) => `${name.toUpperCase()}:${PROTOCOLS[name]}`).join(',') + ',CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAIN',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    ...Object.fromEntries(['sasl', 'sasltls'].flatMap((name) => loginSettings(name, user, password))),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': join(folder, 'keystore.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': certificate.path,
    'listener.name.mutualtls.ssl.client.auth': 'required',
  };
  writeFileSync(join(folder, 'keystore.pem'), certificate.key + certificate.cert);
  const lines = Object.entries(own).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(stack.generated, 'server.properties'), [...settings, ...lines, ''].join('\n'));
  const service = nativeKafka(stack, log);
  await startService(stack, service, log);
  await addScramUser(stack.config.kafka.port, user, password);
  const brokers = Object.fromEntries(names.map((name, index) => [name, `${LOOPBACK}:${ports[index] ?? 0}`]));
  return {
    brokers: brokers as Record<Listener, string>,
    plain: { brokers: [`${LOOPBACK}:${stack.config.kafka.port}`], tls: undefined, sasl: undefined, isInsecure: false },
    config,
    certificate,
    stop: async () => {
      await stopService(stack, service);
    },
  };
}

function loginSettings(listener: string, user: string, password: string): [string, string][] {
  const security = 'org.apache.kafka.common.security';
  return [
    [
      `listener.name.${listener}.plain.sasl.jaas.config`,
      `${security}.plain.PlainLoginModule required user_${user}="${password}";`,
    ],
    ...['scram-sha-256', 'scram-sha-512'].map((mechanism): [string, string] => [
      `listener.name.${listener}.${mechanism}.sasl.jaas.config`,
      `${security}.scram.ScramLoginModule required;`,
    ]),
  ];
}

/** The tool that Kafka brings for it would need the password among its arguments. */
async function addScramUser(port: number, name: string, password: string): Promise<void> {
  const connection = new Connection('qf-test');
  await connection.connect(LOOPBACK, port);
  for (const { mechanism, digest, bytes } of SCRAM) {
    const salt = randomBytes(16);
    const saltedPassword = pbkdf2Sync(password, salt, ITERATIONS, bytes, digest);
    const credential = { name, mechanism, iterations: ITERATIONS, salt, saltedPassword };
    await alterUserScramCredentialsV0.api.async(connection, [], [credential]);
  }
  await connection.close();
}
