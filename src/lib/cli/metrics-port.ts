import { Flags, type Interfaces } from '@oclif/core';

/** The flag that says where metrics are served. */
export function metricsPortFlag(env: string, helpGroup: string): Interfaces.OptionFlag<number | undefined> {
  return Flags.integer({
    helpGroup,
    helpValue: 'PORT',
    summary: 'Serve Prometheus metrics on 127.0.0.1 at this port, /metrics; 0 is any free one [default: none]',
    env,
    min: 0,
    max: 65_535,
  });
}
