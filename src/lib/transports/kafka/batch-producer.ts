import {
  addPartitionsToTxnV3,
  type Broker,
  type Connection,
  createAPI,
  endTxnV4,
  findCoordinatorV6,
  initProducerIdV5,
  produceV11,
  Writer,
} from './client.js';
import type { Clock } from '../../runtime/clock.js';
import { QfError } from '../../runtime/errors.js';
import { BatchMemory } from './batch-memory.js';
import { Brokers } from './brokers.js';
import { type BatchCompression, type Compression, compressionOf } from './compression.js';
import type { Cluster } from './cluster.js';
import { codeNameOf } from './connection.js';
import { leaderOf, type Topics } from './metadata.js';
import { BATCH_HEADER_BYTES, batchOf } from './record-batch.js';
import { piecesOf, type PlacedRecord, type PlacedSet, setsOf } from './record-set.js';
import { limitOf, type SendLimits, tooLarge } from './send-limits.js';
import { refusalOf, TRANSACTION_TIMEOUT_MS } from './transactions.js';

const TRANSACTION = 1;
const NO_PRODUCER = { id: -1n, epoch: -1 };
const ALL_REPLICAS = -1;
const PRODUCE_TIMEOUT_MS = 30_000;

const PRODUCE = 0;
const PRODUCE_VERSION = 11;

/** Answers that pass: the coordinator has just begun, or still writes the markers of the transaction before. */
const PASSING = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'CONCURRENT_TRANSACTIONS',
]);
const PASSING_MS = 20_000;
const RETRY_MS = 2;

/** Requests to a broker that are under way at once: as many as brokers keep in order for a producer. */
const MAX_IN_FLIGHT = 5;

/** A batch that is ready to send. */
interface ReadyBatch {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
}

/** What goes to a broker at once. */
interface Request {
  readonly connection: Connection;
  readonly batches: ReadyBatch[];
}

/** Produce, of batches that are ready; at most one for each partition. */
const produce = createAPI(PRODUCE, PRODUCE_VERSION, produceRequest, produceV11.parseResponse) as unknown as {
  async(connection: Connection, transactionalId: string, batches: readonly ReadyBatch[]): Promise<unknown>;
};

/** https://kafka.apache.org/protocol#The_Messages_Produce, version 11. */
function produceRequest(transactionalId: string, batches: readonly ReadyBatch[]): Writer {
  const topics = new Map<string, ReadyBatch[]>();
  for (const batch of batches) topics.set(batch.topic, [...(topics.get(batch.topic) ?? []), batch]);
  return Writer.create()
    .appendString(transactionalId)
    .appendInt16(ALL_REPLICAS)
    .appendInt32(PRODUCE_TIMEOUT_MS)
    .appendArray([...topics], (writer, [topic, ofTopic]) => {
      writer.appendString(topic).appendArray(ofTopic, (to, { partition, bytes }) => {
        to.appendInt32(partition)
          .appendUnsignedVarInt(bytes.length + 1)
          .append(bytes);
      });
    })
    .appendTaggedFields();
}

/**
 * A producer of ready batches with a transactional id, of which there is one at a time: making it shuts out every earlier one. What
 * goes wrong ends it: its owner begins anew with another one.
 */
export class BatchProducer {
  private readonly transactionalId: string;
  private readonly brokers: Brokers;
  private readonly clock: Clock;
  private readonly compression: BatchCompression;
  private readonly limits: SendLimits;
  private readonly memory = new BatchMemory();
  private readonly sequences = new Map<string, number>();
  private topics: Topics = new Map();
  private coordinator: Broker | undefined;
  private producer = NO_PRODUCER;

  private constructor(cluster: Cluster, transactionalId: string, compression: Compression, limits: SendLimits) {
    this.transactionalId = transactionalId;
    this.brokers = new Brokers(cluster.address);
    this.clock = cluster.clock;
    this.compression = compressionOf(compression);
    this.limits = limits;
  }

  /** `limits`: of the topics to come. Throws `unavailable` where no broker answers, `usage` where they refuse. */
  static async open(
    cluster: Cluster,
    transactionalId: string,
    compression: Compression,
    limits: SendLimits,
  ): Promise<BatchProducer> {
    const own = new BatchProducer(cluster, transactionalId, compression, limits);
    try {
      await own.begin();
      return own;
    } catch (error) {
      await own.close();
      throw own.faultOf(error);
    }
  }

  /**
   * Writes everything, or nothing of it is ever readable. Throws `FencedError`, `usage` where a record is too large for its topic, or
   * `unavailable` where the outcome is unknown.
   */
  async commit(sets: readonly PlacedSet[], records: readonly PlacedRecord[]): Promise<void> {
    const limit = (topic: string): number => limitOf(this.limits, topic);
    const all = [...sets.flatMap((set) => piecesOf(set, limit(set.topic) - BATCH_HEADER_BYTES)), ...setsOf(records, limit)];
    this.memory.reuse();
    try {
      await this.addPartitions(all);
      await this.send(all);
      const { id, epoch } = this.producer;
      await this.ask((coordinator) => endTxnV4.api.async(coordinator, this.transactionalId, id, epoch, true));
    } catch (error) {
      throw codeNameOf(error) === 'MESSAGE_TOO_LARGE' ? tooLarge(sizesOf(all), this.limits) : this.faultOf(error);
    }
  }

  /** What is open is ended by the next owner, or by its timeout. */
  async close(): Promise<void> {
    await this.brokers.close();
  }

  private async begin(): Promise<void> {
    const { id, epoch } = NO_PRODUCER;
    const made = await this.ask((coordinator) =>
      initProducerIdV5.api.async(coordinator, this.transactionalId, TRANSACTION_TIMEOUT_MS, id, epoch),
    );
    this.producer = { id: made.producerId, epoch: made.producerEpoch };
  }

  private async addPartitions(sets: readonly PlacedSet[]): Promise<void> {
    const { id: producerId, epoch: producerEpoch } = this.producer;
    const byTopic = new Map<string, Set<number>>();
    for (const { topic, partition } of sets) byTopic.set(topic, (byTopic.get(topic) ?? new Set()).add(partition));
    const topics = [...byTopic].map(([name, partitions]) => ({ name, partitions: [...partitions] }));
    const { transactionalId } = this;
    const transaction = { transactionalId, producerId, producerEpoch, verifyOnly: false, topics };
    await this.ask((coordinator) => addPartitionsToTxnV3.api.async(coordinator, [transaction]));
  }

  /** The brokers answer in order, so that a request need not wait for the one before. */
  private async send(sets: readonly PlacedSet[]): Promise<void> {
    if (sets.some(({ topic, partition }) => this.topics.get(topic)?.leaders[partition] === undefined))
      this.topics = await this.brokers.topics([...new Set(sets.map(({ topic }) => topic))]);
    const rounds = roundsOf(sets);
    for (let at = 0; at < rounds.length; at += MAX_IN_FLIGHT) {
      const requests: Request[] = [];
      for (const round of rounds.slice(at, at + MAX_IN_FLIGHT)) requests.push(...(await this.requestsOf(round)));
      await Promise.all(requests.map(({ connection, batches }) => produce.async(connection, this.transactionalId, batches)));
    }
  }

  /** Sets of different partitions, as one request to each broker that leads any of them. */
  private async requestsOf(sets: readonly PlacedSet[]): Promise<Request[]> {
    const byLeader = new Map<string, Request>();
    for (const set of sets) {
      const leader = leaderOf(this.topics, set.topic, set.partition);
      const place = `${leader.host}:${leader.port}`;
      const request = byLeader.get(place) ?? { connection: await this.brokers.to(leader), batches: [] };
      byLeader.set(place, request);
      request.batches.push(await this.ready(set));
    }
    return [...byLeader.values()];
  }

  private async ready(set: PlacedSet): Promise<ReadyBatch> {
    const { topic, partition, bytes, count } = set;
    const name = nameOf(set);
    const sequence = this.sequences.get(name) ?? 0;
    // It begins anew behind the highest number of 32 bits.
    this.sequences.set(name, (sequence + count) % 2 ** 31);
    const { kind, compress } = this.compression;
    const { id: producerId, epoch } = this.producer;
    const packed = compress === undefined ? bytes : await compress(bytes);
    const writer = { producerId, epoch, sequence };
    return { topic, partition, bytes: batchOf(packed, count, kind, this.clock.now_ms(), writer, this.memory.take) };
  }

  /** Asks the coordinator, again while it says that it is not ready. */
  private async ask<T>(request: (coordinator: Connection) => Promise<T>): Promise<T> {
    const until_ms = this.clock.now_ms() + PASSING_MS;
    for (;;) {
      try {
        this.coordinator ??= await this.findCoordinator();
        return await request(await this.brokers.to(this.coordinator));
      } catch (error) {
        const name = codeNameOf(error);
        if (!PASSING.has(name) || this.clock.now_ms() >= until_ms) throw error;
        if (name !== 'CONCURRENT_TRANSACTIONS') this.coordinator = undefined;
        await this.clock.waitUntil(this.clock.now_ms() + RETRY_MS, new AbortController().signal);
      }
    }
  }

  private async findCoordinator(): Promise<Broker> {
    const found = await findCoordinatorV6.api.async(await this.brokers.any(), TRANSACTION, [this.transactionalId]);
    const coordinator = found.coordinators[0];
    if (coordinator === undefined) throw new QfError('unavailable', "the broker's answer names no coordinator");
    return coordinator;
  }

  private faultOf(error: unknown): Error {
    return refusalOf(codeNameOf(error), error) ?? this.brokers.errorOf(error);
  }
}

function nameOf({ topic, partition }: PlacedSet): string {
  return `${topic}/${partition}`;
}

/** The first set of each partition, then the second one, and so on: a request holds one batch for a partition at most. */
function roundsOf(sets: readonly PlacedSet[]): PlacedSet[][] {
  const rounds: PlacedSet[][] = [];
  const counts = new Map<string, number>();
  for (const set of sets) {
    const round = counts.get(nameOf(set)) ?? 0;
    counts.set(nameOf(set), round + 1);
    (rounds[round] ??= []).push(set);
  }
  return rounds;
}

/** Bytes of the largest batch for each topic, before it is compressed. */
function sizesOf(sets: readonly PlacedSet[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { topic, bytes } of sets) sizes.set(topic, Math.max(sizes.get(topic) ?? 0, BATCH_HEADER_BYTES + bytes.length));
  return sizes;
}
