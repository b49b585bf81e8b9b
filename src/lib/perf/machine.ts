import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Facts about where was measured; nothing that names the machine. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory_gb: number;
  readonly system: string;
  readonly node: string;
  /** Processes that ran or waited on average in the last minute before. */
  readonly load_before: number;
}

export function machineFacts(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_gb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release().split('.').slice(0, 2).join('.')} ${arch()}`,
    node: process.version,
    load_before: loadavg()[0] ?? 0,
  };
}
