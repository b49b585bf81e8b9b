import { Command, Flags } from '@oclif/core';
import type { Logger } from 'pino';
import { openStack, DEFAULT_CONFIG, type Stack } from '../ops/stack.js';
import { EXIT_CODES } from '../runtime/errors.js';
import { createLogger } from '../runtime/log.js';
import { failed } from './failed.js';
import { logLevelFlag } from './log-level.js';
import { toStdout } from './to-stdout.js';

const helpGroup = 'COMMON';

interface CommonFlags {
  readonly config: string | undefined;
  readonly 'log-level': string;
}

/** What the commands have in common that run and look at the stack. */
export abstract class StackCommand extends Command {
  static override baseFlags = {
    config: Flags.string({
      helpGroup,
      helpValue: 'PATH',
      summary: "Configuration of the stack [default: qf's own configs/stack.json]",
      env: 'QF_STACK_CONFIG',
    }),
    'log-level': logLevelFlag(helpGroup),
  };

  /** Does the command's work with the stack that the flags name, and gives the exit code: the work's own, or 0. */
  protected async withStack(
    flags: CommonFlags,
    work: (stack: Stack, log: Logger) => Promise<void> | Promise<number>,
  ): Promise<number> {
    const log = createLogger((this.id ?? '').replaceAll(':', '-'), flags['log-level']);
    try {
      const exitCode = await work(openStack(flags.config ?? DEFAULT_CONFIG), log);
      return typeof exitCode === 'number' ? exitCode : EXIT_CODES.ok;
    } catch (error) {
      return failed(log, error);
    }
  }

  protected print(text: string): Promise<void> {
    return toStdout(text);
  }
}
