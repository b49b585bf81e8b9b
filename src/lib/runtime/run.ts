import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from './clock.js';
import type { Counts } from './counts.js';
import { ClosedPipeError } from './errors.js';
import { countMetrics, type Figure, gaugeMetrics, type GaugeSpec, queueMetrics, watermarkMetric } from './metrics.js';
import type { Processor } from './processor.js';
import { BoundedQueue } from './queue.js';
import { type Account, type Metrics, QUIT, type Sink, type Source } from './transport.js';
import { Writer } from './writer.js';

/** Batches that wait between source and processor. */
const INPUT_QUEUE_BATCHES = 4;

/** Longest time without a turn of the event loop, where signals and timers are seen. */
const MAX_TURN_MS = 2;

/** Why a wait is over: without a reason each one would make an error, with its stack. */
const CAME = 'came';

/** Everything that a stage needs to run. */
export interface Job<B> {
  readonly source: Source<B>;
  readonly processor: Processor<B>;
  readonly sinks: readonly Sink[];
  readonly rejects: Sink | undefined;
  readonly clock: Clock;
  /** Aborted with the reason (`SIGINT`, `SIGTERM`) when the stage shall read no more and finish what it has. */
  readonly stop: AbortSignal;
  /** Those that the processor has values for. */
  readonly gauges?: readonly GaugeSpec[] | undefined;
  /** Called at the start with what can be watched. */
  readonly watch?: (figures: readonly Figure[]) => Promise<void>;
}

/** How a run ended. */
export interface RunReport {
  readonly counts: Counts;
  readonly elapsed_ms: number;
  /** `end` of input, the reason of a stop, `closed_pipe` where the reader has gone, or `error`. */
  readonly ended: string;
  readonly error: unknown;
  /** Records and bytes that the sinks have taken, and those that were finished but not taken. */
  readonly written: { readonly records: number; readonly bytes: number };
  readonly unwritten: { readonly records: number; readonly bytes: number };
  readonly queues: Readonly<Record<'input' | 'output', { readonly peak: number; readonly capacity: number }>>;
  readonly account: Account | undefined;
}

interface Arrived<B> {
  readonly batch: B;
  readonly arrival_ms: number;
}

/**
 * Runs a stage: one task reads, this loop processes, one task writes, with a bounded queue between each two. A slow reader of
 * the output fills the output queue, which stops the loop, which fills the input queue, which stops the source.
 *
 * Never throws for what happens on the way; the report says it.
 */
export async function runStage<B>(job: Job<B>): Promise<RunReport> {
  const { processor, clock } = job;
  if (job.rejects === undefined) processor.forgetRejects?.();
  const started_ms = clock.now_ms();
  const quit = new AbortController();
  const stopReading = AbortSignal.any([job.stop, quit.signal]);
  const input = new BoundedQueue<Arrived<B>>(INPUT_QUEUE_BATCHES);
  const writer = new Writer(job.sinks, job.rejects, clock);
  writer.onFailure = () => {
    input.end();
  };
  await job.watch?.(figuresOf(job, { input, output: writer.queue }, writer));
  const reading = read(job.source, input, clock, stopReading);
  let error: unknown;
  try {
    await processAll(input, job, writer);
  } catch (thrown) {
    error = thrown;
  }
  quit.abort(QUIT);
  input.end();
  await reading;
  try {
    await writer.finish();
  } catch (thrown) {
    error = thrown;
  }
  return {
    counts: processor.counts,
    elapsed_ms: clock.now_ms() - started_ms,
    ended: endingOf(error, job.stop),
    error: error instanceof ClosedPipeError ? undefined : error,
    written: writer.written,
    unwritten: writer.unwritten,
    queues: {
      input: { peak: input.peak, capacity: input.capacity },
      output: { peak: writer.queue.peak, capacity: writer.queue.capacity },
    },
    account: job.source.account?.(),
  };
}

function figuresOf<B>({ source, processor, gauges = [] }: Job<B>, own: Metrics['queues'], writer: Writer): Figure[] {
  const { queues = {}, others = [] } = source.metrics?.() ?? {};
  return [
    ...countMetrics(() => processor.counts),
    watermarkMetric(() => [processor.watermark_s?.()]),
    ...gaugeMetrics(gauges, () => processor.gauges?.()),
    ...queueMetrics({ ...queues, ...own }),
    writer.batchRecords,
    writer.flushSeconds,
    ...others,
  ];
}

function endingOf(error: unknown, stop: AbortSignal): string {
  if (error instanceof ClosedPipeError) return 'closed_pipe';
  if (error !== undefined) return 'error';
  return stop.aborted ? String(stop.reason) : 'end';
}

async function read<B>(source: Source<B>, queue: BoundedQueue<Arrived<B>>, clock: Clock, stop: AbortSignal): Promise<void> {
  try {
    for await (const batch of source.batches(stop)) {
      if (!(await queue.put({ batch, arrival_ms: clock.now_ms() }))) return;
    }
    queue.end();
  } catch (error) {
    queue.fail(error);
  }
}

/** Every batch through the processor, and what it produced on to the writer, also where it fails half-way. */
async function processAll<B>(input: BoundedQueue<Arrived<B>>, job: Job<B>, writer: Writer): Promise<void> {
  const { processor, clock } = job;
  let turn_ms = clock.now_ms();
  try {
    for (;;) {
      const next = await takeOrWake(input, processor, clock);
      if (next === undefined) break;
      if (next === 'time') processor.onTime?.(clock.now_ms());
      else processor.push(next.batch, next.arrival_ms);
      await writer.put(processor.take());
      if (clock.now_ms() - turn_ms >= MAX_TURN_MS) {
        await nextTurn();
        turn_ms = clock.now_ms();
      }
    }
    if (job.stop.aborted || writer.hasFailed) processor.cut?.();
    processor.end();
  } finally {
    await writer.put(processor.take());
  }
}

/** The next batch; or `time` where the processor wanted to be woken and nothing came before. */
async function takeOrWake<B>(
  input: BoundedQueue<Arrived<B>>,
  processor: Processor<B>,
  clock: Clock,
): Promise<Arrived<B> | 'time' | undefined> {
  const wake_ms = processor.wakeAt_ms?.();
  if (wake_ms !== undefined && input.isWaiting()) {
    const came = new AbortController();
    await Promise.race([input.ready(), clock.waitUntil(wake_ms, came.signal)]);
    came.abort(CAME);
    if (input.isWaiting()) return 'time';
  }
  return input.take();
}
