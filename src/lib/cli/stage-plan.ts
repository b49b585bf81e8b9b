import type { Logger } from 'pino';
import { systemClock } from '../runtime/clock.js';
import { valuesOf } from '../runtime/options.js';
import type { LogStage, TransformSpec } from '../runtime/stage.js';
import type { KafkaAddress } from '../transports/kafka/address.js';
import type { Compression } from '../transports/kafka/compression.js';
import type { StageJob } from '../transports/kafka/stage-work.js';
import { contextOf } from './surroundings.js';

/** A stage on Kafka as plain data, from which each thread makes it. */
export interface StagePlan {
  /** As in the table of stages. */
  readonly stage: string;
  /** Its options as they were typed. */
  readonly texts: Readonly<Record<string, string>>;
  readonly isStrict: boolean;
  readonly logLevel: string;
  readonly address: KafkaAddress;
  readonly group: string;
  readonly input: string;
  readonly outputs: ReadonlyMap<string, string>;
  readonly compression: Compression;
  readonly batchSize: number;
  readonly commitInterval_ms: number;
  readonly giveUp_ms: number;
  readonly untilEnd: { readonly closes: boolean } | undefined;
}

/** The job of a plan. */
export function jobOf(
  spec: TransformSpec,
  onLog: LogStage,
  { texts, isStrict, ...plan }: StagePlan,
  log: Logger,
): Omit<StageJob, 'stop' | 'watch'> {
  const options = valuesOf(spec.options, texts);
  const context = contextOf({ isStrict, args: [] }, log);
  return {
    ...plan,
    options: JSON.stringify(Object.fromEntries(onLog.fixed.map((name) => [name, options[name]]))),
    make: (input) => onLog.create(options, context, input),
    clock: systemClock,
    log,
  };
}
