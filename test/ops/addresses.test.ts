import { describe, expect, test } from 'vitest';
import { addressesOf, areExternal, ownAddresses } from '../../src/lib/ops/addresses.js';
import { DEFAULT_CONFIG, openStack } from '../../src/lib/ops/stack.js';

const stack = openStack(DEFAULT_CONFIG);
const own = ownAddresses(stack);

describe('addresses', () => {
  test('are the own ones where nothing is set', () => {
    expect(addressesOf(stack, {})).toEqual({
      kafka: { brokers: ['127.0.0.1:9092'] },
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

  test.each([
    [
      { KAFKA_BROKERS: 'kafka.example:9092' },
      'KAFKA_BROKERS names kafka.example: unencrypted connections go to this machine only',
    ],
    [{ KAFKA_BROKERS: '127.0.0.1:9092,10.0.0.1:9092' }, 'KAFKA_BROKERS names 10.0.0.1'],
    [{ DATABASE_URL: 'postgres://user:secret@db.example/x' }, 'DATABASE_URL names db.example'],
    [{ KAFKA_BROKERS: '127.evil.example:9092' }, 'KAFKA_BROKERS names 127.evil.example'],
    [{ DATABASE_URL: 'secret' }, 'must be'],
  ])('%o is refused, and no password is repeated', (env, message) => {
    expect(() => addressesOf(stack, env)).toThrow(message);
    expect(() => addressesOf(stack, env)).not.toThrow('secret');
  });
});
