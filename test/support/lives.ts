import type { Counts } from '../../src/lib/runtime/counts.js';
import type { InputRecord, OutputRecord, RejectedRecord, TaskProcessor } from '../../src/lib/runtime/task-processor.js';

/** What a task has done in one life or in several. */
export interface Lived {
  readonly outputs: OutputRecord[];
  readonly rejects: RejectedRecord[];
  /** Parts of the state at the end. */
  readonly state: ReadonlyMap<string, string>;
  /** Of all lives together. */
  readonly counts: Counts;
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
  const store = new Store();
  const outputs: OutputRecord[] = [];
  const rejects: RejectedRecord[] = [];
  let task = make();
  const keep = (): void => {
    const made = task.take();
    outputs.push(...made.outputs);
    rejects.push(...made.rejects);
    store.save(task);
  };
  batches.forEach((batch, at) => {
    task.push(batch);
    keep();
    if (dies[at % dies.length] !== true) return;
    task.push(batches[at + 1] ?? []);
    task = make();
    store.restore(task);
  });
  task.end();
  keep();
  return { outputs, rejects, state: store.parts, counts: task.counts };
}

/** What a state topic keeps of a task. */
class Store {
  readonly parts = new Map<string, string>();
  private counts = '';

  save(task: TaskProcessor): void {
    this.counts = JSON.stringify(task.counts.saved());
    for (const [name, text] of task.changes()) {
      if (text === undefined) this.parts.delete(name);
      else this.parts.set(name, text);
    }
  }

  restore(task: TaskProcessor): void {
    task.counts.restore(JSON.parse(this.counts));
    // Parts come back in any order: the topic is compacted.
    task.restore(new Map([...this.parts].reverse()));
  }
}
