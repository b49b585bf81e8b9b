import { Args, Command, Errors, Flags, flush, type Interfaces, loadHelpClass } from '@oclif/core';
import { envOf, valueNameOf } from '../runtime/catalogue.js';
import { EXIT_CODES, messageOf } from '../runtime/errors.js';
import type { OptionSpec, OptionSpecs, OptionValues } from '../runtime/options.js';
import type { StageSpec } from '../runtime/stage.js';
import { SINK_FORMS, SOURCE_FORMS } from '../transports/address.js';
import { execute } from './execute.js';
import { logLevelFlag } from './log-level.js';

type StageFlags = Record<string, unknown> & {
  readonly from?: string;
  readonly to: string[];
  readonly rejects?: string;
  readonly strict: boolean;
  readonly 'log-level': string;
  readonly 'metrics-port'?: number;
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
        from: flags.from ?? 'stdin',
        to: flags.to,
        rejects: flags.rejects,
        isStrict: flags.strict,
        logLevel: flags['log-level'],
        metricsPort: flags['metrics-port'],
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
  return { ...Object.fromEntries(options), ...commonFlags(spec) } as Interfaces.FlagInput;
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

function commonFlags(spec: StageSpec): Record<string, unknown> {
  const helpGroup = 'COMMON';
  const from = Flags.string({ helpGroup, helpValue: SOURCE_FORMS, summary: 'Where records come from [default: stdin]' });
  return {
    ...(spec.kind === 'source' ? {} : { from }),
    to: Flags.string({
      helpGroup,
      helpValue: SINK_FORMS,
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
