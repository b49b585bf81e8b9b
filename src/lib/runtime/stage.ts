import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { GaugeSpec } from './metrics.js';
import type { OptionSpecs, OptionValues } from './options.js';
import type { Processor } from './processor.js';
import type { BatchProcessor, TaskInput, TaskProcessor } from './task-processor.js';
import type { Sink, Source } from './transport.js';
import type { WebSockets } from './websocket.js';

export type RecordKind = 'tick' | 'bar' | 'mark' | 'signal' | 'order' | 'control' | 'fill' | 'any' | 'text' | 'page';

/** The files that a stage reads by path. */
export interface FileAccess {
  /** The whole file as text; for configuration. */
  readText(path: string): Promise<string>;
  /** Throws a usage error where the path cannot be read. */
  check(path: string): Promise<void>;
  /** The file's bytes in order, decompressed where it is gzip; `-` is standard input. */
  open(path: string, stop: AbortSignal): AsyncIterable<Buffer>;
  /** A file to write from its beginning. Throws a usage error where it cannot be opened. */
  create(path: string): Promise<Sink>;
}

/** What a stage may use besides its input. */
export interface StageContext {
  readonly clock: Clock;
  /** Numbers from 0 to below 1, where nothing that is written depends on them. */
  readonly random: () => number;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: FileAccess;
  /** Loaded only where they are used: they would be a third of the start of every stage. */
  readonly websockets: () => Promise<WebSockets>;
  /** Stop at the first refused record. */
  readonly isStrict: boolean;
  /** Paths and words behind the flags, for stages that take them. */
  readonly args: readonly string[];
  /** The terminal that the output goes to, where it goes to one. */
  readonly terminal: { readonly rows: number } | undefined;
}

/** Everything that is known of a stage before it runs. Flags, help, docs and the catalogue are made from it. */
export interface StageInfo<O extends OptionSpecs = OptionSpecs> {
  /** As typed: `bars1s`, `ingest sim`. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly { readonly what: string; readonly command: string }[];
  readonly consumes: readonly RecordKind[];
  readonly produces: readonly RecordKind[];
  /** Words behind the command, where it takes any. */
  readonly args?: { readonly name: string; readonly summary: string; readonly isRequired: boolean };
  readonly options: O;
  /** What it exports besides the metrics of all stages; on Kafka only of a stage whose inputs are one task. */
  readonly gauges?: readonly GaugeSpec[];
  /** What holds of delivery, order and lateness, a sentence each. */
  readonly guarantees: readonly string[];
  readonly why: string;
  /** How it shows that something is wrong, and what that is: by its metrics, without their prefix, its refusals, its exit code. */
  readonly symptoms: string;
  readonly alternatives: readonly { readonly name: string; readonly whyNot: string }[];
}

/** A stage that reads records: the transport brings chunks of NDJSON. */
export interface TransformSpec<O extends OptionSpecs = OptionSpecs> extends StageInfo<O> {
  readonly kind: 'transform' | 'view';
  create(options: OptionValues<O>, context: StageContext): Processor<Buffer>;
  /** Where the options ask for more than what comes through the pipe: both as one source. Undefined where they do not. */
  join?(options: OptionValues<O>, context: StageContext, input: Source<Buffer>): SourceStage<unknown> | undefined;
  /** The same on the partitions of a log; without it the stage runs in pipes only. */
  readonly onLog?: LogStage<O>;
}

/** How a stage runs on the partitions of a log. Topics are the contract's names. */
export interface LogStage<O extends OptionSpecs = OptionSpecs> {
  /** Its topic; of joined ones the name that they have together. */
  readonly input: string;
  /** Where all partitions of all inputs are one task, outside any group. Without it each partition is one, shared out by a group. */
  readonly joined?: JoinedInput<O>;
  outputs(options: OptionValues<O>): readonly string[];
  /** Options that cannot change while a state is kept. */
  readonly fixed: readonly (keyof O & string)[];
  create(options: OptionValues<O>, context: StageContext, input: TaskInput): TaskProcessor;
  /** The same by another engine, which takes and gives record batches as they stand on the log; used where the options ask for it. */
  readonly onBatches?: {
    isUsed(options: OptionValues<O>): boolean;
    create(options: OptionValues<O>, context: StageContext, input: TaskInput): BatchProcessor;
  };
}

/** Inputs that are one task together. */
export interface JoinedInput<O extends OptionSpecs = OptionSpecs> {
  topics(options: OptionValues<O>): readonly string[];
  /**
   * Where there are several partitions: when what a record tells was known, s since the epoch, by which they are merged. Undefined for
   * a record that is none.
   */
  readonly timeOf?: (value: Buffer) => RecordTime | undefined;
  /** How many partitions each output needs where that is not one. */
  readonly partitions?: ReadonlyMap<string, number>;
}

/** A bar's end; or, of a mark, that everything up to a time stands before it. */
export interface RecordTime {
  readonly at_s: number;
  readonly isMark: boolean;
}

/** A source and the processor that understands its batches. */
export interface SourceStage<B> {
  readonly source: Source<B>;
  readonly processor: Processor<B>;
}

/** A stage that brings records in from elsewhere. */
export interface SourceSpec<O extends OptionSpecs = OptionSpecs> extends StageInfo<O> {
  readonly kind: 'source';
  /** Whether each run with these options gives the same records, so that one goes on where another has ended. Without it: none does. */
  isRepeatable?(options: OptionValues<O>): boolean;
  create(options: OptionValues<O>, context: StageContext): Promise<SourceStage<unknown>>;
}

export type StageSpec = TransformSpec | SourceSpec;

/** Checks the parts of a transform's spec against each other. */
export function defineTransform<const O extends OptionSpecs>(spec: TransformSpec<O>): TransformSpec<O> {
  return spec;
}

/** Checks the parts of a source's spec against each other. */
export function defineSource<const O extends OptionSpecs>(spec: SourceSpec<O>): SourceSpec {
  return spec;
}
