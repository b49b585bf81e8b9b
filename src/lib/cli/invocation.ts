import type { Compression } from '../transports/kafka/compression.js';
import type { MetricsSettings } from './metrics-flags.js';
import type { OptionSpecs, OptionValues } from '../runtime/options.js';

/** A stage's command line, parsed. */
export interface Invocation {
  readonly args: readonly string[];
  readonly options: OptionValues<OptionSpecs>;
  /** The options that were given, by flag or variable, as they were typed. */
  readonly texts: Readonly<Record<string, string>>;
  readonly from: string;
  readonly to: readonly string[];
  readonly rejects: string | undefined;
  readonly isStrict: boolean;
  readonly logLevel: string;
  /** undefined: none are served. */
  readonly metrics: MetricsSettings | undefined;
  /** The environment of the process, with what the flags say of Kafka in it. */
  readonly env: NodeJS.ProcessEnv;
  readonly kafka: KafkaOptions;
}

/** How a stage runs on Kafka, and writes to it. */
export interface KafkaOptions {
  readonly compression: Compression;
  readonly batchSize: number;
  readonly linger_ms: number;
  readonly group: string;
  /** Threads that the partitions are shared out to. */
  readonly workers: number;
  readonly commitInterval_ms: number;
  readonly giveUp_ms: number;
  readonly untilEnd: { readonly closes: boolean } | undefined;
}
