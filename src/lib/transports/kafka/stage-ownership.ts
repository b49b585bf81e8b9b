import type { Commit, Ownership, TaskReader } from '../../runtime/task.js';
import type { OutputRecord } from '../../runtime/task-processor.js';
import type { Compression } from './compression.js';
import { kafkaOf } from './kafkajs.js';
import type { Layout } from './layout.js';
import type { Cluster } from './partition-reader.js';
import { readSendLimits } from './send-limits.js';
import type { ProducedRecord } from './sends.js';
import { type Offsets, TaskState } from './state-topic.js';
import { TransactionalProducer } from './transactions.js';

/** Marks carry this header, so that a reader can pass them over without reading them. */
const MARK_HEADER = { 'qf-mark': '1' };

/** What a task of a stage writes, and where. */
export interface StageTask<P> {
  /** Also its transactional id. */
  readonly name: string;
  readonly cluster: Cluster;
  readonly layout: Layout;
  /** Topic of each stream. */
  readonly outputs: ReadonlyMap<string, string>;
  /** Of its state, and of the outputs that name none. */
  readonly partition: number;
  readonly compression: Compression;
  readonly open: (from: P | undefined) => Promise<TaskReader<P>>;
}

/** Takes a task over: shuts out whoever had it before, then reads its state. Each commit is one transaction. */
export async function takeOverStage<P extends bigint | Offsets>(task: StageTask<P>): Promise<Ownership<OutputRecord, P>> {
  const { name, cluster, layout, partition, compression, open } = task;
  // Each time: a task that has sent too much at once begins anew with the limits as they are now.
  const limits = await readSendLimits(cluster.address, [...task.outputs.values(), layout.rejects, layout.state]);
  const producer = await TransactionalProducer.open(kafkaOf(cluster.address), name, compression, limits);
  try {
    const state = new TaskState<P>();
    const saved = await state.restore(cluster, layout.state, partition, layout.owner);
    return {
      saved,
      open,
      commit: (commit) =>
        producer.commit([
          ...recordsOf(commit, task),
          ...state.records(layout.owner, commit).map((record) => ({ topic: layout.state, partition, ...record })),
        ]),
      close: () => producer.close(),
    };
  } catch (error) {
    await producer.close();
    throw error;
  }
}

function recordsOf<P>({ outputs, rejects }: Commit<OutputRecord, P>, task: StageTask<P>): ProducedRecord[] {
  return [
    ...outputs.map((output) => {
      const { key, value, partition = task.partition } = output;
      return { topic: topicOf(output, task.outputs), partition, key, value, headers: key === null ? MARK_HEADER : undefined };
    }),
    ...rejects.map(({ key, partition, value }) => ({ topic: task.layout.rejects, partition, key, value })),
  ];
}

function topicOf({ stream }: OutputRecord, topics: ReadonlyMap<string, string>): string {
  const topic = topics.get(stream);
  if (topic === undefined) throw new Error(`no topic for ${stream}`);
  return topic;
}
