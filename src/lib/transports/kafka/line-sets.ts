import { murmur2 } from '@platformatic/kafka';
import type { Buffered } from './double-buffer.js';
import { varintSize, writeVarint } from './record.js';
import { MAX_SET_BYTES, type PlacedSet } from './record-set.js';

/** What a line begins with where it is a tick as qf writes it: the symbol stands first. */
const HEAD = Buffer.from('{"symbol":"');
/** Where the symbol of such a line begins. */
export const SYMBOL_AT = HEAD.length;

const MAX_SYMBOL = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Of all lines together, beyond which no further ones are taken. */
const MAX_BYTES = 16_000_000;

/** What a set begins with: many partitions have few records each. */
const FIRST_BYTES = 16_384;

/** At most, of a record besides its key and its value. */
const FRAME_BYTES = 24;

/** Shorter texts are copied byte by byte: a call would take longer. */
const SHORT = 128;

/** Symbols whose partitions are kept in mind. */
const MAX_KNOWN = 200_000;

/** Where the symbol of a tick [start, end) ends; 0 where the line is none. */
export function symbolEnd(bytes: Buffer, start: number, end: number): number {
  for (let at = 0; at < HEAD.length; at++) if (bytes[start + at] !== HEAD[at]) return 0;
  const from = start + SYMBOL_AT;
  const limit = Math.min(end, from + MAX_SYMBOL + 1);
  for (let at = from; at < limit; at++) {
    if (bytes[at] === BACKSLASH) return 0;
    if (bytes[at] === QUOTE) return at === from ? 0 : at;
  }
  return 0;
}

/**
 * Lines as the records of batches, each for the partition of its symbol, in memory that is used again. What is no tick goes to the
 * first partition.
 */
export class LineSets implements Buffered {
  private readonly topic: string;
  private readonly maxRecords: number;
  private readonly partitions: readonly PartitionSets[];
  private readonly known = new Map<string, PartitionSets>();
  private count = 0;
  private size = 0;

  constructor(topic: string, partitions: number, maxRecords: number) {
    this.topic = topic;
    this.maxRecords = maxRecords;
    this.partitions = Array.from({ length: partitions }, () => new PartitionSets());
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  get isFull(): boolean {
    return this.count >= this.maxRecords || this.size >= MAX_BYTES;
  }

  /** Adds a line, as it is: what is no UTF-8 shall be refused for that by whoever reads it. */
  add(bytes: Buffer, start: number, end: number): void {
    const keyEnd = symbolEnd(bytes, start, end);
    const keyAt = start + SYMBOL_AT;
    this.partitionOf(bytes, keyAt, keyEnd).add(bytes, start, end, keyAt, keyEnd);
    this.count++;
    this.size += end - start;
  }

  /** What there is, in the order of each partition; until `clear`. */
  sets(): PlacedSet[] {
    const { topic } = this;
    return this.partitions.flatMap(({ sets }, partition) =>
      sets.map(({ filled, count }) => ({ topic, partition, bytes: filled, count })),
    );
  }

  clear(): void {
    for (const partition of this.partitions) partition.clear();
    this.count = 0;
    this.size = 0;
  }

  /** By the hash of the symbol that every client of Kafka uses. */
  private partitionOf(bytes: Buffer, keyAt: number, keyEnd: number): PartitionSets {
    const symbol = keyEnd === 0 ? '' : bytes.toString('latin1', keyAt, keyEnd);
    const known = this.known.get(symbol);
    if (known !== undefined) return known;
    const hash = keyEnd === 0 ? 0 : murmur2(bytes.subarray(keyAt, keyEnd)) & 0x7fffffff;
    const partition = this.partitions[hash % this.partitions.length] as PartitionSets;
    if (this.known.size === MAX_KNOWN) this.known.clear();
    this.known.set(symbol, partition);
    return partition;
  }
}

/** What goes to a partition. */
class PartitionSets {
  private readonly all: RecordSet[] = [];
  private used = 0;

  get sets(): readonly RecordSet[] {
    return this.all.slice(0, this.used);
  }

  add(bytes: Buffer, start: number, end: number, keyAt: number, keyEnd: number): void {
    const most = FRAME_BYTES + end - start + Math.max(0, keyEnd - keyAt);
    let set = this.used === 0 ? undefined : this.all[this.used - 1];
    if (set?.hasRoom(most) !== true) set = this.next();
    set.add(bytes, start, end, keyAt, keyEnd, most);
  }

  clear(): void {
    for (const set of this.sets) set.clear();
    this.used = 0;
  }

  private next(): RecordSet {
    const set = (this.all[this.used] ??= new RecordSet());
    this.used++;
    return set;
  }
}

/** Records of one batch (https://kafka.apache.org/documentation/#record). */
class RecordSet {
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private size = 0;
  count = 0;

  get filled(): Buffer {
    return this.bytes.subarray(0, this.size);
  }

  hasRoom(most: number): boolean {
    return this.size + most <= MAX_SET_BYTES;
  }

  /** `keyEnd` 0: it has no key. `most`: as long as the record is at most. */
  add(value: Buffer, start: number, end: number, keyAt: number, keyEnd: number, most: number): void {
    this.makeRoom(this.size + most);
    const keySize = keyEnd === 0 ? -1 : keyEnd - keyAt;
    const valueSize = end - start;
    const rest = varintSize(this.count) + varintSize(keySize) + Math.max(0, keySize) + varintSize(valueSize) + valueSize;
    // Attributes, the time behind that of the batch, and the number of headers.
    this.put(rest + 3);
    this.bytes[this.size++] = 0;
    this.bytes[this.size++] = 0;
    this.put(this.count);
    this.put(keySize);
    if (keySize > 0) this.copy(value, keyAt, keyEnd);
    this.put(valueSize);
    this.copy(value, start, end);
    this.bytes[this.size++] = 0;
    this.count++;
  }

  clear(): void {
    this.size = 0;
    this.count = 0;
  }

  private makeRoom(size: number): void {
    if (size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(size, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.size);
    this.bytes = larger;
  }

  private put(value: number): void {
    this.size = writeVarint(this.bytes, this.size, value);
  }

  private copy(from: Buffer, start: number, end: number): void {
    if (end - start > SHORT) {
      this.size += from.copy(this.bytes, this.size, start, end);
      return;
    }
    for (let at = start; at < end; at++) this.bytes[this.size++] = from[at] as number;
  }
}
