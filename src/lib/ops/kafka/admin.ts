import type { Admin } from 'kafkajs';
import { type KafkaAddress, kafkajsOptions } from '../../transports/kafka/address.js';
import { kafkaError } from '../../transports/kafka/failure.js';
import { kafkajs } from '../../transports/kafka/kafkajs.js';
import { withTimeout } from '../process/timeout.js';

const CONNECT_MS = 3000;
const REQUEST_MS = 10_000;

/** Runs `work` with an admin connection that is closed behind it. Everything together takes at most `limit_ms`. */
export async function withAdmin<T>(address: KafkaAddress, limit_ms: number, work: (admin: Admin) => Promise<T>): Promise<T> {
  const { Kafka, KafkaJSError, logLevel } = kafkajs();
  const kafka = new Kafka({
    clientId: 'qf-admin',
    ...kafkajsOptions(address),
    logLevel: logLevel.NOTHING,
    connectionTimeout: CONNECT_MS,
    requestTimeout: REQUEST_MS,
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1000 },
  });
  const admin = kafka.admin();
  const name = `Kafka at ${address.brokers.join(', ')}`;
  try {
    return await withTimeout(
      name,
      limit_ms,
      admin.connect().then(() => work(admin)),
    );
  } catch (error) {
    if (!(error instanceof KafkaJSError)) throw error;
    throw kafkaError(error, name, '; is it up? See qf doctor');
  } finally {
    admin.disconnect().catch(() => undefined);
  }
}
