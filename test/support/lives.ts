import type { InputRecord, OutputRecord, RejectedRecord, TaskProcessor } from '../../src/lib/runtime/task-processor.js';

/** What a task has done in one life or in several. */
export interface Lived {
  readonly outputs: OutputRecord[];
  readonly rejects: RejectedRecord[];
  /** Parts of the state at the end. */
  readonly state: ReadonlyMap<string, string>;
}

/** Lines as records of a partition, in order. */
export function recordsOf(lines: readonly string[], timestamp_ms = 0): InputRecord[] {
  return lines.map((line, at) => ({ key: null, value: Buffer.from(line), offset: BigInt(at), timestamp_ms }));
}

/**
 * Runs records through a task in batches. Behind each batch what it made is kept and its state saved; where `dies` says so, the
 * process ends there and another one goes on with the state. What it would have read beyond that is lost with it.
 */
export function live(make: () => TaskProcessor, batches: readonly (readonly InputRecord[])[], dies: readonly boolean[]): Lived {
  const store = new Map<string, string>();
  const lived: Lived = { outputs: [], rejects: [], state: store };
  let task = make();
  batches.forEach((batch, at) => {
    task.push(batch);
    keep(task, lived, store);
    if (dies[at % dies.length] !== true) return;
    task.push(batches[at + 1] ?? []);
    task = make();
    task.restore(store);
  });
  task.end();
  keep(task, lived, store);
  return lived;
}

function keep(task: TaskProcessor, lived: Lived, store: Map<string, string>): void {
  const { outputs, rejects } = task.take();
  lived.outputs.push(...outputs);
  lived.rejects.push(...rejects);
  for (const [name, text] of task.changes()) {
    if (text === undefined) store.delete(name);
    else store.set(name, text);
  }
}
