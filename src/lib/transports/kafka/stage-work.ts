import { Task } from '../../runtime/task.js';
import type { BatchProcessor, TaskInput, TaskProcessor } from '../../runtime/task-processor.js';
import { collectAtOnce } from './collector.js';
import type { Compression } from './compression.js';
import type { Layout, StageTopics } from './layout.js';
import { BoundedReader } from './bounded-reader.js';
import type { Cluster } from './cluster.js';
import { recordsIn } from './record.js';
import type { PartitionTask, RunSettings, SharedWork, TaskHooks } from './runner.js';
import { takeOverBatches, takeOverRecords } from './stage-ownership.js';
import { awaitProgress } from './state-topic.js';

/** What makes the processor of a partition, and as what that takes its records. */
export type TaskMaker =
  | { readonly takes: 'records'; readonly make: (input: TaskInput) => TaskProcessor }
  | { readonly takes: 'batches'; readonly make: (input: TaskInput) => BatchProcessor };

/** A stage on the partitions of a topic. */
export interface StageJob extends StageTopics, RunSettings {
  readonly maker: TaskMaker;
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
  private readonly cluster: Cluster;

  constructor(job: StageJob, layout: Layout) {
    this.job = job;
    this.layout = layout;
    this.cluster = job;
    this.topic = job.input;
    this.groupId = `${job.group}.${job.stage}.${job.input}`;
    this.batchSize = job.batchSize;
    this.ends = job.untilEnd === undefined ? undefined : layout.ends;
    if (job.maker.takes === 'batches') collectAtOnce();
  }

  task(partition: number, hooks: TaskHooks): PartitionTask {
    const { maker, clock, log, batchSize, commitInterval_ms, giveUp_ms, untilEnd, input, outputs, compression } = this.job;
    const { cluster, layout } = this;
    const name = this.nameOf(partition);
    const closes = untilEnd?.closes === true;
    const settings = { name, clock, log, batchSize, commitInterval_ms, giveUp_ms, ...hooks, closes };
    const task = { name, cluster, layout, outputs, partition, compression };
    const range = { topic: input, partition, end: this.ends?.[partition] };
    if (maker.takes === 'batches')
      return new Task({
        ...settings,
        takeOver: () =>
          takeOverBatches({
            ...task,
            open: (from?: bigint) => BoundedReader.open(cluster, { ...range, from }, (batches) => batches),
          }),
        make: () => maker.make({ topic: input, partition }),
      });
    return new Task({
      ...settings,
      takeOver: () =>
        takeOverRecords({ ...task, open: (from?: bigint) => BoundedReader.open(cluster, { ...range, from }, recordsIn) }),
      make: () => maker.make({ topic: input, partition }),
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
}
