import type { Outcome, Refusal } from '../../core/model/model.js';
import { Counts } from '../../runtime/counts.js';
import type { GaugeValues } from '../../runtime/metrics.js';
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
import { type RecordStage, type SavedStep, takeRecord, watermarkOf } from './record-processor.js';
import { encodeReject } from './reject.js';

const NULL_VALUE: Refusal = { reason: 'null_value', detail: '' };

/** What a task knows of its stage, besides the step. */
type TaskStage<R> = Pick<RecordStage<R>, 'stage' | 'decoder' | 'isStrict' | 'onCapacity'>;

/** A step on one partition of a log, and what becomes of the partition's records, however they come and whatever is made of them. */
export abstract class StageTask<R> {
  readonly counts: Counts;
  protected readonly step: SavedStep<R>;
  private readonly stage: TaskStage<R>;
  private readonly input: TaskInput;
  private refused: RejectedRecord[] = [];

  constructor(stage: TaskStage<R>, step: SavedStep<R>, input: TaskInput, counts: Counts) {
    this.stage = stage;
    this.step = step;
    this.input = input;
    this.counts = counts;
  }

  watermark_s(): number | undefined {
    return watermarkOf(this.step);
  }

  gauges(): GaugeValues {
    return this.step.gauges?.() ?? {};
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

  restore(parts: ReadonlyMap<string, string>): void {
    this.step.restore(parts);
  }

  changes(): Map<string, string | undefined> {
    return this.step.changes();
  }

  protected get rejects(): number {
    return this.refused.length;
  }

  protected takeRejects(): RejectedRecord[] {
    const { refused } = this;
    this.refused = [];
    return refused;
  }

  /** Takes one record, counts it, and keeps it where it is refused or late. */
  protected handle(record: InputRecord): void {
    const { value } = record;
    const outcome = this.judge(value, record.timestamp_ms);
    if (outcome === 'held') return;
    this.counts.add(outcome);
    if (outcome === 'used' || outcome === 'duplicate' || outcome === 'ignored') return;
    const { stage, isStrict } = this.stage;
    const { key, offset, from } = record;
    const head = value ?? Buffer.alloc(0);
    const refused = { head, size: head.length, place: { ...(from ?? this.input), offset: Number(offset) } };
    if (outcome !== 'late' && isStrict && outcome.isByRule !== true) throw strictError(outcome, refused);
    const partition = from?.partition ?? this.input.partition;
    // Its bytes are others soon.
    const ownKey = key && Buffer.from(key);
    this.refused.push({
      key: ownKey,
      partition,
      value: encodeReject(stage, outcome === 'late' ? LATE : outcome, refused).slice(0, -1),
    });
  }

  private judge(value: Buffer | null, arrival_ms: number): Outcome | 'held' {
    if (value === null) return NULL_VALUE;
    if (value.length > MAX_LINE_BYTES) return TOO_LONG;
    const { decoder, onCapacity } = this.stage;
    return decoder.decode(value, 0, value.length) ?? takeRecord(this.step, decoder.record, arrival_ms, onCapacity);
  }
}

/** A stage on one partition of a log: what `RecordProcessor` is on a stream of lines. */
export class RecordTask<R> extends StageTask<R> implements TaskProcessor {
  private readonly out: KeyedRecords;

  constructor(stage: RecordStage<R, SavedStep<R>>, input: TaskInput) {
    const counts = new Counts();
    const out = new KeyedRecords(stage.streams, counts);
    super(stage, stage.step(out), input, counts);
    this.out = out;
  }

  get pending(): number {
    return this.out.pending + this.rejects;
  }

  push(records: Iterable<InputRecord>): void {
    let written_ms: number | undefined;
    for (const record of records) {
      this.handle(record);
      written_ms = record.timestamp_ms;
    }
    if (written_ms !== undefined) this.step.afterBatch?.(written_ms);
  }

  take(): TaskProduced {
    return { outputs: this.out.take(), rejects: this.takeRejects() };
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

  get pending(): number {
    return this.records.length;
  }

  take(): OutputRecord[] {
    const { records } = this;
    this.records = [];
    return records;
  }
}
