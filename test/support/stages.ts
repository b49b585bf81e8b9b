import type { RejectRecord } from '../../src/lib/core/model/records.js';
import type { Counts } from '../../src/lib/runtime/counts.js';
import type { OptionSpecs, OptionValues } from '../../src/lib/runtime/options.js';
import type { Output, Processor } from '../../src/lib/runtime/processor.js';
import type { SourceStage, TransformSpec } from '../../src/lib/runtime/stage.js';
import type { BatchProcessor, TaskProcessor } from '../../src/lib/runtime/task-processor.js';
import { agg } from '../../src/lib/stages/agg.js';
import { bars1s } from '../../src/lib/stages/bars1s.js';
import { contextWith } from './context.js';

/** Everything that a stage has done with an input. */
export interface Result {
  readonly output: string;
  readonly rejects: string;
  readonly counts: Counts;
}

type Changes = Readonly<Record<string, unknown>>;

/** A stage at work, made through its spec; the options are values as their parsers give them. */
export function createProcessor(spec: TransformSpec, options: Changes, isStrict: boolean): Processor<Buffer> {
  return spec.create(options as unknown as OptionValues<OptionSpecs>, contextWith({ isStrict }));
}

/** A stage that two engines can do, as the tests of it need it: options are values as their parsers give them. */
export interface TwoEngines {
  pipe(options?: Changes, isStrict?: boolean): Processor<Buffer>;
  /** On partition 3 of its input, by the reference. */
  task(options?: Changes, isStrict?: boolean): TaskProcessor;
  /** The same by the engine that takes record batches. */
  batches(options?: Changes, isStrict?: boolean): BatchProcessor;
}

const BARS1S = { grace: 2e9, 'max-future': 'off', live: false, engine: 'reference', 'idle-flush': undefined };

/** bars1s with a grace of 2 s and synthetic time. */
export function makeBars1s(options: Changes = {}, isStrict = false): Processor<Buffer> {
  return createProcessor(bars1s, { ...BARS1S, ...options }, isStrict);
}

/** The same on partition 3 of the topic `ticks`. */
export function makeBars1sTask(options: Changes = {}, isStrict = false): TaskProcessor {
  return createTask(bars1s, 'ticks', { ...BARS1S, ...options }, isStrict);
}

/** agg to minutes. */
const AGG = { tf: [60], 'from-tf': undefined, engine: 'reference' };

export const bars1sEngines = twoEngines(bars1s, 'ticks', BARS1S);
export const aggEngines = twoEngines(agg, 'bars.1s', AGG);

function twoEngines(spec: TransformSpec, topic: string, defaults: Changes): TwoEngines {
  return {
    pipe: (options, isStrict = false) => createProcessor(spec, { ...defaults, ...options }, isStrict),
    task: (options, isStrict = false) => createTask(spec, topic, { ...defaults, ...options }, isStrict),
    batches: (options, isStrict = false) => {
      const values = { ...defaults, ...options, engine: 'wasm' } as unknown as OptionValues<OptionSpecs>;
      const { onBatches } = spec.onLog ?? {};
      if (onBatches?.isUsed(values) !== true) throw new Error(`${spec.name} has no such engine`);
      return onBatches.create(values, contextWith({ isStrict }), { topic, partition: 3 });
    },
  };
}

/** agg to these timeframes, in s, on partition 3 of the topic `bars.1s`. */
export function makeAggTask(tf: readonly number[], options: Changes = {}): TaskProcessor {
  return createTask(agg, 'bars.1s', { ...AGG, tf, ...options }, false);
}

/** The same on partition 3 of a topic. */
export function createTask(spec: TransformSpec, topic: string, options: Changes, isStrict: boolean): TaskProcessor {
  const values = options as unknown as OptionValues<OptionSpecs>;
  const task = spec.onLog?.create(values, contextWith({ isStrict }), { topic, partition: 3 });
  if (task === undefined) throw new Error(`${spec.name} has no tasks`);
  return task;
}

/** agg to these timeframes, in s. */
export function makeAgg(tf: readonly number[], options: Changes = {}, isStrict = false): Processor<Buffer> {
  return createProcessor(agg, { ...AGG, tf, ...options }, isStrict);
}

/** A whole input through a stage. */
export function run(processor: Processor<Buffer>, chunks: readonly (Buffer | string)[], arrival_ms = 0): Result {
  const made = new Made(processor);
  for (const chunk of chunks) {
    processor.push(Buffer.from(chunk), arrival_ms);
    made.take();
  }
  return made.end();
}

/** An input that is left behind these chunks, by a signal or because nobody reads the output any more. */
export function runStopped(processor: Processor<Buffer>, chunks: readonly string[]): Result {
  const made = new Made(processor);
  for (const chunk of chunks) processor.push(Buffer.from(chunk), 0);
  processor.cut?.();
  return made.end();
}

/** What a stage writes at each line, and at the end. */
export function outputsByLine(processor: Processor<Buffer>, lines: readonly string[]): string[] {
  const outputs = lines.map((line) => {
    processor.push(Buffer.from(`${line}\n`), 0);
    return textOf([processor.take().output]);
  });
  processor.end();
  return [...outputs, textOf([processor.take().output])];
}

/** An input through a stage that brings its source: all of it, or what comes before a stop. */
export async function runSource<B>({ source, processor }: SourceStage<B>, stop = new AbortController().signal): Promise<Result> {
  const made = new Made(processor);
  for await (const batch of source.batches(stop)) {
    processor.push(batch, 0);
    made.take();
  }
  return made.end();
}

/** Collects what a processor makes. */
class Made<B> {
  private readonly processor: Processor<B>;
  private readonly output: Output[] = [];
  private readonly rejects: Output[] = [];

  constructor(processor: Processor<B>) {
    this.processor = processor;
  }

  take(): void {
    const { output, rejects } = this.processor.take();
    this.output.push({ ...output, bytes: Buffer.from(output.bytes) });
    this.rejects.push(rejects);
    output.release?.();
  }

  end(): Result {
    this.processor.end();
    this.take();
    return { output: textOf(this.output), rejects: textOf(this.rejects), counts: this.processor.counts };
  }
}

/** The lines of an output. */
export function linesIn(output: string): string[] {
  return output === '' ? [] : output.trimEnd().split('\n');
}

/** Reason and field of each reject record. */
export function reasonsOf({ rejects }: Result): string[] {
  return linesIn(rejects).map((line) => {
    const { reason, detail } = JSON.parse(line) as RejectRecord;
    return detail === '' ? reason : `${reason} ${detail}`;
  });
}

/** The counts as a plain object, for comparing. */
export function countsOf({ counts }: Pick<Result, 'counts'>): Record<string, unknown> {
  const { in: all, used, late, duplicate, rejected, ignored, out, rejectedBy } = counts;
  return { in: all, used, late, duplicate, rejected, ignored, out, rejectedBy: Object.fromEntries(rejectedBy) };
}

function textOf(outputs: readonly Output[]): string {
  return Buffer.concat(outputs.map(({ bytes }) => bytes)).toString('utf8');
}
