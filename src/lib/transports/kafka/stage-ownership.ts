import type { Ownership, TaskReader } from '../../runtime/task.js';
import type { InputRecord, OutputRecord, RecordBatch, RecordSet } from '../../runtime/task-processor.js';
import { BatchProducer } from './batch-producer.js';
import type { Compression } from './compression.js';
import { kafkaOf } from './kafkajs.js';
import type { Layout } from './layout.js';
import type { Cluster } from './cluster.js';
import type { PlacedRecord } from './record-set.js';
import { readSendLimits, type SendLimits } from './send-limits.js';
import { type Offsets, TaskState } from './state-topic.js';
import { TransactionalProducer } from './transactions.js';

/** Marks carry this header, so that a reader can pass them over without reading them. */
const MARK_HEADER = { 'qf-mark': '1' };

/** What a task of a stage writes, and where. `I`: as what it reads. */
export interface StageTask<P, I> {
  /** Also its transactional id. */
  readonly name: string;
  readonly cluster: Cluster;
  readonly layout: Layout;
  /** Topic of each stream. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Of its state, and of the outputs that name none. */
  readonly partition: number;
  readonly compression: Compression;
  readonly open: (from: P | undefined) => Promise<TaskReader<P, I>>;
}

/** What writes for a task that has been taken over. */
interface StageProducer<O> {
  /** In one transaction: what the stage has made, and the rejects and the state that belong to it. */
  commit(outputs: readonly O[], records: readonly PlacedRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Takes a task over that makes records. */
export function takeOverRecords<P extends bigint | Offsets>(
  task: StageTask<P, Iterable<InputRecord>>,
): Promise<Ownership<OutputRecord, P>> {
  return takeOver(task, async (limits) => {
    const { name, cluster, compression } = task;
    const producer = await TransactionalProducer.open(kafkaOf(cluster.address), name, compression, limits);
    return {
      commit: (outputs, records) => producer.commit([...outputs.map((output) => recordOf(output, task)), ...records]),
      close: () => producer.close(),
    };
  });
}

/** Takes a task over that makes records of whole batches. */
export function takeOverBatches<P extends bigint | Offsets>(
  task: StageTask<P, readonly RecordBatch[]>,
): Promise<Ownership<RecordSet, P, readonly RecordBatch[]>> {
  return takeOver(task, async (limits) => {
    const { name, cluster, compression, partition } = task;
    const producer = await BatchProducer.open(cluster, name, compression, limits);
    return {
      commit: (outputs, records) =>
        producer.commit(
          outputs.map(({ stream, bytes, count }) => ({ topic: topicOf(stream, task.outputs), partition, bytes, count })),
          records,
        ),
      close: () => producer.close(),
    };
  });
}

/** Shuts out whoever had the task before, then reads its state. Each commit is one transaction. */
async function takeOver<O, P extends bigint | Offsets, I>(
  task: StageTask<P, I>,
  openProducer: (limits: SendLimits) => Promise<StageProducer<O>>,
): Promise<Ownership<O, P, I>> {
  const { cluster, layout, partition, open } = task;
  // Each time: a task that has sent too much at once begins anew with the limits as they are now.
  const limits = await readSendLimits(cluster, [...task.outputs.values(), layout.rejects, layout.state]);
  const producer = await openProducer(limits);
  try {
    const state = new TaskState<P>();
    const saved = await state.restore(cluster, layout.state, partition, layout.owner);
    return {
      saved,
      open,
      commit: (commit) =>
        producer.commit(commit.outputs, [
          ...commit.rejects.map((reject) => ({ topic: layout.rejects, ...reject })),
          ...state.records(layout.owner, commit).map((record) => ({ topic: layout.state, partition, ...record })),
        ]),
      close: () => producer.close(),
    };
  } catch (error) {
    await producer.close();
    throw error;
  }
}

function recordOf<P>({ stream, key, value, partition }: OutputRecord, task: StageTask<P, Iterable<InputRecord>>): PlacedRecord {
  const headers = key === null ? MARK_HEADER : undefined;
  return { topic: topicOf(stream, task.outputs), partition: partition ?? task.partition, key, value, headers };
}

function topicOf(stream: string, topics: ReadonlyMap<string, string>): string {
  const topic = topics.get(stream);
  if (topic === undefined) throw new Error(`no topic for ${stream}`);
  return topic;
}
