import type { Kafka } from 'kafkajs';
import type { Commit, Ownership } from '../../runtime/task.js';
import { Task } from '../../runtime/task.js';
import type { OutputRecord, TaskInput, TaskProcessor } from '../../runtime/task-processor.js';
import type { Compression } from './compression.js';
import { kafkaOf } from './kafkajs.js';
import type { Layout, StageTopics } from './layout.js';
import { type Cluster, PartitionReader } from './partition-reader.js';
import type { RunSettings, SharedWork, TaskHooks } from './runner.js';
import { readSendLimits } from './send-limits.js';
import type { ProducedRecord } from './sends.js';
import { awaitProgress, TaskState } from './state-topic.js';
import { TransactionalProducer } from './transactions.js';

/** Marks carry this header, so that a reader can pass them over without reading them. */
const MARK_HEADER = { 'qf-mark': '1' };

/** A stage on the partitions of a topic. */
export interface StageJob extends StageTopics, RunSettings {
  readonly make: (input: TaskInput) => TaskProcessor;
  readonly compression: Compression;
  /** Records that are made, beyond which a commit does not wait for its time. */
  readonly batchSize: number;
  readonly commitInterval_ms: number;
  readonly untilEnd: { readonly closes: boolean } | undefined;
}

/** A stage as work to share out. */
export class StageWork implements SharedWork {
  readonly topic: string;
  readonly groupId: string;
  readonly batchSize: number;
  readonly ends: readonly bigint[] | undefined;
  private readonly job: StageJob;
  private readonly layout: Layout;
  private readonly kafka: Kafka;
  private readonly cluster: Cluster;

  constructor(job: StageJob, layout: Layout) {
    this.job = job;
    this.layout = layout;
    this.kafka = kafkaOf(job.address);
    this.cluster = job;
    this.topic = job.input;
    this.groupId = `${job.group}.${job.stage}.${job.input}`;
    this.batchSize = job.batchSize;
    this.ends = job.untilEnd === undefined ? undefined : layout.ends;
  }

  task(partition: number, hooks: TaskHooks): Task {
    const { make, clock, log, batchSize, commitInterval_ms, giveUp_ms, untilEnd, input } = this.job;
    return new Task({
      name: this.nameOf(partition),
      takeOver: () => this.takeOver(partition),
      make: () => make({ topic: input, partition }),
      clock,
      log,
      batchSize,
      commitInterval_ms,
      giveUp_ms,
      ...hooks,
      untilEnd: untilEnd === undefined ? undefined : { ...untilEnd, offset: this.endOf(partition) },
    });
  }

  async reachesEnd(partition: number, stop: AbortSignal): Promise<boolean> {
    const { state } = this.layout;
    const end = this.endOf(partition);
    const mustClose = this.job.untilEnd?.closes === true;
    return awaitProgress(
      this.cluster,
      state,
      partition,
      ({ nextOffset, closed }) => nextOffset >= end && (closed || !mustClose),
      stop,
    );
  }

  private endOf(partition: number): bigint {
    return this.layout.ends[partition] ?? 0n;
  }

  /** Also its transactional id. */
  private nameOf(partition: number): string {
    const { group, stage, input } = this.job;
    return `${group}/${stage}/${input}/${partition}`;
  }

  private async takeOver(partition: number): Promise<Ownership> {
    const { kafka, cluster } = this;
    const { owner, state: stateTopic, rejects } = this.layout;
    const { address, input, outputs, compression } = this.job;
    // Each time: a task that has sent too much at once begins anew with the limits as they are now.
    const limits = await readSendLimits(address, [...outputs.values(), rejects, stateTopic]);
    const producer = await TransactionalProducer.open(kafka, this.nameOf(partition), compression, limits);
    try {
      const state = new TaskState();
      const saved = await state.restore(cluster, stateTopic, partition, owner);
      return {
        saved,
        open: (from) => PartitionReader.open(cluster, input, partition, from ?? 'start'),
        commit: (commit) =>
          producer.commit([
            ...recordsOf(commit, partition, outputs, rejects),
            ...state.records(owner, commit).map((record) => ({ topic: stateTopic, partition, ...record })),
          ]),
        close: () => producer.close(),
      };
    } catch (error) {
      await producer.close();
      throw error;
    }
  }
}

function recordsOf(
  { outputs, rejects }: Commit,
  partition: number,
  topics: ReadonlyMap<string, string>,
  rejectTopic: string,
): ProducedRecord[] {
  return [
    ...outputs.map((output) => {
      const { key, value } = output;
      return { topic: topicOf(output, topics), partition, key, value, headers: key === null ? MARK_HEADER : undefined };
    }),
    ...rejects.map(({ key, value }) => ({ topic: rejectTopic, partition, key, value })),
  ];
}

function topicOf({ stream }: OutputRecord, topics: ReadonlyMap<string, string>): string {
  const topic = topics.get(stream);
  if (topic === undefined) throw new Error(`no topic for ${stream}`);
  return topic;
}
