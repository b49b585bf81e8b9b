import type { Outcome, Refusal } from '../../core/model/model.js';
import { Counts } from '../../runtime/counts.js';
import type {
  InputRecord,
  OutputRecord,
  RejectedRecord,
  TaskInput,
  TaskProcessor,
  TaskProduced,
} from '../../runtime/task-processor.js';
import { LATE, strictError, TOO_LONG } from './line-processor.js';
import { MAX_LINE_BYTES } from './lines.js';
import type { RecordOut, RefusedRecord } from './output.js';
import { type RecordStage, type SavedStep, takeRecord } from './record-processor.js';
import { encodeReject } from './reject.js';

const NULL_VALUE: Refusal = { reason: 'null_value', detail: '' };

/** A stage on one partition of a log: what `RecordProcessor` is on a stream of lines. */
export class RecordTask<R> implements TaskProcessor {
  readonly counts = new Counts();
  private readonly stage: RecordStage<R, SavedStep<R>>;
  private readonly input: TaskInput;
  private readonly out: KeyedRecords;
  private readonly step: SavedStep<R>;
  private rejects: RejectedRecord[] = [];

  constructor(stage: RecordStage<R, SavedStep<R>>, input: TaskInput) {
    this.stage = stage;
    this.input = input;
    this.out = new KeyedRecords(stage.streams, this.counts);
    this.step = stage.step(this.out);
  }

  push(records: readonly InputRecord[]): void {
    for (const record of records) this.handle(record);
    const last = records.at(-1);
    if (last !== undefined) this.step.afterBatch?.(last.timestamp_ms);
  }

  wakeAt_ms(): number | undefined {
    return this.step.wakeAt_ms?.();
  }

  onTime(now_ms: number): void {
    this.step.onTime?.(now_ms);
  }

  passThrough(through_s: number): void {
    this.step.passThrough?.(through_s);
  }

  end(): void {
    this.step.end();
  }

  take(): TaskProduced {
    const { rejects } = this;
    this.rejects = [];
    return { outputs: this.out.take(), rejects };
  }

  restore(parts: ReadonlyMap<string, string>): void {
    this.step.restore(parts);
  }

  changes(): Map<string, string | undefined> {
    return this.step.changes();
  }

  private handle({ key, value, offset, timestamp_ms, from }: InputRecord): void {
    const outcome = this.judge(value, timestamp_ms);
    if (outcome === 'held') return;
    this.counts.add(outcome);
    if (outcome === 'used' || outcome === 'duplicate' || outcome === 'ignored') return;
    const { stage, isStrict } = this.stage;
    const head = value ?? Buffer.alloc(0);
    const refused = { head, size: head.length, place: { ...(from ?? this.input), offset: Number(offset) } };
    if (outcome !== 'late' && isStrict && outcome.isByRule !== true) throw strictError(outcome, refused);
    const partition = from?.partition ?? this.input.partition;
    this.rejects.push({ key, partition, value: encodeReject(stage, outcome === 'late' ? LATE : outcome, refused).slice(0, -1) });
  }

  private judge(value: Buffer | null, arrival_ms: number): Outcome | 'held' {
    if (value === null) return NULL_VALUE;
    if (value.length > MAX_LINE_BYTES) return TOO_LONG;
    const { decoder, onCapacity } = this.stage;
    return decoder.decode(value, 0, value.length) ?? takeRecord(this.step, decoder.record, arrival_ms, onCapacity);
  }
}

/** Collects records with their keys until they are taken. */
class KeyedRecords implements RecordOut {
  private readonly streams: readonly string[];
  private readonly counts: Counts;
  private records: OutputRecord[] = [];

  constructor(streams: readonly string[], counts: Counts) {
    this.streams = streams;
    this.counts = counts;
  }

  add(line: string, stream: string, key: string): void {
    this.counts.out++;
    this.records.push({ stream, key, value: line.slice(0, -1) });
  }

  mark(line: string): void {
    this.counts.out += this.streams.length;
    for (const stream of this.streams) this.records.push({ stream, key: null, value: line.slice(0, -1) });
  }

  refuse({ line, stream, partition, key }: RefusedRecord): void {
    this.records.push({ stream, partition, key, value: line.slice(0, -1) });
  }

  settle(outcome: Outcome): void {
    this.counts.add(outcome);
  }

  skip(): void {
    this.counts.skipped++;
  }

  take(): OutputRecord[] {
    const { records } = this;
    this.records = [];
    return records;
  }
}
