import type { Message, Producer } from 'kafkajs';
import { messageOf as reasonOf, QfError } from '../../runtime/errors.js';
import type { Sink } from '../../runtime/transport.js';
import type { KafkaAddress } from './address.js';
import { kafkaOf } from './kafkajs.js';

/** A line as qf writes ticks: the symbol stands first. */
const SYMBOL = /^\{"symbol":"([^"\\]{1,64})"/;

/** Records that are sent at once: with the longest line of a tick, below what a broker takes for a partition. */
const MAX_BATCH_BYTES = 500_000;

const LINE_BREAK = 0x0a;

/** Bytes in which the symbol ends, where the line is a tick. */
const HEAD_BYTES = 80;

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
  static async open(address: KafkaAddress, topic: string): Promise<TickSink> {
    const producer = kafkaOf(address).producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false });
    const sink = new TickSink(producer, topic);
    await sink.ask(() => producer.connect());
    return sink;
  }

  async write(bytes: Buffer): Promise<void> {
    let messages: Message[] = [];
    let sent = 0;
    for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(LINE_BREAK, start);
      if (end === -1) end = bytes.length;
      // The bytes as they are: a line that is no UTF-8 shall be refused for that.
      messages.push(messageOf(bytes.subarray(start, end)));
      if (end - sent < MAX_BATCH_BYTES) continue;
      await this.send(messages);
      messages = [];
      sent = end;
    }
    if (messages.length > 0) await this.send(messages);
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }

  private async send(messages: Message[]): Promise<void> {
    await this.ask(() => this.producer.send({ topic: this.topic, messages, acks: -1 }));
  }

  private async ask<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw new QfError('unavailable', `Kafka: cannot write to ${this.topic}: ${reasonOf(error)}`, { cause: error });
    }
  }
}

/** A line as a record. */
export interface TickMessage {
  readonly key: string | null;
  readonly value: Buffer;
  readonly partition?: number;
}

/** What is no tick must stand somewhere, and at the same place each time. */
export function messageOf(value: Buffer): TickMessage {
  const key = SYMBOL.exec(value.toString('latin1', 0, HEAD_BYTES))?.[1];
  return key === undefined ? { key: null, value, partition: 0 } : { key, value };
}
