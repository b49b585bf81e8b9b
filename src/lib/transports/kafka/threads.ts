import { Worker } from 'node:worker_threads';
import { Counts } from '../../runtime/counts.js';
import { type ErrorCode, QfError } from '../../runtime/errors.js';
import type { TaskObserver } from '../../runtime/task-metrics.js';
import type { Layout } from './layout.js';
import type { PartitionTask, SharedWork, TaskHooks } from './runner.js';

/** Threads that do the work on partitions. */
export interface Threads {
  readonly count: number;
  /** The module that each begins with: it calls `serveTasks`. */
  readonly entry: URL;
  /** What the module needs to make the same work again, besides the layout. */
  readonly data: unknown;
}

/** What a thread begins with. */
export interface ThreadData {
  readonly layout: Layout;
  readonly data: unknown;
}

/** `id`: of one run of a task. */
export type ToThread =
  | { readonly kind: 'run'; readonly id: number; readonly partition: number }
  | { readonly kind: 'stop'; readonly id: number; readonly reason: string };

export type FromThread = { readonly id: number } & (
  | { readonly kind: 'fetched'; readonly fetch: Parameters<TaskObserver['fetched']>[0] }
  | { readonly kind: 'committed'; readonly commit: Parameters<TaskObserver['committed']>[0]; readonly counts: unknown }
  | { readonly kind: 'restarted' }
  | { readonly kind: 'settled'; readonly position: bigint }
  | { readonly kind: 'ended'; readonly outcome: 'end' | 'stopped' | 'fenced'; readonly counts: unknown }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
);

/** Work of which each partition is done in the thread that its number gives. The threads share nothing. */
export class ThreadedWork implements SharedWork {
  readonly topic: string;
  readonly groupId: string;
  readonly batchSize: number;
  readonly ends: readonly bigint[] | undefined;
  private readonly work: SharedWork;
  private readonly threads: readonly Thread[];

  constructor(work: SharedWork, layout: Layout, { count, entry, data }: Threads) {
    this.work = work;
    this.topic = work.topic;
    this.groupId = work.groupId;
    this.batchSize = work.batchSize;
    this.ends = work.ends;
    const workerData: ThreadData = { layout, data };
    this.threads = Array.from({ length: count }, () => new Thread(new Worker(entry, { workerData })));
  }

  task(partition: number, hooks: TaskHooks): PartitionTask {
    const thread = this.threads[partition % this.threads.length];
    if (thread === undefined) throw new RangeError('there are no threads');
    return new ThreadTask(thread, partition, hooks);
  }

  reachesEnd(partition: number, stop: AbortSignal): Promise<boolean> {
    return this.work.reachesEnd(partition, stop);
  }

  /** Ends the threads. No task runs any more. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }
}

/** One thread, seen from the one that started it. */
class Thread {
  private readonly worker: Worker;
  private readonly runs = new Map<
    number,
    { readonly take: (message: FromThread) => void; readonly fail: (error: Error) => void }
  >();
  private ids = 0;
  private failure: Error | undefined;

  constructor(worker: Worker) {
    this.worker = worker;
    worker.on('message', (message: FromThread) => this.runs.get(message.id)?.take(message));
    worker.on('error', (error) => this.fail(error));
    worker.on('exit', () => this.fail(new Error('a thread has ended')));
  }

  /** Runs a task; `seen` gets what it tells on its way. */
  async run(partition: number, stop: AbortSignal, seen: (message: FromThread) => void): Promise<'end' | 'stopped' | 'fenced'> {
    const id = this.ids++;
    const send = (message: ToThread): void => this.worker.postMessage(message);
    const onStop = (): void => send({ kind: 'stop', id, reason: String(stop.reason) });
    try {
      return await new Promise((resolve, reject) => {
        if (this.failure !== undefined) throw this.failure;
        const take = (message: FromThread): void => {
          seen(message);
          if (message.kind === 'ended') resolve(message.outcome);
          if (message.kind === 'failed') reject(new QfError(message.code, message.message));
        };
        this.runs.set(id, { take, fail: reject });
        send({ kind: 'run', id, partition });
        if (stop.aborted) onStop();
        else stop.addEventListener('abort', onStop, { once: true });
      });
    } finally {
      stop.removeEventListener('abort', onStop);
      this.runs.delete(id);
    }
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { fail } of this.runs.values()) fail(this.failure);
  }
}

/** A task in another thread. */
class ThreadTask implements PartitionTask {
  counts: Counts | undefined;
  private readonly thread: Thread;
  private readonly partition: number;
  private readonly hooks: TaskHooks;

  constructor(thread: Thread, partition: number, hooks: TaskHooks) {
    this.thread = thread;
    this.partition = partition;
    this.hooks = hooks;
  }

  run(stop: AbortSignal): Promise<'end' | 'stopped' | 'fenced'> {
    return this.thread.run(this.partition, stop, (message) => this.see(message));
  }

  private see(message: FromThread): void {
    const { observer, settled } = this.hooks;
    if (message.kind === 'fetched') observer.fetched(message.fetch);
    if (message.kind === 'committed') observer.committed(message.commit);
    if (message.kind === 'restarted') observer.restarted();
    if (message.kind === 'settled') settled(message.position);
    if ('counts' in message) {
      this.counts = new Counts();
      this.counts.restore(message.counts);
    }
  }
}
