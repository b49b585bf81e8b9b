import { Flags, type Interfaces } from '@oclif/core';

/** Where metrics are served, and whether the stage goes on where they cannot be. */
export interface MetricsSettings {
  readonly port: number;
  readonly isOptional: boolean;
}

/** As they were given. */
export interface MetricsFlags {
  readonly 'metrics-port'?: number | undefined;
  readonly 'metrics-optional': boolean;
}

/** The flags that say so. */
export function metricsFlags(
  portEnv: string,
  helpGroup: string,
): { 'metrics-port': Interfaces.OptionFlag<number | undefined>; 'metrics-optional': Interfaces.BooleanFlag<boolean> } {
  return {
    'metrics-port': Flags.integer({
      helpGroup,
      helpValue: 'PORT',
      summary: 'Serve Prometheus metrics on 127.0.0.1 at this port, /metrics; 0 is any free one [default: none]',
      env: portEnv,
      min: 0,
      max: 65_535,
    }),
    'metrics-optional': Flags.boolean({
      helpGroup,
      summary: 'Where that port cannot be had, say so and go on without metrics; else the stage ends with 69',
    }),
  };
}

export function metricsSettings({
  'metrics-port': port,
  'metrics-optional': isOptional,
}: MetricsFlags): MetricsSettings | undefined {
  return port === undefined ? undefined : { port, isOptional };
}
