import type { OptionSpecs, OptionValues } from '../runtime/options.js';

/** A stage's command line, parsed. */
export interface Invocation {
  readonly args: readonly string[];
  /** What was asked for, as it was typed, but for how fast: of a source that can be read again it decides what comes. */
  readonly identity: string;
  readonly options: OptionValues<OptionSpecs>;
  readonly from: string;
  readonly to: readonly string[];
  readonly rejects: string | undefined;
  readonly isStrict: boolean;
  readonly logLevel: string;
  /** undefined: no metrics are served. */
  readonly metricsPort: number | undefined;
  readonly kafka: KafkaOptions;
}

/** How a stage runs on Kafka. */
export interface KafkaOptions {
  readonly group: string;
  readonly commitInterval_ms: number;
  readonly giveUp_ms: number;
  readonly untilEnd: { readonly closes: boolean } | undefined;
}
