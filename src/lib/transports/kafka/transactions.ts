import type { CompressionTypes, Kafka, Producer, Transaction } from 'kafkajs';
import { messageOf, QfError } from '../../runtime/errors.js';
import { FencedError } from '../../runtime/task.js';
import { type Compression, compressionType } from './compression.js';
import { kafkaError } from './failure.js';
import { kafkajs, protocolErrorOf } from './kafkajs.js';
import { isTooLarge, type SendLimits, tooLarge } from './send-limits.js';
import { inSends, type ProducedRecord, type Send } from './sends.js';

/** After this time the coordinator ends a transaction that its owner has left open. */
export const TRANSACTION_TIMEOUT_MS = 10_000;

/** Errors of the protocol by which a broker says that the transactional id belongs to a newer producer. */
const FENCED = new Set(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING', 'INVALID_TXN_STATE']);

/** Errors that no repetition mends, with what does. */
const HOPELESS: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'a topic that is written is missing: qf topics create',
  TOPIC_AUTHORIZATION_FAILED: 'the user may not write a topic',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'the user may not use the transactional id',
};

/** A producer with a transactional id, of which there is one at a time: making it shuts out every earlier one. */
export class TransactionalProducer {
  private readonly producer: Producer;
  private readonly compression: CompressionTypes;
  private readonly limits: SendLimits;
  /** The transaction to come. kafkajs asks for the producer's id when the first one begins. */
  private next: Transaction | undefined;

  private constructor(producer: Producer, compression: CompressionTypes, limits: SendLimits) {
    this.producer = producer;
    this.compression = compression;
    this.limits = limits;
  }

  /** `limits`: of the topics to come. Throws `unavailable` where no broker answers, `usage` where they refuse. */
  static async open(
    kafka: Kafka,
    transactionalId: string,
    compression: Compression,
    limits: SendLimits,
  ): Promise<TransactionalProducer> {
    const producer = kafka.producer({
      transactionalId,
      maxInFlightRequests: 1,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      allowAutoTopicCreation: false,
    });
    const own = new TransactionalProducer(producer, compressionType(compression), limits);
    try {
      await producer.connect();
      own.next = await producer.transaction();
      return own;
    } catch (error) {
      await own.close();
      throw faultOf(error);
    }
  }

  /**
   * Writes all records, or none of them is ever readable. Throws `FencedError`, `usage` where a record is too large for its topic, or
   * `unavailable` where the outcome is unknown.
   */
  async commit(records: readonly ProducedRecord[]): Promise<void> {
    try {
      const transaction = this.next ?? (await this.producer.transaction());
      this.next = undefined;
      for (const send of inSends(records, this.limits)) await this.send(transaction, send);
      await transaction.commit();
    } catch (error) {
      throw faultOf(error);
    }
  }

  /** What is open is ended by the next owner, or by its timeout. */
  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }

  private async send(transaction: Transaction, { topicMessages, bytes }: Send): Promise<void> {
    try {
      await transaction.sendBatch({ topicMessages, compression: this.compression });
    } catch (error) {
      // Not again in smaller pieces: kafkajs has forgotten then which partitions have taken theirs.
      throw isTooLarge(error) ? tooLarge(bytes, this.limits) : error;
    }
  }
}

function faultOf(error: unknown): Error {
  if (!(error instanceof kafkajs().KafkaJSError)) return error instanceof Error ? error : new Error(messageOf(error));
  return refusalOf(protocolErrorOf(error), error) ?? kafkaError(error);
}

/** What an error of the protocol means that no repetition by this producer mends; undefined where one may. */
export function refusalOf(name: string, error: unknown): Error | undefined {
  if (FENCED.has(name)) return new FencedError(messageOf(error), { cause: error });
  const mend = HOPELESS[name];
  return mend === undefined ? undefined : new QfError('usage', `Kafka refuses it: ${mend}`, { cause: error });
}
