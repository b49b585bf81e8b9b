import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { messageOf, QfError } from '../../runtime/errors.js';
import { checkEncryption, type KafkaAddress, placeOf, SASL_MECHANISMS } from '../../transports/kafka/address.js';

/** The settings of the connection to Kafka, by the name of the flag, with their variables. A secret has no flag. */
export const KAFKA_VARIABLES = {
  brokers: 'KAFKA_BROKERS',
  tls: 'QF_KAFKA_TLS',
  'tls-ca': 'QF_KAFKA_TLS_CA',
  'tls-cert': 'QF_KAFKA_TLS_CERT',
  'tls-key': 'QF_KAFKA_TLS_KEY',
  sasl: 'QF_KAFKA_SASL',
  'sasl-user': 'QF_KAFKA_SASL_USER',
  insecure: 'QF_KAFKA_INSECURE',
} as const;

type Setting = keyof typeof KAFKA_VARIABLES;

/** A host's name or address, and a port. */
const BROKER = /^([^\s:/@?#[\]]+|\[[\da-f:.]+\]):\d{1,5}$/i;

const PASSWORD = 'QF_KAFKA_PASSWORD';
const PASSWORD_FILE = 'QF_KAFKA_PASSWORD_FILE';

/**
 * How Kafka is reached: what the environment says, and `own` brokers where it names none. Throws a usage error where settings do not
 * fit together, and where something unencrypted would leave the machine.
 */
export function readKafkaAddress(env: Readonly<Record<string, string | undefined>>, own: readonly string[]): KafkaAddress {
  const settings = new Settings(env);
  const address = {
    brokers: env[KAFKA_VARIABLES.brokers]?.split(',').map((broker) => broker.trim()) ?? own,
    tls: tlsOf(settings),
    sasl: saslOf(settings),
    isInsecure: settings.isOn('insecure'),
  };
  if (address.tls !== undefined && address.isInsecure)
    throw wrong(`${named('insecure')} is for unencrypted connections, and ${named('tls')} encrypts them: leave one out`);
  for (const broker of address.brokers) {
    // What is no address may hold a password, so it is not repeated.
    if (!BROKER.test(broker)) throw wrong(`${named('brokers')} must be HOST:PORT,…`);
    checkEncryption(address, placeOf(broker).host, named('brokers'));
  }
  return address;
}

class Settings {
  private readonly env: Readonly<Record<string, string | undefined>>;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.env = env;
  }

  /** A variable that is empty says nothing. */
  variable(name: string): string | undefined {
    return this.env[name] === '' ? undefined : this.env[name];
  }

  text(setting: Setting): string | undefined {
    return this.variable(KAFKA_VARIABLES[setting]);
  }

  /** The words that count as yes for the variable of any flag. */
  isOn(setting: Setting): boolean {
    return /^(1|true|y|yes)$/i.test(this.text(setting) ?? '');
  }

  file(setting: Setting): string | undefined {
    const path = this.text(setting);
    return path === undefined ? undefined : fileText(named(setting), path);
  }
}

function tlsOf(settings: Settings): KafkaAddress['tls'] {
  const parts = ['tls-ca', 'tls-cert', 'tls-key'] as const;
  if (!settings.isOn('tls')) {
    const lost = parts.find((part) => settings.text(part) !== undefined);
    if (lost !== undefined) throw wrong(`${named(lost)} needs ${named('tls')}`);
    return undefined;
  }
  const [ca, cert, key] = parts.map((part) => settings.file(part));
  if ((cert === undefined) !== (key === undefined))
    throw wrong(`a client's certificate is two files: ${named('tls-cert')} and ${named('tls-key')}`);
  const tls = { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
  // Node passes over authorities that are none, and would then trust nobody.
  if (ca?.includes('-----BEGIN CERTIFICATE-----') === false) throw wrong(`${named('tls-ca')} names no file of PEM certificates`);
  try {
    createSecureContext(tls);
  } catch (error) {
    throw wrong(`${named('tls-cert')} and ${named('tls-key')} must name two PEM files that fit: ${messageOf(error)}`);
  }
  return tls;
}

function saslOf(settings: Settings): KafkaAddress['sasl'] {
  const text = settings.text('sasl');
  const username = settings.text('sasl-user');
  if (text === undefined) {
    if (username !== undefined) throw wrong(`${named('sasl-user')} needs ${named('sasl')}`);
    return undefined;
  }
  const mechanism = SASL_MECHANISMS.find((name) => name === text);
  if (mechanism === undefined) throw wrong(`${named('sasl')} must be one of ${SASL_MECHANISMS.join(', ')}`);
  if (username === undefined) throw wrong(`${named('sasl')} needs ${named('sasl-user')}`);
  return { mechanism, username, password: passwordOf(settings) };
}

function passwordOf(settings: Settings): string {
  const [password, path] = [settings.variable(PASSWORD), settings.variable(PASSWORD_FILE)];
  if (password !== undefined && path !== undefined) throw wrong(`${PASSWORD} and ${PASSWORD_FILE} are both set: leave one out`);
  const found = path === undefined ? password : fileText(PASSWORD_FILE, path).replace(/\r?\n$/, '');
  if (found === undefined || found === '')
    throw wrong(`${named('sasl')} needs a password: set ${PASSWORD}, or ${PASSWORD_FILE} to the path of a file that holds it`);
  return found;
}

function fileText(what: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw wrong(`cannot read ${what}: ${messageOf(error)}`);
  }
}

/** A setting as it may have been made. */
function named(setting: Setting): string {
  return `--${setting} (${KAFKA_VARIABLES[setting]})`;
}

function wrong(message: string): QfError {
  return new QfError('usage', message);
}
