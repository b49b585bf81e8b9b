import type { Kafka } from 'kafkajs';
import type { Clock } from '../../runtime/clock.js';
import { Counts } from '../../runtime/counts.js';
import { QfError } from '../../runtime/errors.js';
import type { Log } from '../../runtime/log.js';
import { type Commit, type Ownership, Task } from '../../runtime/task.js';
import type { OutputRecord, TaskInput, TaskProcessor } from '../../runtime/task-processor.js';
import type { KafkaAddress } from './address.js';
import type { Compression } from './compression.js';
import { GroupMember } from './group.js';
import { kafkaOf } from './kafkajs.js';
import { type Cluster, PartitionReader } from './partition-reader.js';
import { type StateOwner, TaskState } from './state-topic.js';
import { type ProducedRecord, TransactionalProducer } from './transactions.js';

/** Marks carry this header, so that a reader can pass them over without reading them. */
const MARK_HEADER = { 'qf-mark': '1' };

/** A stage on the partitions of a topic. */
export interface KafkaJob {
  /** As in names of topics: `bars1s`. */
  readonly stage: string;
  readonly group: string;
  readonly address: KafkaAddress;
  readonly input: string;
  /** Topic of each stream that the stage writes. */
  readonly outputs: ReadonlyMap<string, string>;
  /** What of the options decides what the state means. */
  readonly options: string;
  readonly make: (input: TaskInput) => TaskProcessor;
  readonly clock: Clock;
  readonly log: Log;
  readonly stop: AbortSignal;
  readonly compression: Compression;
  /** Records that are made, beyond which a commit does not wait for its time. */
  readonly batchSize: number;
  readonly commitInterval_ms: number;
  readonly giveUp_ms: number;
  readonly untilEnd: { readonly closes: boolean } | undefined;
  /** Called at the start with what can be watched. */
  readonly watch: ((total: () => Counts) => Promise<void>) | undefined;
}

/** Runs a stage on those partitions of its input that the group gives it, each a task, until the end or a stop. */
export async function runOnKafka(job: KafkaJob): Promise<{ readonly counts: Counts; readonly ended: string }> {
  const runner = new Runner(job, await layOut(job));
  return runner.run();
}

/** The topics of a job as they are. */
interface Layout {
  readonly kafka: Kafka;
  readonly cluster: Cluster;
  readonly owner: StateOwner;
  readonly state: string;
  readonly rejects: string;
}

/** Finds the topics, and that all have as many partitions. Throws `usage` with what mends it. */
async function layOut(job: KafkaJob): Promise<Layout> {
  const { address, clock } = job;
  const kafka = kafkaOf(address);
  const cluster: Cluster = { address, clock };
  const state = `qf.state.${job.group}.${job.stage}.${job.input}`;
  const rejects = `dlq.${job.stage}`;
  const reader = await PartitionReader.open(cluster, job.input, 0, 0n);
  try {
    const { topicId, partitions } = await reader.describe();
    await checkPartitions(cluster, partitions, job.input, [...job.outputs.values(), rejects, state]);
    return { kafka, cluster, state, rejects, owner: { topicId, partitions, options: job.options } };
  } finally {
    await reader.close();
  }
}

async function checkPartitions(cluster: Cluster, expected: number, input: string, topics: readonly string[]): Promise<void> {
  for (const topic of topics) {
    const reader = await PartitionReader.open(cluster, topic, 0, 0n);
    try {
      const { partitions } = await reader.describe();
      if (partitions !== expected)
        throw new QfError(
          'usage',
          `topic ${topic} has ${partitions} partitions and ${input} has ${expected}: they must have as many, because a stage writes to the partition that it reads`,
        );
    } finally {
      await reader.close();
    }
  }
}

interface RunningTask {
  readonly task: Task;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** Starts and stops tasks as the group shares the partitions out. */
class Runner {
  private readonly job: KafkaJob;
  private readonly layout: Layout;
  private readonly member: GroupMember;
  private readonly running = new Map<number, RunningTask>();
  /** The task that each partition had last, where it is not another process's now. */
  private readonly tasks = new Map<number, Task>();
  private readonly ended = new Set<number>();
  private assigned: readonly number[] = [];
  private readonly finished: Promise<string>;
  private finish: (reason: string) => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;

  constructor(job: KafkaJob, layout: Layout) {
    this.job = job;
    this.layout = layout;
    this.finished = new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    const { address, clock, log, giveUp_ms, input, group, stage } = job;
    this.member = new GroupMember(
      { address, clock, log, giveUp_ms, topic: input, groupId: `${group}.${stage}.${input}` },
      (partitions) => this.reassign(partitions),
    );
  }

  async run(): Promise<{ counts: Counts; ended: string }> {
    const { stop } = this.job;
    const onStop = (): void => this.finish(String(stop.reason));
    if (stop.aborted) onStop();
    else stop.addEventListener('abort', onStop, { once: true });
    try {
      this.member.join(stop).catch((error: unknown) => this.fail(error));
      await this.job.watch?.(() => this.total());
      const ended = await this.finished;
      await this.stopAll();
      return { ended, counts: this.total() };
    } finally {
      stop.removeEventListener('abort', onStop);
      await this.stopAll();
      await this.member.leave();
    }
  }

  private async stopAll(): Promise<void> {
    for (const { stop } of this.running.values()) stop.abort('end');
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  /** What the partitions that this process has, or had last, have counted over all lives. */
  private total(): Counts {
    const all = new Counts();
    for (const { counts } of this.tasks.values()) if (counts !== undefined) all.addAll(counts);
    return all;
  }

  private reassign(partitions: readonly number[]): void {
    this.assigned = partitions;
    for (const [partition, { stop }] of this.running) {
      if (partitions.includes(partition)) continue;
      stop.abort('revoked');
      this.tasks.delete(partition);
    }
    for (const partition of partitions) if (!this.ended.has(partition)) this.start(partition);
    this.finishWhereDone();
  }

  /** A task that still ends is waited for: it may come back at once. */
  private start(partition: number): void {
    const before = this.running.get(partition);
    if (before !== undefined && !before.stop.signal.aborted) return;
    const stop = new AbortController();
    const task = this.taskOf(partition);
    const done = (before?.done ?? Promise.resolve()).then(() => this.work(partition, task, stop.signal));
    this.running.set(partition, { task, stop, done });
    this.tasks.set(partition, task);
  }

  private async work(partition: number, task: Task, stop: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const outcome = await task.run(stop);
        if (outcome === 'end') this.ended.add(partition);
        if (outcome !== 'fenced') break;
        this.job.log.warn({ partition }, 'another process has taken the partition over');
        await this.member.confirmed(stop);
        if (stop.aborted || !this.assigned.includes(partition)) break;
      }
    } catch (error) {
      this.fail(error);
    } finally {
      if (this.running.get(partition)?.task === task) this.running.delete(partition);
      this.finishWhereDone();
    }
  }

  private finishWhereDone(): void {
    if (this.job.untilEnd === undefined) return;
    if (this.running.size === 0 && this.assigned.every((partition) => this.ended.has(partition))) this.finish('end');
  }

  private taskOf(partition: number): Task {
    const { stage, group, input, make, clock, log, batchSize, commitInterval_ms, giveUp_ms, untilEnd } = this.job;
    return new Task({
      name: `${group}/${stage}/${input}/${partition}`,
      takeOver: () => this.takeOver(partition),
      make: () => make({ topic: input, partition }),
      clock,
      log,
      batchSize,
      commitInterval_ms,
      giveUp_ms,
      untilEnd,
    });
  }

  private async takeOver(partition: number): Promise<Ownership> {
    const { cluster, kafka, owner, state: stateTopic, rejects } = this.layout;
    const { stage, group, input, outputs, compression } = this.job;
    const producer = await TransactionalProducer.open(kafka, `${group}/${stage}/${input}/${partition}`, compression);
    try {
      const state = new TaskState();
      const saved = await state.restore(cluster, stateTopic, partition, owner);
      return {
        saved,
        end: async () => {
          const reader = await PartitionReader.open(cluster, input, partition, 0n);
          return reader.end().finally(() => reader.close());
        },
        open: (from) => PartitionReader.open(cluster, input, partition, from ?? 'start'),
        commit: (commit) =>
          producer.commit([
            ...recordsOf(commit, partition, outputs, rejects),
            ...state
              .records(owner, commit.nextOffset, commit.counts, commit.changes)
              .map((record) => ({ topic: stateTopic, partition, ...record })),
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
    ...outputs.map((output) => ({ ...output, topic: topicOf(output, topics), partition, ...markOf(output) })),
    ...rejects.map((reject) => ({ topic: rejectTopic, partition, ...reject })),
  ];
}

function topicOf({ stream }: OutputRecord, topics: ReadonlyMap<string, string>): string {
  const topic = topics.get(stream);
  if (topic === undefined) throw new Error(`no topic for ${stream}`);
  return topic;
}

function markOf({ key }: OutputRecord): { headers?: Record<string, string> } {
  return key === null ? { headers: MARK_HEADER } : {};
}
