import { Flags, type Interfaces } from '@oclif/core';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** The flag that every command has that logs. */
export function logLevelFlag(helpGroup: string): Interfaces.OptionFlag<(typeof LEVELS)[number]> {
  return Flags.option({ options: LEVELS })({
    helpGroup,
    summary: 'Least important log line on stderr',
    env: 'QF_LOG_LEVEL',
    default: 'info',
  });
}
