import type { Producer } from 'kafkajs';
import { messageOf, QfError } from '../../runtime/errors.js';
import type { Sink } from '../../runtime/transport.js';
import { kafkaOf } from './kafkajs.js';

/** A line as qf writes ticks: the symbol stands first. */
const SYMBOL = /^\{"symbol":"([^"\\]{1,64})"/;

/** Records that are sent at once: with the longest line of a tick, below what a broker takes for a partition. */
const MAX_BATCH_LENGTH = 500_000;

/**
 * Ticks from a pipe or a source to a topic, by the hash of the symbol that every client of Kafka uses (murmur2). Each record is
 * acknowledged by all replicas and written once as long as the process lives; one that is started again begins anew.
 */
export class TickSink implements Sink {
  readonly name: string;
  private readonly producer: Producer;
  private readonly topic: string;

  private constructor(producer: Producer, topic: string) {
    this.producer = producer;
    this.topic = topic;
    this.name = `kafka:${topic}`;
  }

  /** Throws `unavailable` where no broker answers. */
  static async open(brokers: readonly string[], topic: string): Promise<TickSink> {
    const producer = kafkaOf(brokers).producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
    const sink = new TickSink(producer, topic);
    await sink.ask(() => producer.connect());
    return sink;
  }

  async write(bytes: Buffer): Promise<void> {
    const lines = bytes.toString('utf8').split('\n');
    let messages: { key: string | null; value: string; partition?: number }[] = [];
    let length = 0;
    for (const value of lines) {
      if (value === '') continue;
      const key = SYMBOL.exec(value)?.[1];
      // What is no tick must stand somewhere, and at the same place each time.
      messages.push(key === undefined ? { key: null, value, partition: 0 } : { key, value });
      length += value.length;
      if (length < MAX_BATCH_LENGTH) continue;
      await this.send(messages);
      messages = [];
      length = 0;
    }
    if (messages.length > 0) await this.send(messages);
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }

  private async send(messages: { key: string | null; value: string; partition?: number }[]): Promise<void> {
    await this.ask(() => this.producer.send({ topic: this.topic, messages, acks: -1 }));
  }

  private async ask<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw new QfError('unavailable', `Kafka: cannot write to ${this.topic}: ${messageOf(error)}`, { cause: error });
    }
  }
}
