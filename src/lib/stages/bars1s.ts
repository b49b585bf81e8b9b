import { BarBuilder } from '../core/bars.js';
import type { Outcome, Refusal, Tick } from '../core/model/model.js';
import { NS_PER_S } from '../core/model/time.js';
import type { Stateful } from '../core/parts.js';
import { encodeBar, encodeMark } from '../engines/reference/bar-codec.js';
import type { RecordOut } from '../engines/reference/output.js';
import { RecordProcessor, type RecordStage, type SavedStep } from '../engines/reference/record-processor.js';
import { RecordTask } from '../engines/reference/record-task.js';
import { TickDecoder } from '../engines/reference/tick-codec.js';
import { KernelBarBuilder } from '../engines/wasm/bar-builder.js';
import { KernelProcessor, type KernelStage } from '../engines/wasm/kernel-processor.js';
import { KernelTask } from '../engines/wasm/kernel-task.js';
import { duration, durationOrOff, type OptionValues, toggle } from '../runtime/options.js';
import { defineTransform, type StageContext } from '../runtime/stage.js';
import { engine } from './engine.js';

const MS_PER_S = 1000;
const NS_PER_MS = 1e6;

/** The newest tick may be this much older than its arrival for the stream to count as live. */
const MAX_LIVE_AGE_MS = 60 * MS_PER_S;

/** How long past the grace a live stream is silent before the clock moves it on. */
const DEFAULT_IDLE_NS = NS_PER_S;

/** Where 1 s bars go. */
const STREAM = 'bars.1s';

const FUTURE: Refusal = { reason: 'future_timestamp', detail: 'event_ts' };

const options = {
  grace: duration({ summary: 'How long a second stays open for ticks that come late', default: '2s' }),
  'max-future': durationOrOff({
    summary: 'Refuse ticks that are later than the clock by more than this; off for synthetic time',
    default: '60s',
  }),
  live: toggle('Also close bars by the clock while a live stream is silent, and write marks'),
  engine,
  'idle-flush': duration({ summary: 'With --live: silence after which the clock closes bars [default: 1s past the grace]' }),
};

interface Settings {
  readonly grace_ns: number;
  /** undefined for no limit. */
  readonly maxFuture_ms: number | undefined;
  readonly live: { readonly idle_ms: number } | undefined;
}

/** What makes the bars. */
type Builder = Pick<BarBuilder, 'add' | 'closeThrough' | 'closeAll' | 'closedThrough_s' | 'newestEvent_ms'> & Stateful;

/** Ticks of one partition into 1 s bars, with the clock's part in it. */
class Bars1sStep implements SavedStep<Tick> {
  private readonly builder: Builder;
  private readonly out: Pick<RecordOut, 'mark'>;
  private readonly settings: Settings;
  private marked_s = -Infinity;
  private lastArrival_ms = -Infinity;
  private newestEvent_ms = -Infinity;
  private newestArrival_ms = -Infinity;

  constructor(out: Pick<RecordOut, 'mark'>, builder: Builder, settings: Settings) {
    this.out = out;
    this.builder = builder;
    this.settings = settings;
  }

  take(tick: Tick, arrival_ms: number): Outcome {
    const { maxFuture_ms } = this.settings;
    if (maxFuture_ms !== undefined && isAfter(tick, arrival_ms + maxFuture_ms)) return FUTURE;
    return this.builder.add(tick);
  }

  afterBatch(arrival_ms: number): void {
    this.lastArrival_ms = arrival_ms;
    if (this.builder.newestEvent_ms > this.newestEvent_ms) {
      this.newestEvent_ms = this.builder.newestEvent_ms;
      this.newestArrival_ms = arrival_ms;
    }
    this.writeMark();
  }

  /** After a silence, and then once for each second of it. */
  wakeAt_ms(): number | undefined {
    const { live, grace_ns } = this.settings;
    if (live === undefined || this.newestArrival_ms - this.newestEvent_ms > MAX_LIVE_AGE_MS) return undefined;
    if (this.newestEvent_ms === -Infinity) return undefined;
    const nextClose_ms = (this.builder.closedThrough_s + 1) * MS_PER_S + grace_ns / NS_PER_MS;
    return Math.max(this.lastArrival_ms + live.idle_ms, nextClose_ms);
  }

  onTime(now_ms: number): void {
    this.builder.closeThrough(Math.floor((now_ms - this.settings.grace_ns / NS_PER_MS) / MS_PER_S));
    this.writeMark();
  }

  end(): void {
    this.builder.closeAll();
    this.writeMark();
  }

  watermark_s(): number {
    return this.builder.closedThrough_s;
  }

  restore(parts: ReadonlyMap<string, string>): void {
    this.builder.restore(parts);
    this.marked_s = this.builder.closedThrough_s;
  }

  changes(): Map<string, string | undefined> {
    return this.builder.changes();
  }

  private writeMark(): void {
    const mark_s = this.builder.closedThrough_s;
    if (this.settings.live === undefined || mark_s <= this.marked_s) return;
    this.marked_s = mark_s;
    this.out.mark(encodeMark(mark_s));
  }
}

/** Whether a tick's event time is later than a time in ms. */
function isAfter(tick: Tick, time_ms: number): boolean {
  const s = Math.floor(time_ms / MS_PER_S);
  const ns = (time_ms - s * MS_PER_S) * NS_PER_MS;
  return tick.event_s > s || (tick.event_s === s && tick.event_ns > ns);
}

export const bars1s = defineTransform({
  kind: 'transform',
  name: 'bars1s',
  summary: 'Ticks into 1 s OHLCV bars, by event time',
  description:
    'Reads ticks and writes one bar for each symbol and second that had a trade, sorted by (ts, symbol). A second is final ' +
    'when a tick has come that is later than its end by more than the grace; what arrives for it after that is late: ' +
    'counted, sent to --rejects, and never added. Volumes are summed as exact decimals. A trade id that was seen before in ' +
    'an open bar of its symbol is a duplicate.',
  examples: [
    { what: 'bars of a simulated market', command: 'qf ingest sim --duration 1m --pace max | qf bars1s' },
    { what: 'a file with ticks up to a minute out of order', command: 'qf bars1s --from file:ticks.ndjson --grace 1m' },
    {
      what: 'keep what is refused or late',
      command: 'qf ingest file trades.csv | qf bars1s --rejects late.ndjson > bars.ndjson',
    },
  ],
  consumes: ['tick'],
  produces: ['bar', 'mark'],
  options,
  guarantees: [
    'The same ticks in the same order give the same bytes, wherever the input is cut and however fast it comes (without --live).',
    'in = used + late + duplicate + rejected + ignored, always.',
    'A bar is written once and never amended.',
    'End of input closes every open bar.',
  ],
  why:
    'Event time with a watermark makes a replay of history give the bars that the live stream gave. The grace bounds both the ' +
    'delay and the memory. Late ticks are reported instead of amending bars, so that whoever reads a bar can rely on it.',
  symptoms:
    "records_late_total that grows: the grace is shorter than the feed's disorder, or a clock is wrong. Ticks that come in " +
    'while no bar goes out: the watermark stands, because the newest time is wrong or the market is closed. ' +
    'records_rejected_total: look at --rejects or dlq.bars1s.',
  alternatives: [
    { name: 'Processing-time bars', whyNot: 'A pause or a replay would give other bars.' },
    { name: 'Amending published bars', whyNot: 'Every reader would have to undo what it did with the first version.' },
  ],
  create: (options, context) =>
    options.engine === 'wasm'
      ? new KernelProcessor(kernelStageOf(options, context))
      : new RecordProcessor(stageOf(options, context)),
  onLog: {
    input: 'ticks',
    outputs: () => [STREAM],
    fixed: [],
    create: (options, context, input) => new RecordTask(stageOf(options, context), input),
    onBatches: {
      isUsed: ({ engine }) => engine === 'wasm',
      create: (options, context, input) => new KernelTask(kernelStageOf(options, context), input),
    },
  },
});

type Given = OptionValues<typeof options>;

function stageOf(given: Given, context: StageContext): RecordStage<Tick, Bars1sStep> {
  const settings = settingsOf(given);
  const step = (out: RecordOut): Bars1sStep => {
    const builder = new BarBuilder(settings.grace_ns, (bar) => {
      out.add(encodeBar(bar), STREAM, bar.symbol);
    });
    return new Bars1sStep(out, builder, settings);
  };
  return { ...commonOf(context), step };
}

function kernelStageOf(given: Given, context: StageContext): KernelStage<Tick, Bars1sStep> {
  const settings = settingsOf(given);
  const kernel = new KernelBarBuilder(settings.grace_ns, settings.maxFuture_ms);
  // Marks stand between bars, which are in the kernel.
  const out = { mark: (line: string) => kernel.mark(line.slice(0, -1)) };
  const step = (): Bars1sStep => new Bars1sStep(out, kernel, settings);
  return { ...commonOf(context), step, kernel };
}

function settingsOf(given: Given): Settings {
  const { grace: grace_ns, 'max-future': maxFuture, 'idle-flush': idle_ns = grace_ns + DEFAULT_IDLE_NS } = given;
  return {
    grace_ns,
    maxFuture_ms: maxFuture === 'off' ? undefined : maxFuture / NS_PER_MS,
    live: given.live ? { idle_ms: idle_ns / NS_PER_MS } : undefined,
  };
}

function commonOf({ isStrict }: StageContext): Omit<RecordStage<Tick>, 'step'> {
  return {
    stage: 'bars1s',
    decoder: new TickDecoder(),
    streams: [STREAM],
    isStrict,
    onCapacity: 'a shorter --grace closes bars sooner',
  };
}
