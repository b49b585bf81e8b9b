import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
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
  /** Share of the CPU that nobody used at the start. */
  readonly idle_pct?: number;
  /** How the system sets the frequency of its CPUs, where it says so. */
  readonly governor?: string;
}

/** How long is looked at what is idle. */
const LOOK_MS = 300;

/** Less than this is idle: what is measured is also what somebody else does. */
const IDLE_PCT = 90;

const GOVERNOR = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor';

export function isBusy({ idle_pct = 100 }: Machine): boolean {
  return idle_pct < IDLE_PCT;
}

/** One line of a report. */
export function machineText(machine: Machine): string {
  const { cpu, cores, memory_gb, system, node, load_before, idle_pct, governor } = machine;
  const idle = idle_pct === undefined ? '' : `, ${idle_pct} % of the CPU idle${isBusy(machine) ? ': it was busy' : ''}`;
  const governed = governor === undefined ? '' : `, governor ${governor}`;
  return `${cpu}, ${cores} cores${governed}, ${memory_gb} GB, ${system}, Node ${node}; load before the start ${load_before.toFixed(1)}${idle}`;
}

/** Looks at the machine for a moment. */
export async function machineFacts(): Promise<Machine> {
  const governor = existsSync(GOVERNOR) ? readFileSync(GOVERNOR, 'utf8').trim() : undefined;
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_gb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release().split('.').slice(0, 2).join('.')} ${arch()}`,
    node: process.version,
    load_before: loadavg()[0] ?? 0,
    idle_pct: await idlePct(),
    ...(governor !== undefined && { governor }),
  };
}

async function idlePct(): Promise<number> {
  const before = cpuTimes();
  await sleep(LOOK_MS);
  const after = cpuTimes();
  const all = after.all - before.all;
  return all === 0 ? 100 : Math.round(((after.idle - before.idle) / all) * 100);
}

/** Of all CPUs together, ms. */
function cpuTimes(): { readonly idle: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (of: (one: (typeof times)[number]) => number): number => times.reduce((total, one) => total + of(one), 0);
  return { idle: sum(({ idle }) => idle), all: sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq) };
}
