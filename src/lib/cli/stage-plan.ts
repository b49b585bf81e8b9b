import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { systemClock } from '../runtime/clock.js';
import { topicNameOf } from '../runtime/catalogue.js';
import { loaded, type OptionSpecs, type OptionValues, valuesOf } from '../runtime/options.js';
import type { LogStage, StageContext, TransformSpec } from '../runtime/stage.js';
import { nodeFiles } from '../transports/file.js';
import type { KafkaAddress } from '../transports/kafka/address.js';
import type { Compression } from '../transports/kafka/compression.js';
import type { StageJob, TaskMaker } from '../transports/kafka/stage-work.js';
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

/** A stage with what it is made with. */
export interface PreparedStage {
  readonly onLog: LogStage;
  readonly specs: OptionSpecs;
  readonly options: OptionValues<OptionSpecs>;
  readonly context: StageContext;
}

/** Reads the configurations that a stage needs. Throws a usage error where one is wrong. */
export async function prepared(
  spec: TransformSpec,
  onLog: LogStage,
  { texts, isStrict }: Pick<StagePlan, 'texts' | 'isStrict'>,
  log: Logger,
): Promise<PreparedStage> {
  const options = await loaded(spec.options, valuesOf(spec.options, texts), (path) => nodeFiles.readText(path));
  return { onLog, specs: spec.options, options, context: contextOf({ isStrict, args: [] }, log) };
}

/** The job of a plan. */
export function jobOf(
  { onLog, specs, options, context }: PreparedStage,
  { stage, ...plan }: StagePlan,
  log: Logger,
): Omit<StageJob, 'stop' | 'watch'> {
  return {
    ...plan,
    stage: topicNameOf(stage),
    options: fixedOf(onLog, specs, options),
    maker: makerOf(onLog, options, context),
    clock: systemClock,
    log,
  };
}

function makerOf(onLog: LogStage, options: OptionValues<OptionSpecs>, context: StageContext): TaskMaker {
  const { onBatches } = onLog;
  if (onBatches?.isUsed(options) === true)
    return { takes: 'batches', make: (input) => onBatches.create(options, context, input) };
  return { takes: 'records', make: (input) => onLog.create(options, context, input) };
}

/** The options that a state is bound to; of a configuration, what tells it from another one. */
function fixedOf({ fixed }: LogStage, specs: OptionSpecs, options: OptionValues<OptionSpecs>): string {
  const values = fixed.map((name): [string, unknown] => {
    const spec = specs[name];
    const isFile = spec?.kind === 'value' && spec.load !== undefined;
    return [name, isFile ? digestOf(options[name]) : options[name]];
  });
  return JSON.stringify(Object.fromEntries(values));
}

function digestOf(content: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)}`;
}
