import type { CompressionTypes, Kafka, Message, Producer, TopicMessages, Transaction } from 'kafkajs';
import { messageOf, QfError } from '../../runtime/errors.js';
import { FencedError } from '../../runtime/task.js';
import { type Compression, compressionType } from './compression.js';
import { kafkaError } from './failure.js';
import { kafkajs, protocolErrorOf } from './kafkajs.js';

/** After this time the coordinator ends a transaction that its owner has left open. */
const TRANSACTION_TIMEOUT_MS = 10_000;

/** kafkajs sends what it is given as one batch of records for each partition, and a broker takes 1 MB of them. */
const MAX_SEND_LENGTH = 700_000;

/** Errors of the protocol by which a broker says that the transactional id belongs to a newer producer. */
const FENCED = new Set(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING', 'INVALID_TXN_STATE']);

/** Errors that no repetition mends, with what does. */
const HOPELESS: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'a topic that is written is missing: qf topics create',
  MESSAGE_TOO_LARGE: 'a record is larger than the topic takes (max.message.bytes)',
  TOPIC_AUTHORIZATION_FAILED: 'the user may not write a topic',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'the user may not use the transactional id',
};

/** A record for a topic. */
export interface ProducedRecord {
  readonly topic: string;
  /** Undefined: by the hash of the key that every client of Kafka uses (murmur2). */
  readonly partition?: number;
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A producer with a transactional id, of which there is one at a time: making it shuts out every earlier one. */
export class TransactionalProducer {
  private readonly producer: Producer;
  private readonly compression: CompressionTypes;
  /** The transaction to come. kafkajs asks for the producer's id when the first one begins. */
  private next: Transaction | undefined;

  private constructor(producer: Producer, compression: CompressionTypes) {
    this.producer = producer;
    this.compression = compression;
  }

  /** Throws `unavailable` where no broker answers, `usage` where they refuse. */
  static async open(kafka: Kafka, transactionalId: string, compression: Compression): Promise<TransactionalProducer> {
    const producer = kafka.producer({
      transactionalId,
      maxInFlightRequests: 1,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      allowAutoTopicCreation: false,
    });
    const own = new TransactionalProducer(producer, compressionType(compression));
    try {
      await producer.connect();
      own.next = await producer.transaction();
      return own;
    } catch (error) {
      await own.close();
      throw faultOf(error);
    }
  }

  /** Writes all records, or none of them is ever readable. Throws `FencedError`, or `unavailable` where the outcome is unknown. */
  async commit(records: readonly ProducedRecord[]): Promise<void> {
    try {
      const transaction = this.next ?? (await this.producer.transaction());
      this.next = undefined;
      const { compression } = this;
      for (const topicMessages of inSends(records)) await transaction.sendBatch({ topicMessages, compression });
      await transaction.commit();
    } catch (error) {
      throw faultOf(error);
    }
  }

  /** What is open is ended by the next owner, or by its timeout. */
  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }
}

/** Cuts records into pieces that a broker takes, in order. */
function* inSends(records: readonly ProducedRecord[]): Generator<TopicMessages[]> {
  let topics = new Map<string, TopicMessages>();
  let length = 0;
  for (const { topic, partition, key, value, headers } of records) {
    const size = (value?.length ?? 0) * 2 + 100;
    if (length > 0 && length + size > MAX_SEND_LENGTH) {
      yield [...topics.values()];
      topics = new Map();
      length = 0;
    }
    length += size;
    const messages = topics.get(topic)?.messages ?? [];
    const message: Message = { key, value };
    if (partition !== undefined) message.partition = partition;
    if (headers !== undefined) message.headers = headers;
    messages.push(message);
    topics.set(topic, { topic, messages });
  }
  if (topics.size > 0) yield [...topics.values()];
}

function faultOf(error: unknown): Error {
  if (!(error instanceof kafkajs().KafkaJSError)) return error instanceof Error ? error : new Error(messageOf(error));
  const type = protocolErrorOf(error);
  if (FENCED.has(type)) return new FencedError(messageOf(error), { cause: error });
  const mend = HOPELESS[type];
  if (mend !== undefined) return new QfError('usage', `Kafka refuses it: ${mend}`, { cause: error });
  return kafkaError(error);
}
