import type { Tick } from '../../core/model/model.js';
import { Counts } from '../../runtime/counts.js';
import type { BatchProcessor, RecordBatch, RecordSet, TaskInput, TaskProduced } from '../../runtime/task-processor.js';
import type { SavedStep } from '../reference/record-processor.js';
import { StageTask } from '../reference/record-task.js';
import type { KernelBarBuilder } from './bar-builder.js';
import type { KernelStage } from './tick-processor.js';

/** What `KernelTickProcessor` is on a stream of lines, on one partition of a log: record batches in, records of batches out. */
export class KernelTickTask extends StageTask<Tick> implements BatchProcessor {
  private readonly builder: KernelBarBuilder;
  private sets: RecordSet[] = [];
  private inSets = 0;

  /** `stream`: where bars go. */
  constructor(stage: KernelStage<SavedStep<Tick>>, stream: string, input: TaskInput) {
    super(stage, stage.step(), input, new Counts());
    this.builder = stage.builder;
    this.builder.frameRecords();
    if (stage.maxFuture_ms !== undefined) this.builder.setFuture(stage.maxFuture_ms);
    this.builder.writeTo((bytes, count) => {
      this.sets.push({ stream, bytes: Buffer.from(bytes), count });
      this.inSets += count;
    });
  }

  get pending(): number {
    return this.inSets + this.builder.waiting + this.rejects;
  }

  push(batches: readonly RecordBatch[]): void {
    for (const batch of batches) this.read(batch);
    const last = batches.at(-1);
    if (last !== undefined) this.step.afterBatch?.(last.timestamp_ms + (last.hasDeltas ? this.builder.delta_ms : 0));
  }

  take(): TaskProduced<RecordSet> {
    this.builder.flush();
    const { sets, inSets } = this;
    this.sets = [];
    this.inSets = 0;
    this.counts.out += inSets;
    return { outputs: sets, rejects: this.takeRejects() };
  }

  private read(batch: RecordBatch): void {
    const { builder } = this;
    const { length } = batch.bytes;
    builder.loadBatch(batch);
    for (let at = 0; at < length;) {
      const { at: stopped, used, duplicates } = builder.runRecords(at, length);
      this.counts.addPlain(used, duplicates);
      if (stopped === length) return;
      const { record, end } = builder.recordIn(batch);
      this.handle(record);
      at = end;
    }
  }
}
