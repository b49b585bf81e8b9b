import { Aggregator } from '../core/agg.js';
import type { Bar, Mark, Outcome, Refusal } from '../core/model/model.js';
import { timeframeName } from '../core/model/time.js';
import { BarDecoder, encodeBar, encodeMark } from '../engines/reference/bar-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import { RecordProcessor, type RecordStage, type SavedStep } from '../engines/reference/record-processor.js';
import { RecordTask } from '../engines/reference/record-task.js';
import { KernelAggregator } from '../engines/wasm/bar-aggregator.js';
import { KernelProcessor, type KernelStage } from '../engines/wasm/kernel-processor.js';
import { KernelTask } from '../engines/wasm/kernel-task.js';
import type { Stateful } from '../core/parts.js';
import { QfError } from '../runtime/errors.js';
import { type OptionValues, timeframe, timeframes } from '../runtime/options.js';
import { defineTransform, type StageContext } from '../runtime/stage.js';
import { engine } from './engine.js';

/** Name of the part of the state that holds the input timeframe. */
const FROM = 'from';

const MIXED: Refusal = { reason: 'mixed_tf', detail: 'tf' };

const options = {
  tf: timeframes({ summary: 'Timeframes to build, each a larger multiple of the input timeframe', default: '1m' }),
  'from-tf': timeframe({ summary: 'Timeframe to read [default: that of the first bar]; others are rejected as mixed_tf' }),
  engine,
};

/** What builds the bars. */
interface Windows extends Stateful, Pick<Aggregator, 'add' | 'closeThrough' | 'closeAll' | 'closedThrough_s'> {
  /** Is told the timeframe of the bars that will come. */
  readFrom?(tf_s: number): void;
}

/** Bars of one timeframe into coarser ones, and the marks between them. */
class AggStep implements SavedStep<Bar | Mark> {
  private readonly windows: Windows;
  private readonly out: Pick<RecordOut, 'mark'>;
  private readonly targets_s: readonly number[];
  private from_s: number | undefined;
  /** What was last saved of it. */
  private savedFrom_s: number | undefined;

  constructor(out: Pick<RecordOut, 'mark'>, windows: Windows, targets_s: readonly number[], from_s: number | undefined) {
    this.out = out;
    this.windows = windows;
    this.targets_s = targets_s;
    if (from_s !== undefined) this.readFrom(from_s);
  }

  take(record: Bar | Mark): Outcome {
    if ('mark_s' in record) return this.takeMark(record);
    if (this.from_s === undefined) this.readFrom(record.tf_s);
    return record.tf_s === this.from_s ? this.windows.add(record) : MIXED;
  }

  end(): void {
    this.windows.closeAll();
  }

  watermark_s(): number {
    return this.windows.closedThrough_s;
  }

  restore(parts: ReadonlyMap<string, string>): void {
    const own = new Map(parts);
    const from = own.get(FROM);
    own.delete(FROM);
    if (from !== undefined) this.readFrom(Number(from));
    this.savedFrom_s = this.from_s;
    this.windows.restore(own);
  }

  changes(): Map<string, string | undefined> {
    const parts = this.windows.changes();
    if (this.from_s !== this.savedFrom_s) parts.set(FROM, String(this.from_s));
    this.savedFrom_s = this.from_s;
    return parts;
  }

  private takeMark({ mark_s }: Mark): Outcome {
    if (this.windows.closeThrough(mark_s)) this.out.mark(encodeMark(mark_s));
    return 'ignored';
  }

  private readFrom(from_s: number): void {
    const wrong_s = this.targets_s.find((tf_s) => tf_s <= from_s || tf_s % from_s !== 0);
    if (wrong_s !== undefined) {
      const [to, from] = [timeframeName(wrong_s), timeframeName(from_s)];
      throw new QfError('usage', `--tf ${to} cannot be built from ${from} bars: it must be a larger multiple of ${from}`);
    }
    this.from_s = from_s;
    this.windows.readFrom?.(from_s);
  }
}

export const agg = defineTransform({
  kind: 'transform',
  name: 'agg',
  summary: 'Bars into bars of coarser timeframes',
  description:
    'Reads bars of one timeframe and writes bars of every timeframe of --tf, aligned to the UTC epoch, in order of (close ' +
    'time, timeframe, symbol). A window closes when a bar or a mark has come that stands at or behind its end. Per symbol ' +
    'the input must rise in time: a repeated ts is a duplicate, an older one is rejected as out_of_order, or late where its ' +
    'window is closed.',
  examples: [
    { what: 'three timeframes from ticks', command: 'qf ingest file trades.csv | qf bars1s | qf agg --tf 3m,5m,15m' },
    { what: 'hours from stored minutes', command: 'qf agg --from file:bars.1m.ndjson --tf 1h' },
  ],
  consumes: ['bar', 'mark'],
  produces: ['bar', 'mark'],
  options,
  guarantees: [
    '1s to 1m to 15m gives the same bytes as 1s to 15m.',
    'The same bars in the same order give the same bytes, wherever the input is cut.',
    'in = used + late + duplicate + rejected + ignored, always; marks are ignored, counted, and written again.',
    'End of input closes every open window.',
  ],
  why:
    'One stage builds every coarser timeframe in one pass, from any finer one, so that a stack needs one 1 s stream and no ' +
    'timeframe can disagree with another. It looks only at bars and marks, never at the clock.',
  symptoms:
    'records_in_total that grows while records_out_total stands for longer than the coarsest timeframe: the finer bars have ' +
    'stopped, or come without marks. records_late_total: a finer stage has begun anew behind this one.',
  alternatives: [
    { name: 'Building every timeframe from ticks', whyNot: 'Each would need its own grace and its own memory of ticks.' },
    { name: 'SQL over stored bars', whyNot: 'It answers later, and only where a database runs.' },
  ],
  create: (options, context) =>
    options.engine === 'wasm'
      ? new KernelProcessor(kernelStageOf(options, context))
      : new RecordProcessor(stageOf(options, context)),
  onLog: {
    input: 'bars.1s',
    outputs: ({ tf }) => tf.map(streamOf),
    fixed: ['tf', 'from-tf'],
    create: (options, context, input) => new RecordTask(stageOf(options, context), input),
    onBatches: {
      isUsed: ({ engine }) => engine === 'wasm',
      create: (options, context, input) => new KernelTask(kernelStageOf(options, context), input),
    },
  },
});

type Given = OptionValues<typeof options>;

function stageOf({ tf, 'from-tf': from_s }: Given, context: StageContext): RecordStage<Bar | Mark, AggStep> {
  const step = (out: RecordOut): AggStep => {
    const windows = new Aggregator(tf, (bar) => {
      out.add(encodeBar(bar), streamOf(bar.tf_s), bar.symbol);
    });
    return new AggStep(out, windows, tf, from_s);
  };
  return { ...commonOf(tf, context), step };
}

function kernelStageOf({ tf, 'from-tf': from_s }: Given, context: StageContext): KernelStage<Bar | Mark, AggStep> {
  const kernel = new KernelAggregator(tf);
  // Marks stand between bars, which are in the kernel.
  const out = { mark: (line: string) => kernel.mark(line.slice(0, -1)) };
  const step = (): AggStep => new AggStep(out, kernel, tf, from_s);
  return { ...commonOf(tf, context), step, kernel };
}

function commonOf(tf: readonly number[], { isStrict }: StageContext): Omit<RecordStage<Bar | Mark>, 'step'> {
  return {
    stage: 'agg',
    decoder: new BarDecoder(),
    streams: tf.map(streamOf),
    isStrict,
    onCapacity: 'split the input by symbol',
  };
}

/** Where bars of a timeframe go. */
function streamOf(tf_s: number): string {
  return `bars.${timeframeName(tf_s)}`;
}
