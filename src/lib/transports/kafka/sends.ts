import type { Message, TopicMessages } from 'kafkajs';
import { limitOf, type SendLimits } from './send-limits.js';

/** kafkajs sends what it is given as one batch of records for each partition; larger ones are hardly faster. */
const MAX_SEND_BYTES = 500_000;

/** At most, of a record besides its key and its value, with what its batch begins with. */
const RECORD_OVERHEAD_BYTES = 128;

/** A record for a topic. */
export interface ProducedRecord {
  readonly topic: string;
  /** Undefined: by the hash of the key that every client of Kafka uses (murmur2). */
  readonly partition?: number;
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What is sent at once. */
export class Send {
  private readonly messages = new Map<string, Message[]>();
  /** For each topic, at most, before they are compressed. */
  readonly bytes = new Map<string, number>();
  records = 0;
  private allBytes = 0;

  get topicMessages(): TopicMessages[] {
    return [...this.messages].map(([topic, messages]) => ({ topic, messages }));
  }

  /** Adds a record, if there is room for it. A record that is larger than its topic takes has room where it is alone. */
  add(record: ProducedRecord, limits: SendLimits): boolean {
    const { topic } = record;
    const size = sizeOf(record);
    const before = this.bytes.get(topic) ?? 0;
    if (this.allBytes > 0 && this.allBytes + size > MAX_SEND_BYTES) return false;
    if (before > 0 && before + size > limitOf(limits, topic)) return false;
    const messages = this.messages.get(topic);
    if (messages === undefined) this.messages.set(topic, [messageIn(record)]);
    else messages.push(messageIn(record));
    this.bytes.set(topic, before + size);
    this.allBytes += size;
    this.records++;
    return true;
  }
}

/** Cuts records, in order, into pieces that every topic takes. */
export function* inSends(records: readonly ProducedRecord[], limits: SendLimits): Generator<Send> {
  let send = new Send();
  for (const record of records) {
    if (send.add(record, limits)) continue;
    yield send;
    send = new Send();
    send.add(record, limits);
  }
  if (send.records > 0) yield send;
}

function sizeOf({ key, value }: ProducedRecord): number {
  return RECORD_OVERHEAD_BYTES + lengthOf(key) + lengthOf(value);
}

function lengthOf(data: Buffer | string | null): number {
  return data === null ? 0 : Buffer.byteLength(data);
}

function messageIn({ partition, key, value, headers }: ProducedRecord): Message {
  const message: Message = { key, value };
  if (partition !== undefined) message.partition = partition;
  if (headers !== undefined) message.headers = headers;
  return message;
}
