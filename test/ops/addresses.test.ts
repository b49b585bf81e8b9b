import { describe, expect, test } from 'vitest';
import { addressesOf, areExternal, ownAddresses } from '../../src/lib/ops/addresses.js';
import { DEFAULT_CONFIG, openStack } from '../../src/lib/ops/stack.js';

const stack = openStack(DEFAULT_CONFIG);
const own = ownAddresses(stack);

describe('addresses', () => {
  test('are the own ones where nothing is set', () => {
    expect(addressesOf(stack, {})).toEqual({
      kafka: { brokers: ['127.0.0.1:9092'], tls: undefined, sasl: undefined, isInsecure: false },
      databaseUrl: 'postgres://qf@127.0.0.1:5432/qf',
    });
  });

  test('are external only where both are named and are not the own ones', () => {
    const other = { KAFKA_BROKERS: 'localhost:1, [::1]:2', DATABASE_URL: 'postgres://u:p@127.1.2.3/d' };
    expect(addressesOf(stack, other).kafka.brokers).toEqual(['localhost:1', '[::1]:2']);
    expect(areExternal(stack, other)).toBe(true);
    expect(areExternal(stack, { KAFKA_BROKERS: other.KAFKA_BROKERS })).toBe(false);
    expect(areExternal(stack, { KAFKA_BROKERS: own.kafka.brokers[0], DATABASE_URL: own.databaseUrl })).toBe(false);
  });

  test('may be on other machines where they are encrypted, or where that is wanted', () => {
    const remote = { KAFKA_BROKERS: 'kafka.example:9092' };
    expect(addressesOf(stack, { ...remote, QF_KAFKA_TLS: 'true' }).kafka).toMatchObject({ tls: {}, isInsecure: false });
    expect(addressesOf(stack, { ...remote, QF_KAFKA_INSECURE: 'true' }).kafka).toMatchObject({
      tls: undefined,
      isInsecure: true,
    });
    expect(() => addressesOf(stack, { ...remote, QF_KAFKA_TLS: 'false' })).toThrow('unencrypted');
    expect(() =>
      addressesOf(stack, { ...remote, QF_KAFKA_SASL: 'plain', QF_KAFKA_SASL_USER: 'u', QF_KAFKA_PASSWORD: 'p' }),
    ).toThrow('unencrypted');
  });

  test.each([
    [
      { KAFKA_BROKERS: 'kafka.example:9092' },
      '--brokers (KAFKA_BROKERS) names kafka.example: unencrypted connections go to this machine only',
    ],
    [{ KAFKA_BROKERS: '127.0.0.1:9092,10.0.0.1:9092' }, '(KAFKA_BROKERS) names 10.0.0.1'],
    [{ DATABASE_URL: 'postgres://user:secret@db.example/x' }, 'DATABASE_URL names db.example'],
    [{ KAFKA_BROKERS: '127.evil.example:9092' }, '(KAFKA_BROKERS) names 127.evil.example'],
    [{ DATABASE_URL: 'secret' }, 'must be'],
    [{ KAFKA_BROKERS: 'user:secret@127.0.0.1:9092' }, '--brokers (KAFKA_BROKERS) must be HOST:PORT,…'],
    [{ KAFKA_BROKERS: '127.0.0.1' }, 'must be HOST:PORT,…'],
    [{ QF_KAFKA_TLS_CA: 'ca.pem' }, '--tls-ca (QF_KAFKA_TLS_CA) needs --tls (QF_KAFKA_TLS)'],
    [{ QF_KAFKA_TLS: '1', QF_KAFKA_INSECURE: '1' }, 'leave one out'],
    [{ QF_KAFKA_TLS: '1', QF_KAFKA_TLS_CA: 'nowhere.pem' }, 'cannot read --tls-ca'],
    [{ QF_KAFKA_TLS: '1', QF_KAFKA_TLS_CA: 'package.json' }, 'names no file of PEM certificates'],
    [{ QF_KAFKA_TLS: '1', QF_KAFKA_TLS_CERT: 'package.json' }, "a client's certificate is two files"],
    [{ QF_KAFKA_TLS: '1', QF_KAFKA_TLS_CERT: 'package.json', QF_KAFKA_TLS_KEY: 'package.json' }, 'two PEM files that fit'],
    [{ QF_KAFKA_SASL_USER: 'u' }, '--sasl-user (QF_KAFKA_SASL_USER) needs --sasl'],
    [{ QF_KAFKA_SASL: 'md5', QF_KAFKA_SASL_USER: 'u' }, 'must be one of plain, scram-sha-256, scram-sha-512'],
    [{ QF_KAFKA_SASL: 'plain', QF_KAFKA_PASSWORD: 'secret' }, 'needs --sasl-user'],
    [{ QF_KAFKA_SASL: 'plain', QF_KAFKA_SASL_USER: 'u' }, 'needs a password: set QF_KAFKA_PASSWORD'],
    [
      { QF_KAFKA_SASL: 'plain', QF_KAFKA_SASL_USER: 'u', QF_KAFKA_PASSWORD: 'secret', QF_KAFKA_PASSWORD_FILE: 'package.json' },
      'are both set',
    ],
  ])('%o is refused, and no password is repeated', (env, message) => {
    expect(() => addressesOf(stack, env)).toThrow(message);
    expect(() => addressesOf(stack, env)).not.toThrow('secret');
  });
});
