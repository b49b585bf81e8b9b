import type { Ownership } from '../../runtime/task.js';
import { Task } from '../../runtime/task.js';
import type { TaskInput, TaskProcessor } from '../../runtime/task-processor.js';
import type { Compression } from './compression.js';
import type { Layout, StageTopics } from './layout.js';
import { BoundedReader } from './bounded-reader.js';
import type { Cluster } from './partition-reader.js';
import type { RunSettings, SharedWork, TaskHooks } from './runner.js';
import { takeOverStage } from './stage-ownership.js';
import { awaitProgress } from './state-topic.js';

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
  private readonly cluster: Cluster;

  constructor(job: StageJob, layout: Layout) {
    this.job = job;
    this.layout = layout;
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
      closes: untilEnd?.closes === true,
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

  private takeOver(partition: number): Promise<Ownership> {
    const { cluster, layout, job } = this;
    return takeOverStage({
      name: this.nameOf(partition),
      cluster,
      layout,
      outputs: job.outputs,
      partition,
      compression: job.compression,
      open: (from) => BoundedReader.open(cluster, job.input, partition, from, this.ends?.[partition]),
    });
  }
}
