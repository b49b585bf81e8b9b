import type { Clock } from '../../runtime/clock.js';
import { Counts } from '../../runtime/counts.js';
import type { Log } from '../../runtime/log.js';
import type { KafkaAddress } from './address.js';
import { countMetrics, type Figure } from '../../runtime/metrics.js';
import { TaskMetrics, type TaskObserver } from '../../runtime/task-metrics.js';
import { GroupMember } from './group.js';
import { GroupOffsets } from './group-offsets.js';

/** How work is run, whatever it does. */
export interface RunSettings {
  readonly address: KafkaAddress;
  readonly clock: Clock;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** How long the services may be away, ms. */
  readonly giveUp_ms: number;
  /** Called at the start with what can be watched. */
  readonly watch?: ((figures: readonly Figure[]) => Promise<void>) | undefined;
}

/** The work on one partition. */
export interface PartitionTask {
  /** Over all lives; undefined before the first one. */
  readonly counts: Counts | undefined;
  /** Until the end or a stop, or until somebody else owns the task. Throws what no repetition mends. */
  run(stop: AbortSignal): Promise<'end' | 'stopped' | 'fenced'>;
}

/** Whom a task tells how it gets on. */
export interface TaskHooks {
  readonly observer: TaskObserver;
  /** Is told, again and again, that everything before `position` is done. */
  readonly settled: (position: bigint) => void;
}

/** Work that the processes of a group share out by the partitions of a topic. */
export interface SharedWork {
  readonly topic: string;
  readonly groupId: string;
  /** Records that may wait for the commit of a partition. */
  readonly batchSize: number;
  /** Undefined: it has no end. Else the offset at which each partition ends. */
  readonly ends: readonly bigint[] | undefined;
  task(partition: number, hooks: TaskHooks): PartitionTask;
  /** Whether another process has come to a partition's end: waits until it has, or `stop` is aborted. */
  reachesEnd(partition: number, stop: AbortSignal): Promise<boolean>;
}

interface RunningTask {
  readonly task: PartitionTask;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** Starts and stops tasks as the group shares the partitions out. */
export class Runner {
  private readonly work: SharedWork;
  private readonly settings: RunSettings;
  private readonly member: GroupMember;
  private readonly offsets: GroupOffsets;
  private readonly metrics: TaskMetrics;
  private readonly running = new Map<number, RunningTask>();
  /** The task that each partition had last, where it is not another process's now. */
  private readonly tasks = new Map<number, PartitionTask>();
  /** Partitions that have come to the end that was there at the start, by this process or another one. */
  private readonly ended = new Set<number>();
  private readonly over = new AbortController();
  /** Partitions of others whose end is waited for. */
  private readonly awaited = new Set<number>();
  private assigned: readonly number[] = [];
  private readonly finished: Promise<string>;
  private finish: (reason: string) => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;

  constructor(work: SharedWork, settings: RunSettings) {
    this.work = work;
    this.settings = settings;
    this.metrics = new TaskMetrics(work.batchSize);
    this.finished = new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    // What fails before anybody waits for the end is told to whoever does.
    this.finished.catch(() => undefined);
    this.member = new GroupMember({ ...settings, topic: work.topic, groupId: work.groupId }, (partitions) =>
      this.reassign(partitions),
    );
    this.offsets = new GroupOffsets((offsets) => this.member.store(offsets), settings.clock);
  }

  async run(): Promise<{ readonly counts: Counts; readonly ended: string }> {
    const { stop } = this.settings;
    const onStop = (): void => this.finish(String(stop.reason));
    if (stop.aborted) onStop();
    else stop.addEventListener('abort', onStop, { once: true });
    try {
      // Before anything else is under way: a port that is taken is the only thing that has gone wrong then.
      await this.settings.watch?.([...countMetrics(() => this.total()), ...this.metrics.figures()]);
      this.member.join(stop).catch((error: unknown) => this.fail(error));
      const ended = await this.finished;
      this.over.abort();
      await this.stopAll();
      return { ended, counts: this.total() };
    } finally {
      this.over.abort();
      stop.removeEventListener('abort', onStop);
      await this.stopAll();
      await this.offsets.close();
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
      this.metrics.forget(partition);
      this.offsets.forget(partition);
    }
    for (const partition of partitions) if (!this.ended.has(partition)) this.start(partition);
    this.finishWhereDone();
  }

  /** A task that still ends is waited for: it may come back at once. */
  private start(partition: number): void {
    const before = this.running.get(partition);
    if (before !== undefined && !before.stop.signal.aborted) return;
    const stop = new AbortController();
    const task = this.work.task(partition, {
      observer: this.metrics.observerOf(partition),
      settled: (position) => {
        if (this.assigned.includes(partition)) this.offsets.note(partition, position);
      },
    });
    const done = (before?.done ?? Promise.resolve()).then(() => this.carryOn(partition, task, stop.signal));
    this.running.set(partition, { task, stop, done });
    this.tasks.set(partition, task);
  }

  private async carryOn(partition: number, task: PartitionTask, stop: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const outcome = await task.run(stop);
        if (outcome === 'end') this.ended.add(partition);
        if (outcome !== 'fenced') break;
        this.settings.log.warn({ partition }, 'another process has taken the partition over');
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
    const { ends } = this.work;
    if (ends === undefined || this.running.size > 0) return;
    if (this.ended.size === ends.length) this.finish('end');
    else if (this.assigned.every((partition) => this.ended.has(partition))) this.waitForOthers(ends.keys());
  }

  /** Where the member that has a partition dies, the group gives it to this process in the end. */
  private waitForOthers(partitions: Iterable<number>): void {
    const others = [...partitions].filter((partition) => !this.ended.has(partition) && !this.awaited.has(partition));
    if (others.length > 0)
      this.settings.log.info({ partitions: others }, 'waiting for other members of the group to come to the end');
    for (const partition of others) {
      this.awaited.add(partition);
      this.awaitEnd(partition).catch((error: unknown) => this.fail(error));
    }
  }

  private async awaitEnd(partition: number): Promise<void> {
    if (!(await this.work.reachesEnd(partition, this.over.signal))) return;
    this.ended.add(partition);
    this.finishWhereDone();
  }
}
