import type { CompressionTypes, Message, Producer } from 'kafkajs';
import type { Clock } from '../../runtime/clock.js';
import type { Sink } from '../../runtime/transport.js';
import type { KafkaAddress } from './address.js';
import { type Compression, compressionType } from './compression.js';
import { kafkaError } from './failure.js';
import { kafkaOf } from './kafkajs.js';

/** A line as qf writes ticks: the symbol stands first. */
const SYMBOL = /^\{"symbol":"([^"\\]{1,64})"/;

/** Bytes that are sent at once: with the longest line of a tick, below what a broker takes for a partition. */
const MAX_BATCH_BYTES = 500_000;

const LINE_BREAK = 0x0a;

/** Bytes in which the symbol ends, where the line is a tick. */
const HEAD_BYTES = 80;

/** How ticks are sent. */
export interface TickSinkSettings {
  readonly address: KafkaAddress;
  readonly topic: string;
  readonly compression: Compression;
  /** Most records that are sent at once. */
  readonly batchSize: number;
  /** How long records may wait for others to be sent with, ms. */
  readonly linger_ms: number;
  readonly clock: Clock;
}

/**
 * Ticks from a pipe or a source to a topic, by the hash of the symbol that every client of Kafka uses (murmur2). Each record is
 * acknowledged by all replicas and written once as long as the process lives; one that is started again begins anew.
 */
export class TickSink implements Sink {
  readonly name: string;
  private readonly settings: TickSinkSettings;
  private readonly compression: CompressionTypes;
  private readonly producer: Producer;
  private waiting: Message[] = [];
  private waitingBytes = 0;
  /** Ends the wait for more records; undefined where none wait. */
  private lingering: AbortController | undefined;
  /** One batch is sent behind the other. Where one has failed nothing is sent any more, so that nothing is left out. */
  private sent: Promise<void> = Promise.resolve();

  private constructor(settings: TickSinkSettings) {
    this.settings = settings;
    this.name = `kafka:${settings.topic}`;
    this.compression = compressionType(settings.compression);
    this.producer = kafkaOf(settings.address).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    });
  }

  /** Throws `unavailable` where no broker answers, `usage` where they refuse. */
  static async open(settings: TickSinkSettings): Promise<TickSink> {
    const sink = new TickSink(settings);
    await sink.ask(() => sink.producer.connect());
    return sink;
  }

  /** Resolves when the records are sent, or wait for others. */
  async write(bytes: Buffer): Promise<void> {
    const { batchSize, linger_ms } = this.settings;
    for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(LINE_BREAK, start);
      if (end === -1) end = bytes.length;
      // The bytes as they are: a line that is no UTF-8 shall be refused for that.
      this.waiting.push(messageOf(bytes.subarray(start, end)));
      this.waitingBytes += end - start;
      if (this.waiting.length >= batchSize || this.waitingBytes >= MAX_BATCH_BYTES) await this.flush();
    }
    if (linger_ms === 0) await this.flush();
    else if (this.waiting.length > 0) this.lingering ??= this.linger(linger_ms);
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.producer.disconnect();
    }
  }

  private linger(linger_ms: number): AbortController {
    const ended = new AbortController();
    const { clock } = this.settings;
    void clock.waitUntil(clock.now_ms() + linger_ms, ended.signal).then(() => {
      // What fails here, the next write or the end says.
      if (!ended.signal.aborted) this.flush().catch(() => undefined);
    });
    return ended;
  }

  private async flush(): Promise<void> {
    const messages = this.waiting;
    this.waiting = [];
    this.waitingBytes = 0;
    this.lingering?.abort();
    this.lingering = undefined;
    if (messages.length > 0) this.sent = this.sent.then(() => this.send(messages));
    await this.sent;
  }

  private async send(messages: Message[]): Promise<void> {
    const { compression } = this;
    await this.ask(() => this.producer.send({ topic: this.settings.topic, messages, acks: -1, compression }));
  }

  private async ask<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw kafkaError(error, `Kafka: cannot write to ${this.settings.topic}`);
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
