import { Counts } from '../../runtime/counts.js';
import type { BatchProcessor, RecordBatch, RecordSet, TaskInput, TaskProduced } from '../../runtime/task-processor.js';
import type { SavedStep } from '../reference/record-processor.js';
import { StageTask } from '../reference/record-task.js';
import type { KernelStage } from './kernel-processor.js';
import type { RecordKernel } from './record-kernel.js';

/** What `KernelProcessor` is on a stream of lines, on one partition of a log: record batches in, records of batches out. */
export class KernelTask<R> extends StageTask<R> implements BatchProcessor {
  private readonly kernel: RecordKernel;
  private sets: RecordSet[] = [];
  private inSets = 0;

  constructor(stage: KernelStage<R, SavedStep<R>>, input: TaskInput) {
    super(stage, stage.step(), input, new Counts());
    const { kernel, streams } = stage;
    this.kernel = kernel;
    kernel.frameRecords(streams.length);
    kernel.writeTo((bytes, count, output) => {
      this.sets.push({ stream: streams[output] as string, bytes: Buffer.from(bytes), count });
      this.inSets += count;
    });
  }

  get pending(): number {
    return this.inSets + this.kernel.waiting + this.rejects;
  }

  push(batches: readonly RecordBatch[]): void {
    for (const batch of batches) this.read(batch);
    const last = batches.at(-1);
    if (last !== undefined) this.step.afterBatch?.(last.timestamp_ms + (last.hasDeltas ? this.kernel.delta_ms : 0));
  }

  take(): TaskProduced<RecordSet> {
    this.kernel.flush();
    const { sets, inSets } = this;
    this.sets = [];
    this.inSets = 0;
    this.counts.out += inSets;
    return { outputs: sets, rejects: this.takeRejects() };
  }

  private read(batch: RecordBatch): void {
    const { kernel } = this;
    const { length } = batch.bytes;
    kernel.loadBatch(batch);
    for (let at = 0; at < length;) {
      const { at: stopped, used, duplicates } = kernel.runRecords(at, length);
      this.counts.addPlain(used, duplicates);
      if (stopped === length) return;
      const { record, end } = kernel.recordIn(batch);
      this.handle(record);
      at = end;
    }
  }
}
