import { Flags } from '@oclif/core';
import { duration, integer, type OptionSpec } from '../runtime/options.js';
import type { Compression } from '../transports/kafka/compression.js';
import type { KafkaOptions } from './invocation.js';
import { KAFKA_GROUP } from './kafka-flags.js';
import { optionFlag, parsed } from './option-flag.js';

const NS_PER_MS = 1e6;
const helpGroup = KAFKA_GROUP;

/** Records that may be kept in memory before they are written. */
const MAX_BATCH_SIZE = 1_000_000;

const MAX_WORKERS = 64;

/** The flags of work on Kafka, parsed. */
export interface TaskFlags {
  readonly group: string;
  readonly workers: number;
  readonly compression: Compression;
  readonly 'batch-size': number;
  /** ns. */
  readonly linger: number;
  /** ns. */
  readonly 'commit-interval': number;
  /** ns. */
  readonly 'give-up': number;
  readonly 'until-end': boolean;
  readonly 'keep-open': boolean;
}

/** What the flags say; of a command that has none, what means nothing. */
export function taskOptions(flags: Partial<TaskFlags>): KafkaOptions {
  return {
    group: flags.group ?? '',
    workers: flags.workers ?? 1,
    compression: flags.compression ?? 'none',
    batchSize: flags['batch-size'] ?? 1,
    linger_ms: (flags.linger ?? 0) / NS_PER_MS,
    commitInterval_ms: (flags['commit-interval'] ?? 0) / NS_PER_MS,
    giveUp_ms: (flags['give-up'] ?? 0) / NS_PER_MS,
    untilEnd: flags['until-end'] === true ? { closes: flags['keep-open'] !== true } : undefined,
  };
}

type TaskFlag = 'group' | 'workers' | 'commit-interval' | 'give-up';

/** Flags of what works on Kafka and goes on where it was. `envOf`: the variable that stands for a flag. */
export function taskFlags(names: readonly TaskFlag[], envOf: (flag: string) => string): Record<string, unknown> {
  const time = (name: string, summary: string, fallback: string): unknown =>
    kafkaOption(name, duration({ summary, default: fallback }), envOf);
  const all: Record<TaskFlag, unknown> = {
    group: Flags.string({
      helpGroup,
      helpValue: 'NAME',
      summary: 'Processes of one group share the work out, and a group has one state',
      env: 'QF_GROUP',
      default: 'qf',
      parse: (name) => Promise.resolve(parsed(groupNamed, name) as string),
    }),
    workers: Flags.integer({
      helpGroup,
      helpValue: 'N',
      summary: 'Threads that share the partitions of this process',
      env: envOf('workers'),
      min: 1,
      max: MAX_WORKERS,
      default: 1,
    }),
    'commit-interval': time(
      'commit-interval',
      'Time between two transactions; results behind a pause are committed at once',
      '100ms',
    ),
    'give-up': time('give-up', 'How long the services may be away before it ends with 69', '5m'),
  };
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}

/** How a source writes to Kafka. */
export function sendFlags(envOf: (flag: string) => string): Record<string, unknown> {
  const summary = 'How long records may wait to be sent to Kafka with others';
  return {
    'batch-size': batchSizeFlag('Most records that are sent to Kafka at once', '50000', envOf),
    linger: kafkaOption('linger', duration({ summary, default: '0ms' }), envOf),
  };
}

/** Records that are written together. */
export function batchSizeFlag(summary: string, fallback: string, envOf: (flag: string) => string): unknown {
  return kafkaOption('batch-size', integer({ summary, default: fallback, min: 1, max: MAX_BATCH_SIZE }), envOf);
}

function kafkaOption(name: string, option: OptionSpec, envOf: (flag: string) => string): unknown {
  return { ...(optionFlag(option, envOf(name)) as object), helpGroup };
}

/** How a stage ends on Kafka. */
export const endFlags = {
  'until-end': Flags.boolean({ helpGroup, summary: 'Read what is there at the start, close what is open, and end' }),
  'keep-open': Flags.boolean({
    helpGroup,
    summary: 'With --until-end: close nothing, so that the next run goes on',
    dependsOn: ['until-end'],
  }),
};

function groupNamed(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw new Error(`"${name}" is no name of letters, digits, - and _`);
  return name;
}
