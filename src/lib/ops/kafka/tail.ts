import { systemClock } from '../../runtime/clock.js';
import { ClosedPipeError, QfError } from '../../runtime/errors.js';
import { merge } from '../../runtime/merge.js';
import type { InputRecord } from '../../runtime/task-processor.js';
import type { Sink } from '../../runtime/transport.js';
import type { KafkaAddress } from '../../transports/kafka/address.js';
import { describeTopic } from '../../transports/kafka/topics.js';
import type { Cluster } from '../../transports/kafka/cluster.js';
import { PartitionReader } from '../../transports/kafka/partition-reader.js';
import { stdoutSink } from '../../transports/stdout.js';

/** Records that are written at once. */
const BATCH_RECORDS = 1000;

const LINE_BREAK = Buffer.from('\n');

export interface TailJob {
  readonly address: KafkaAddress;
  readonly topic: string;
  /** undefined: all. */
  readonly partition: number | undefined;
  /** Where to begin: an end, an offset, or so many records before the end. */
  readonly from: 'start' | 'end' | bigint | { readonly last: number };
  /** Whether to go on with what comes. */
  readonly follow: boolean;
  readonly stop: AbortSignal;
}

/** What is there of a partition at the start, and a reader that goes on behind it. */
interface Tail {
  readonly reader: PartitionReader;
  readonly there: AsyncIterable<readonly InputRecord[]>;
}

/**
 * Writes the committed values of a topic to stdout, a line each, as they are. What is there comes in the order of the times at
 * which it was written, over all partitions. Returns at the end, or where `stop` is aborted or the reader of stdout has gone.
 */
export async function tailTopic(job: TailJob): Promise<void> {
  const cluster = { address: job.address, clock: systemClock };
  const { partitions } = await describeTopic(cluster, job.topic);
  const wanted = job.partition === undefined ? [...new Array(partitions).keys()] : [job.partition];
  const tails: Tail[] = [];
  const close = (): void => {
    for (const { reader } of tails) reader.close().catch(() => undefined);
  };
  job.stop.addEventListener('abort', close, { once: true });
  try {
    for (const partition of wanted) tails.push(await tailOf(cluster, job, partition));
    if (!job.stop.aborted) await writeAll(tails, job, stdoutSink());
  } catch (error) {
    if (!(error instanceof ClosedPipeError) && !job.stop.aborted) throw error;
  } finally {
    close();
  }
}

/** The committed values of a topic that are there now, a line each, as `tailTopic` orders them. */
export async function* topicLines(address: KafkaAddress, topic: string, stop: AbortSignal): AsyncGenerator<Buffer> {
  const cluster = { address, clock: systemClock };
  const { partitions } = await describeTopic(cluster, topic);
  const tails: Tail[] = [];
  try {
    const job: TailJob = { address, topic, partition: undefined, from: 'start', follow: false, stop };
    for (let partition = 0; partition < partitions; partition++) tails.push(await tailOf(cluster, job, partition));
    for await (const records of inOrder(tails)) {
      if (stop.aborted) return;
      yield linesOf(records);
    }
  } finally {
    await Promise.all(tails.map(({ reader }) => reader.close()));
  }
}

function inOrder(tails: readonly Tail[]): AsyncGenerator<readonly InputRecord[]> {
  return merge(
    tails.map((tail) => tail.there),
    (a, b) => a.timestamp_ms - b.timestamp_ms,
    BATCH_RECORDS,
  );
}

async function writeAll(tails: readonly Tail[], { from, follow, stop }: TailJob, sink: Sink): Promise<void> {
  const there = inOrder(tails);
  for await (const records of typeof from === 'object' ? lastOf(there, from.last) : there) await sink.write(linesOf(records));
  if (!follow) return;
  let written = Promise.resolve();
  const goOn = async ({ reader }: Tail): Promise<void> => {
    while (!stop.aborted) {
      const { records } = await reader.fetch();
      // One after the other, whichever partition they are from.
      written = written.then(() => sink.write(linesOf(records)));
      await written;
    }
  };
  await Promise.all(tails.map(goOn));
}

async function tailOf(cluster: Cluster, { topic, from }: TailJob, partition: number): Promise<Tail> {
  const first = await PartitionReader.open(cluster, topic, partition, 'start');
  const start = first.position;
  const end = await first.log.committedEnd();
  if (from === 'start') return { reader: first, there: untilEnd(first, end) };
  await first.close();
  if (typeof from !== 'object') {
    const reader = await PartitionReader.open(cluster, topic, partition, from === 'end' ? end : from);
    return { reader, there: untilEnd(reader, end) };
  }
  // Not every offset is a record: markers of transactions are between them, and what was aborted or compacted away.
  for (let distance = BigInt(from.last); ; distance = distance * 2n + 1n) {
    const at = end - distance > start ? end - distance : start;
    const reader = await PartitionReader.open(cluster, topic, partition, at);
    let last: readonly InputRecord[] = [];
    for await (const records of lastOf(untilEnd(reader, end), from.last)) last = records;
    if (last.length >= from.last || at === start) return { reader, there: batchOf(last) };
    await reader.close();
  }
}

async function* untilEnd(reader: PartitionReader, end: bigint): AsyncGenerator<readonly InputRecord[]> {
  while (reader.position < end) {
    const { records } = await reader.fetch();
    yield records.filter(({ value }) => value !== null);
  }
}

/** The last `count` records, as one batch. */
async function* lastOf(batches: AsyncIterable<readonly InputRecord[]>, count: number): AsyncGenerator<readonly InputRecord[]> {
  let last: readonly InputRecord[] = [];
  for await (const records of batches) last = count === 0 ? [] : [...last, ...records].slice(-count);
  yield last;
}

async function* batchOf(records: readonly InputRecord[]): AsyncGenerator<readonly InputRecord[]> {
  yield await Promise.resolve(records);
}

function linesOf(records: readonly InputRecord[]): Buffer {
  return Buffer.concat(records.flatMap(({ value }) => (value === null ? [] : [value, LINE_BREAK])));
}

/** Where `--from` says to begin. Throws a usage error where it is no place. */
export function tailStart(text: string, partition: number | undefined): 'start' | 'end' | bigint {
  if (text === 'start' || text === 'end') return text;
  if (!/^\d{1,18}$/.test(text)) throw new QfError('usage', `--from ${text}: expected start, end, or an offset`);
  if (partition === undefined)
    throw new QfError('usage', `--from ${text}: an offset belongs to one partition: name it with --partition`);
  return BigInt(text);
}
