import { Counts } from '../../runtime/counts.js';
import { mayPass } from '../../runtime/errors.js';
import type { SinkTarget, StoredTask } from '../../runtime/sink-target.js';
import { FencedError, type Ownership, Task } from '../../runtime/task.js';
import { BoundedReader } from './bounded-reader.js';
import { recordsIn } from './record.js';
import type { Cluster } from './cluster.js';
import type { RunSettings, SharedWork, TaskHooks } from './runner.js';
import { SinkProcessor } from './sink-processor.js';
import { topicNow } from './topics.js';

/** Rows that wait for a transaction, beyond which it does not wait for its time. */
export const MAX_ROWS = 10_000;

/** How often the position of another process is looked at. */
const LOOK_MS = 500;

/** A topic and the place that follows it. */
export interface SinkJob<Row> extends RunSettings {
  readonly target: SinkTarget<Row>;
  readonly group: string;
  readonly input: string;
  readonly commitInterval_ms: number;
  readonly untilEnd: boolean;
}

/** Following a topic as work to share out. Throws `usage` where there is no such topic. */
export async function sinkWork<Row>(job: SinkJob<Row>): Promise<SharedWork> {
  const cluster: Cluster = job;
  const { topicId, ends } = await topicNow(cluster, job.input);
  return new SinkWork(job, topicId, ends);
}

class SinkWork<Row> implements SharedWork {
  readonly topic: string;
  readonly groupId: string;
  readonly batchSize: number;
  readonly ends: readonly bigint[] | undefined;
  private readonly job: SinkJob<Row>;
  private readonly topicId: string;

  constructor(job: SinkJob<Row>, topicId: string, ends: readonly bigint[]) {
    this.job = job;
    this.topicId = topicId;
    this.topic = job.input;
    this.groupId = `${job.group}.${job.target.name}.${job.input}`;
    this.batchSize = MAX_ROWS;
    this.ends = job.untilEnd ? ends : undefined;
  }

  task(partition: number, hooks: TaskHooks): Task<Row> {
    const { target, clock, log, commitInterval_ms, giveUp_ms, input } = this.job;
    const stored = this.storedTask(partition);
    const end = this.ends?.[partition];
    const owner = new SinkOwner(this.job, stored, partition, end);
    return new Task({
      name: stored.name,
      takeOver: () => owner.takeOver(),
      make: () => new SinkProcessor((value, offset) => target.rowsOf(value, { topic: input, partition, offset })),
      clock,
      log,
      batchSize: MAX_ROWS,
      commitInterval_ms,
      giveUp_ms,
      ...hooks,
      closes: false,
    });
  }

  async reachesEnd(partition: number, stop: AbortSignal): Promise<boolean> {
    const { target, clock } = this.job;
    const end = this.ends?.[partition] ?? 0n;
    const store = await target.open();
    try {
      while (!stop.aborted) {
        const position = await store.position(this.storedTask(partition)).catch((error: unknown) => {
          if (mayPass(error)) return undefined;
          throw error;
        });
        if (position !== undefined && position >= end) return true;
        await clock.waitUntil(clock.now_ms() + LOOK_MS, stop);
      }
      return false;
    } finally {
      await store.close();
    }
  }

  private storedTask(partition: number): StoredTask {
    const { group, target, input } = this.job;
    return { name: `${group}/${target.name}/${input}/${partition}`, topicId: this.topicId };
  }
}

/** Takes one task over, as often as needed. The store keeps the position; the counts are this process's own. */
class SinkOwner<Row> {
  private readonly job: SinkJob<Row>;
  private readonly stored: StoredTask;
  private readonly partition: number;
  private readonly end: bigint | undefined;
  private counts: unknown = new Counts().saved();
  /** The commit whose outcome is not known. */
  private attempt: { readonly position: bigint; readonly counts: unknown } | undefined;

  constructor(job: SinkJob<Row>, stored: StoredTask, partition: number, end: bigint | undefined) {
    this.job = job;
    this.stored = stored;
    this.partition = partition;
    this.end = end;
  }

  async takeOver(): Promise<Ownership<Row>> {
    const { target, input } = this.job;
    const { partition, end } = this;
    const store = await target.open();
    try {
      let position = await store.position(this.stored);
      if (position !== undefined && position === this.attempt?.position) this.counts = this.attempt.counts;
      return {
        saved: position === undefined ? undefined : { position, counts: this.counts, parts: new Map() },
        open: (from) => BoundedReader.open(this.job, { topic: input, partition, from, end }, recordsIn),
        commit: async ({ outputs, position: next, counts }) => {
          this.attempt = { position: next, counts };
          const outcome = await store.write(this.stored, position, next, outputs);
          if (outcome === 'lost') throw new FencedError(`${this.stored.name} is not at ${position} any more`);
          position = next;
          this.counts = counts;
        },
        close: () => store.close(),
      };
    } catch (error) {
      await store.close();
      throw error;
    }
  }
}
