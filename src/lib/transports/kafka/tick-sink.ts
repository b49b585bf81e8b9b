import type { CompressionTypes, Producer } from 'kafkajs';
import type { Clock } from '../../runtime/clock.js';
import type { QfError } from '../../runtime/errors.js';
import type { Sink } from '../../runtime/transport.js';
import type { KafkaAddress } from './address.js';
import { type Compression, compressionType } from './compression.js';
import { kafkaError } from './failure.js';
import { kafkaOf } from './kafkajs.js';
import { isTooLarge, readSendLimits, type SendLimits, tooLarge } from './send-limits.js';
import { Send } from './sends.js';

const LINE_BREAK = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What a line begins with where it is a tick as qf writes it: the symbol stands first. */
const HEAD = Buffer.from('{"symbol":"');
const MAX_SYMBOL = 64;

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
  private readonly limits: SendLimits;
  private waiting = new Send();
  /** Ends the wait for more records; undefined where none wait. */
  private lingering: AbortController | undefined;
  /** One batch is sent behind the other. Where one has failed nothing is sent any more, so that nothing is left out. */
  private sent: Promise<void> = Promise.resolve();

  private constructor(settings: TickSinkSettings, limits: SendLimits) {
    this.settings = settings;
    this.limits = limits;
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
    const { topic } = settings;
    const sink = new TickSink(settings, await readSendLimits(settings, [topic]));
    await sink.producer.connect().catch((error: unknown) => {
      throw writeFailure(error, topic);
    });
    return sink;
  }

  /** Resolves when the records are sent, or wait for others. */
  async write(written: Buffer): Promise<void> {
    const { topic, batchSize, linger_ms } = this.settings;
    // What waits for others is there when `written` may have changed.
    const bytes = linger_ms === 0 ? written : Buffer.from(written);
    for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(LINE_BREAK, start);
      if (end === -1) end = bytes.length;
      // The bytes as they are: a line that is no UTF-8 shall be refused for that.
      const record = { topic, ...messageOf(bytes.subarray(start, end)) };
      if (!this.waiting.add(record, this.limits)) {
        await this.flush();
        this.waiting.add(record, this.limits);
      }
      if (this.waiting.records >= batchSize) await this.flush();
    }
    if (linger_ms === 0) await this.flush();
    else if (this.waiting.records > 0) this.lingering ??= this.linger(linger_ms);
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
    const { waiting } = this;
    this.waiting = new Send();
    this.lingering?.abort();
    this.lingering = undefined;
    if (waiting.records > 0) this.sent = this.sent.then(() => this.send(waiting));
    await this.sent;
  }

  private async send({ topicMessages, bytes }: Send): Promise<void> {
    try {
      await this.producer.sendBatch({ topicMessages, acks: -1, compression: this.compression });
    } catch (error) {
      throw isTooLarge(error) ? tooLarge(bytes, this.limits) : writeFailure(error, this.settings.topic);
    }
  }
}

function writeFailure(error: unknown, topic: string): QfError {
  return kafkaError(error, `Kafka: cannot write to ${topic}`);
}

/** A line as a record. What is no tick must stand somewhere, and at the same place each time. */
function messageOf(value: Buffer): { readonly key: Buffer | null; readonly value: Buffer; readonly partition?: number } {
  const key = symbolIn(value);
  return key === undefined ? { key: null, value, partition: 0 } : { key, value };
}

/** The symbol of a tick. */
function symbolIn(line: Buffer): Buffer | undefined {
  if (!line.subarray(0, HEAD.length).equals(HEAD)) return undefined;
  const end = line.indexOf(QUOTE, HEAD.length);
  const symbol = line.subarray(HEAD.length, end);
  const isSymbol = end !== -1 && symbol.length > 0 && symbol.length <= MAX_SYMBOL && !symbol.includes(BACKSLASH);
  return isSymbol ? symbol : undefined;
}
