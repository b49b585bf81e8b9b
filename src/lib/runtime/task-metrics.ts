import { Distribution, type Figure, queueMetrics, watermarkMetric } from './metrics.js';

const MS_PER_S = 1000;

/** Is told how a task gets on: once for each fetch and each commit, never for each record. */
export interface TaskObserver {
  /**
   * `lag`: offsets from the position to the end of the input; `pending`: records that are made and wait for their commit;
   * `watermark_s`: see `Processor`.
   */
  fetched(fetch: {
    readonly records: number;
    readonly lag: number;
    readonly pending: number;
    readonly watermark_s: number | undefined;
  }): void;
  /**
   * `waited_ms`: from when the oldest input record was written until its outcome was committed; `behind_ms`: from the event time up to
   * which results are final until then; `state`: what is kept now.
   */
  committed(commit: {
    readonly records: number;
    readonly elapsed_ms: number;
    readonly waited_ms: number | undefined;
    readonly behind_ms: number | undefined;
    readonly state: { readonly parts: number; readonly bytes: number };
  }): void;
  /** Something failed that may pass, and the task begins again with what was committed last. */
  restarted(): void;
}

/** What is known of a task at work. */
interface TaskState {
  lag: number;
  pending: number;
  /** What of the records that were there at the first fetch is still to come. */
  ahead: number | undefined;
  watermark_s: number | undefined;
  state: { readonly parts: number; readonly bytes: number };
}

/** The figures of all tasks of a process together. */
export class TaskMetrics {
  private readonly tasks = new Map<number, TaskState>();
  private restarts = 0;
  private readonly capacity: number;
  private readonly fetchRecords = Distribution.ofRecords('fetch', 'Records that a fetch has brought, where it has brought any');
  private readonly commitRecords = Distribution.ofRecords('commit', 'Outputs and rejects of a transaction');
  private readonly commitSeconds = Distribution.ofSeconds('commit', 'How long a transaction took');
  private readonly waitSeconds = Distribution.ofSeconds(
    'event_to_publish',
    "From the oldest input record's own timestamp until what came of it was committed, once for each transaction",
  );
  private readonly endToEndSeconds = Distribution.ofSeconds(
    'end_to_end',
    'From the event time up to which results are final until they were committed, once for each transaction that has any',
  );

  /** `capacity`: how many records may wait for the commit of one task. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The observer of a task that has begun; it takes the place of the partition's earlier one. */
  observerOf(partition: number): TaskObserver {
    const task: TaskState = { lag: 0, pending: 0, ahead: undefined, watermark_s: undefined, state: { parts: 0, bytes: 0 } };
    this.tasks.set(partition, task);
    return {
      fetched: ({ records, lag, pending, watermark_s }) => {
        task.lag = lag;
        task.pending = pending;
        task.watermark_s = watermark_s;
        task.ahead = Math.min(lag, task.ahead === undefined ? lag : Math.max(0, task.ahead - records));
        if (records > 0) this.fetchRecords.add(records);
      },
      committed: ({ records, elapsed_ms, waited_ms, behind_ms, state }) => {
        task.pending = 0;
        task.state = state;
        this.commitRecords.add(records);
        this.commitSeconds.add(elapsed_ms / MS_PER_S);
        if (waited_ms !== undefined) this.waitSeconds.add(waited_ms / MS_PER_S);
        if (behind_ms !== undefined && records > 0) this.endToEndSeconds.add(behind_ms / MS_PER_S);
      },
      restarted: () => {
        this.restarts++;
      },
    };
  }

  /** The partition is another process's now. */
  forget(partition: number): void {
    this.tasks.delete(partition);
  }

  figures(): Figure[] {
    const { tasks, capacity } = this;
    const sum = (what: 'lag' | 'pending'): number => [...tasks.values()].reduce((total, task) => total + task[what], 0);
    const commit = {
      get depth() {
        return sum('pending');
      },
      get capacity() {
        return tasks.size * capacity;
      },
    };
    return [
      {
        name: 'lag_records',
        help: "Offsets to the end of the input, over this process's partitions",
        kind: 'gauge',
        read: () => sum('lag'),
      },
      {
        name: 'partitions',
        help: 'Partitions that this process has',
        kind: 'gauge',
        read: () => tasks.size,
      },
      {
        name: 'partitions_catching_up',
        help: 'Those where records are still to come that were there when this process got them',
        kind: 'gauge',
        read: () => [...tasks.values()].filter(({ ahead }) => ahead !== 0).length,
      },
      {
        name: 'restarts_total',
        help: 'Times that a partition began again with what was committed last, because something failed',
        kind: 'counter',
        read: () => this.restarts,
      },
      watermarkMetric(() => [...tasks.values()].map(({ watermark_s }) => watermark_s)),
      {
        name: 'state_parts',
        help: 'Parts of the saved state of all partitions together',
        kind: 'gauge',
        read: () => [...tasks.values()].reduce((total, { state }) => total + state.parts, 0),
      },
      {
        name: 'state_bytes',
        help: 'Characters of these parts and of their names',
        kind: 'gauge',
        read: () => [...tasks.values()].reduce((total, { state }) => total + state.bytes, 0),
      },
      ...queueMetrics({ commit }),
      this.fetchRecords,
      this.commitRecords,
      this.commitSeconds,
      this.waitSeconds,
      this.endToEndSeconds,
    ];
  }
}
