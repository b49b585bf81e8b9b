import { Flags, type Interfaces } from '@oclif/core';
import { KAFKA_VARIABLES } from '../ops/kafka/address.js';
import { SASL_MECHANISMS } from '../transports/kafka/address.js';
import { COMPRESSIONS } from '../transports/kafka/compression.js';

type Setting = keyof typeof KAFKA_VARIABLES;

/** Where help shows what belongs to Kafka. */
export const KAFKA_GROUP = 'KAFKA';

/** The flags that say how Kafka is reached, for every command that does. */
export const kafkaFlags = {
  brokers: Flags.string({
    ...common('brokers', "Brokers to ask first [default: the stack's own]"),
    helpValue: 'HOST:PORT,…',
  }),
  tls: Flags.boolean(common('tls', 'Encrypt the connections')),
  'tls-ca': file('tls-ca', 'Authorities to trust, PEM [default: those of Node]'),
  'tls-cert': file('tls-cert', "This client's certificate, PEM"),
  'tls-key': file('tls-key', "This client's key, PEM"),
  sasl: Flags.option({ options: SASL_MECHANISMS })(
    common('sasl', 'Log in; the password is in QF_KAFKA_PASSWORD, or in the file that QF_KAFKA_PASSWORD_FILE names'),
  ),
  'sasl-user': Flags.string({ ...common('sasl-user', 'Who logs in'), helpValue: 'NAME' }),
  insecure: Flags.boolean(common('insecure', 'Allow unencrypted connections to other machines')),
};

/** The flag of stages that write to Kafka. */
export const compressionFlag = Flags.option({ options: COMPRESSIONS })({
  helpGroup: KAFKA_GROUP,
  summary: 'How records are compressed that are written to Kafka',
  env: 'QF_KAFKA_COMPRESSION',
  default: 'none',
});

/** The environment with what the flags say in it: they win, and the settings are read in one place. */
export function withKafkaFlags(env: NodeJS.ProcessEnv, flags: Readonly<Record<string, unknown>>): NodeJS.ProcessEnv {
  const given = Object.entries(KAFKA_VARIABLES).flatMap(([flag, variable]) => {
    const value = flags[flag];
    return typeof value === 'string' || typeof value === 'boolean' ? [[variable, String(value)] as const] : [];
  });
  return { ...env, ...Object.fromEntries(given) };
}

function common(setting: Setting, summary: string): { helpGroup: string; summary: string; env: string } {
  return { helpGroup: KAFKA_GROUP, summary, env: KAFKA_VARIABLES[setting] };
}

function file(setting: Setting, summary: string): Interfaces.OptionFlag<string | undefined> {
  return Flags.string({ ...common(setting, summary), helpValue: 'PATH' });
}
