import { Errors, Flags } from '@oclif/core';
import { valueNameOf } from '../runtime/catalogue.js';
import { EXIT_CODES, messageOf } from '../runtime/errors.js';
import type { OptionSpec } from '../runtime/options.js';

/** The flag of an option. */
export function optionFlag(option: OptionSpec, env: string): unknown {
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

/** Makes an error of `parse` one of wrong use. */
export function parsed(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Errors.CLIError(messageOf(error), { exit: EXIT_CODES.usage });
  }
}
