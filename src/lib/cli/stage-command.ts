import { Args, Command, Flags, flush, type Interfaces, loadHelpClass } from '@oclif/core';
import { envOf } from '../runtime/catalogue.js';
import { EXIT_CODES } from '../runtime/errors.js';
import type { OptionSpecs, OptionValues } from '../runtime/options.js';
import type { RecordKind, StageSpec } from '../runtime/stage.js';
import { KAFKA_FORM, PG_FORM, SINK_FORMS, SOURCE_FORMS } from '../transports/address.js';
import { execute } from './execute.js';
import { compressionFlag, kafkaFlags, withKafkaFlags } from './kafka-flags.js';
import { logLevelFlag } from './log-level.js';
import { metricsFlags, metricsSettings } from './metrics-flags.js';
import { optionFlag } from './option-flag.js';
import { readsPg } from './view-source.js';
import { batchSizeFlag, endFlags, sendFlags, taskFlags, type TaskFlags, taskOptions } from './task-flags.js';

/** Records that have tables in Postgres. */
const STORED: readonly RecordKind[] = ['bar', 'signal', 'order', 'fill'];

type StageFlags = Record<string, unknown> &
  Partial<TaskFlags> & {
    readonly from?: string;
    readonly to: string[];
    readonly output?: string;
    readonly rejects?: string;
    readonly strict: boolean;
    readonly 'log-level': string;
    readonly 'metrics-port'?: number;
    readonly 'metrics-optional': boolean;
  };

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
        texts: textsOf(spec, flags, parsed.raw),
        from: flags.from ?? 'stdin',
        to: flags.output === undefined ? flags.to : [`file:${flags.output}`],
        rejects: flags.rejects,
        isStrict: flags.strict,
        logLevel: flags['log-level'],
        metrics: metricsSettings(flags),
        env: withKafkaFlags(process.env, flags),
        kafka: taskOptions(flags),
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

/** A word of the command line, as oclif has read it. */
interface TypedToken {
  readonly type: string;
  readonly flag?: string;
  readonly input: string;
}

/** The options that were given, as they were typed. */
function textsOf(spec: StageSpec, flags: StageFlags, raw: readonly TypedToken[]): Record<string, string> {
  const typed = (name: string): string | undefined =>
    raw.findLast((token) => token.type === 'flag' && token.flag === name)?.input ?? process.env[envOf(spec, name)];
  const entries = Object.entries(spec.options).flatMap(([name, { kind }]): [string, string][] => {
    if (kind === 'switch') return flags[name] === true ? [[name, 'true']] : [];
    const text = typed(name);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries(entries);
}

function describe({ description, guarantees }: StageSpec): string {
  return `${description}\n\n${guarantees.map((sentence) => `- ${sentence}`).join('\n')}`;
}

function flagsOf(spec: StageSpec): Interfaces.FlagInput {
  const nameOf = (flag: string): string => envOf(spec, flag);
  const options = Object.entries(spec.options).map(([name, option]) => [name, optionFlag(option, nameOf(name))]);
  return {
    ...Object.fromEntries(options),
    ...(runsOnKafka(spec) ? { ...taskFlags(['group', 'commit-interval', 'give-up'], nameOf), ...endFlags } : {}),
    ...(sharesPartitions(spec) ? taskFlags(['workers'], nameOf) : {}),
    ...(runsOnKafka(spec) ? { 'batch-size': batchSizeFlag('Most records that wait for a transaction', '20000', nameOf) } : {}),
    ...(spec.kind === 'source' ? sendFlags(nameOf) : {}),
    ...(spec.kind === 'source' && spec.isRepeatable !== undefined ? taskFlags(['group', 'give-up'], nameOf) : {}),
    ...(usesKafka(spec) ? { ...kafkaFlags, compression: compressionFlag } : {}),
    ...(spec.kind === 'view' ? kafkaFlags : {}),
    ...(spec.produces.includes('page') ? { output: pageFlag } : {}),
    ...commonFlags(spec),
  } as Interfaces.FlagInput;
}

const pageFlag = Flags.string({
  char: 'o',
  helpValue: 'PATH',
  summary: 'Write the page to this file; the same as --to file:PATH',
  exclusive: ['to'],
});

function runsOnKafka(spec: StageSpec): boolean {
  return spec.kind !== 'source' && spec.onLog !== undefined;
}

function sharesPartitions(spec: StageSpec): boolean {
  return spec.kind !== 'source' && spec.onLog !== undefined && spec.onLog.joined === undefined;
}

/** Whether Kafka can be an end of the stage. */
function usesKafka(spec: StageSpec): boolean {
  return spec.kind === 'source' || runsOnKafka(spec);
}

function commonFlags(spec: StageSpec): Record<string, unknown> {
  const helpGroup = 'COMMON';
  const kafkaForm = usesKafka(spec) ? `|${KAFKA_FORM}` : '';
  const from = Flags.string({
    helpGroup,
    helpValue:
      SOURCE_FORMS +
      (spec.kind === 'view' ? `|${KAFKA_FORM}` : kafkaForm) +
      (spec.kind !== 'source' && readsPg(spec) ? `|${PG_FORM}` : ''),
    summary: 'Where records come from [default: stdin]',
  });
  return {
    ...(spec.kind === 'source' ? {} : { from }),
    to: Flags.string({
      helpGroup,
      helpValue: SINK_FORMS + kafkaForm + (spec.produces.some((kind) => STORED.includes(kind)) ? `|${PG_FORM}` : ''),
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
    ...metricsFlags(envOf(spec, 'metrics-port'), helpGroup),
    'log-level': logLevelFlag(helpGroup),
  };
}
