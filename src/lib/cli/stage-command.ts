import { Args, Command, Errors, Flags, flush, type Interfaces, loadHelpClass } from '@oclif/core';
import { envOf, valueNameOf } from '../runtime/catalogue.js';
import { EXIT_CODES, messageOf } from '../runtime/errors.js';
import { duration, integer, type OptionSpec, type OptionSpecs, type OptionValues } from '../runtime/options.js';
import type { StageSpec } from '../runtime/stage.js';
import { KAFKA_FORM, PG_FORM, SINK_FORMS, SOURCE_FORMS } from '../transports/address.js';
import type { Compression } from '../transports/kafka/compression.js';
import { execute } from './execute.js';
import { compressionFlag, KAFKA_GROUP, kafkaFlags, withKafkaFlags } from './kafka-flags.js';
import { logLevelFlag } from './log-level.js';

type StageFlags = Record<string, unknown> & {
  readonly from?: string;
  readonly to: string[];
  readonly rejects?: string;
  readonly strict: boolean;
  readonly 'log-level': string;
  readonly 'metrics-port'?: number;
  readonly compression?: Compression;
  readonly 'batch-size'?: number;
  readonly linger?: number;
  readonly group?: string;
  readonly 'commit-interval'?: number;
  readonly 'give-up'?: number;
  readonly 'until-end'?: boolean;
  readonly 'keep-open'?: boolean;
};

const NS_PER_MS = 1e6;

/** Records that may be kept in memory before they are written. */
const MAX_BATCH_SIZE = 1_000_000;

/** The oclif command of a stage: flags, arguments and help come from its spec. */
export function stageCommand(spec: StageSpec): Command.Class {
  class StageCommand extends Command {
    static override summary = spec.summary;
    static override description = describe(spec);
    static override examples = spec.examples.map(({ what, command }) => ({ description: what, command }));
    static override flags = flagsOf(spec);
    static override strict = spec.args === undefined;
    static override args =
      spec.args === undefined
        ? {}
        : { [spec.args.name]: Args.string({ description: spec.args.summary, required: spec.args.isRequired }) };

    override async run(): Promise<number> {
      const parsed = await this.parse(StageCommand);
      const flags = parsed.flags as unknown as StageFlags;
      if (spec.kind !== 'source' && flags.from === undefined && process.stdin.isTTY) return this.showHelp();
      return execute(spec, {
        args: parsed.argv as string[],
        options: flags as unknown as OptionValues<OptionSpecs>,
        from: flags.from ?? 'stdin',
        to: flags.to,
        rejects: flags.rejects,
        isStrict: flags.strict,
        logLevel: flags['log-level'],
        metricsPort: flags['metrics-port'],
        env: withKafkaFlags(process.env, flags),
        kafka: {
          group: flags.group ?? '',
          compression: flags.compression ?? 'none',
          batchSize: flags['batch-size'] ?? 1,
          linger_ms: (flags.linger ?? 0) / NS_PER_MS,
          commitInterval_ms: (flags['commit-interval'] ?? 0) / NS_PER_MS,
          giveUp_ms: (flags['give-up'] ?? 0) / NS_PER_MS,
          untilEnd: flags['until-end'] === true ? { closes: flags['keep-open'] !== true } : undefined,
        },
      });
    }

    /** A terminal has no records to read: whoever types the bare command wants to know what it does. */
    private async showHelp(): Promise<number> {
      const HelpClass = await loadHelpClass(this.config);
      await new HelpClass(this.config, this.config.pjson.oclif.helpOptions).showHelp(spec.name.split(' '));
      await flush();
      return EXIT_CODES.usage;
    }
  }
  return StageCommand;
}

function describe({ description, guarantees }: StageSpec): string {
  return `${description}\n\n${guarantees.map((sentence) => `- ${sentence}`).join('\n')}`;
}

function flagsOf(spec: StageSpec): Interfaces.FlagInput {
  const options = Object.entries(spec.options).map(([name, option]) => [name, optionFlag(option, envOf(spec, name))]);
  return {
    ...Object.fromEntries(options),
    ...(runsOnKafka(spec) ? taskFlags(spec) : {}),
    ...(spec.kind === 'source' ? sendFlags(spec) : {}),
    ...(usesKafka(spec) ? { ...kafkaFlags, compression: compressionFlag } : {}),
    ...commonFlags(spec),
  } as Interfaces.FlagInput;
}

function optionFlag(option: OptionSpec, env: string): unknown {
  if (option.kind === 'switch') return Flags.boolean({ summary: option.summary, env });
  const { summary, parse, default: fallback } = option;
  return Flags.custom<unknown>({
    summary,
    env,
    helpValue: valueNameOf(option),
    parse: (text) => Promise.resolve(parsed(parse, text)),
    ...(fallback === undefined ? {} : { default: parse(fallback), defaultHelp: () => Promise.resolve(fallback) }),
  })();
}

function parsed(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Errors.CLIError(messageOf(error), { exit: EXIT_CODES.usage });
  }
}

function runsOnKafka(spec: StageSpec): boolean {
  return spec.kind !== 'source' && spec.onLog !== undefined;
}

/** Whether Kafka can be an end of the stage. */
function usesKafka(spec: StageSpec): boolean {
  return spec.kind === 'source' || runsOnKafka(spec);
}

/** How a stage runs on Kafka. They mean nothing in a pipe. */
function taskFlags(spec: StageSpec): Record<string, unknown> {
  const helpGroup = KAFKA_GROUP;
  const time = (name: string, summary: string, fallback: string): unknown =>
    kafkaOption(spec, name, duration({ summary, default: fallback }));
  return {
    group: Flags.string({
      helpGroup,
      helpValue: 'NAME',
      summary: 'Processes of one group share the partitions out, and a group has one state',
      env: 'QF_GROUP',
      default: 'qf',
      parse: (name) => Promise.resolve(parsed(groupNamed, name) as string),
    }),
    'batch-size': batchSizeFlag(spec, 'Most records that wait for a transaction', '20000'),
    'commit-interval': time('commit-interval', 'Longest time between two transactions', '100ms'),
    'give-up': time('give-up', 'How long the brokers may be away before the stage ends with 69', '5m'),
    'until-end': Flags.boolean({ helpGroup, summary: 'Read what is there at the start, close what is open, and end' }),
    'keep-open': Flags.boolean({
      helpGroup,
      summary: 'With --until-end: close nothing, so that the next run goes on',
      dependsOn: ['until-end'],
    }),
  };
}

/** How a source writes to Kafka. */
function sendFlags(spec: StageSpec): Record<string, unknown> {
  const summary = 'How long records may wait to be sent to Kafka with others';
  return {
    'batch-size': batchSizeFlag(spec, 'Most records that are sent to Kafka at once', '5000'),
    linger: kafkaOption(spec, 'linger', duration({ summary, default: '0ms' })),
  };
}

function batchSizeFlag(spec: StageSpec, summary: string, fallback: string): unknown {
  return kafkaOption(spec, 'batch-size', integer({ summary, default: fallback, min: 1, max: MAX_BATCH_SIZE }));
}

function kafkaOption(spec: StageSpec, name: string, option: OptionSpec): unknown {
  return { ...(optionFlag(option, envOf(spec, name)) as object), helpGroup: KAFKA_GROUP };
}

function groupNamed(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw new Error(`"${name}" is no name of letters, digits, - and _`);
  return name;
}

function commonFlags(spec: StageSpec): Record<string, unknown> {
  const helpGroup = 'COMMON';
  const kafkaForm = usesKafka(spec) ? `|${KAFKA_FORM}` : '';
  const from = Flags.string({
    helpGroup,
    helpValue: SOURCE_FORMS + kafkaForm,
    summary: 'Where records come from [default: stdin]',
  });
  return {
    ...(spec.kind === 'source' ? {} : { from }),
    to: Flags.string({
      helpGroup,
      helpValue: SINK_FORMS + kafkaForm + (spec.produces.includes('bar') ? `|${PG_FORM}` : ''),
      summary: 'Where records go; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      default: ['stdout'],
    }),
    rejects: Flags.string({
      helpGroup,
      helpValue: 'PATH',
      summary: 'Write refused and late records to this file, with the reason',
    }),
    strict: Flags.boolean({ helpGroup, summary: 'Stop with exit code 65 at the first refused record' }),
    'metrics-port': Flags.integer({
      helpGroup,
      helpValue: 'PORT',
      summary: 'Serve Prometheus metrics on 127.0.0.1 at this port, /metrics; 0 is any free one [default: none]',
      env: envOf(spec, 'metrics-port'),
      min: 0,
      max: 65_535,
    }),
    'log-level': logLevelFlag(helpGroup),
  };
}
