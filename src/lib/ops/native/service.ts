import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { QfError } from '../../runtime/errors.js';
import type { Log } from '../../runtime/log.js';
import { poll } from '../process/poll.js';
import { isPortFree } from '../process/port.js';
import { isAlive, runningProcess } from '../process/record.js';
import { type Program, startRecorded } from '../process/start.js';
import { stopProcess } from '../process/stop.js';
import type { Stack } from '../stack.js';

/** How a service is run on this machine without containers. */
export interface NativeService {
  readonly name: 'kafka' | 'postgres';
  readonly ports: readonly number[];
  /** What asks it to end in order. */
  readonly signal: NodeJS.Signals;
  /** Fetches and formats what it needs; does nothing where that has been done. */
  prepare(): Promise<void>;
  program(): Promise<Omit<Program, 'log'>>;
  /** Whether it answers its clients. */
  answers(): Promise<boolean>;
}

const START_MS = 60_000;
const STOP_MS = 30_000;

/** Lines of a log that an error repeats. */
const SHOWN_LINES = 5;

/** Starts the service where it does not run, and resolves when it answers. */
export async function startService(stack: Stack, service: NativeService, log: Log): Promise<void> {
  const { name } = service;
  const path = recordPath(stack, name);
  if (runningProcess(path) !== undefined && (await service.answers())) return;
  await stopService(stack, service);
  for (const port of service.ports) {
    if (!(await isPortFree(port)))
      throw new QfError(
        'unavailable',
        `${name}: port ${port} is taken by another program: stop it, or change the port in ${stack.configPath}`,
      );
  }
  const begun_ms = performance.now();
  await service.prepare();
  const logPath = join(stack.logs, `${name}.log`);
  const record = await startRecorded({ ...(await service.program()), log: logPath }, path);
  const hasAnswered = await poll(async () => !isAlive(record) || (await service.answers()), START_MS);
  if (!isAlive(record)) {
    rmSync(path, { force: true });
    throw new QfError(
      'unavailable',
      `${name} ended while it started: see qf doctor; the end of ${logPath}:\n${lastLines(logPath)}`,
    );
  }
  if (!hasAnswered)
    throw new QfError(
      'unavailable',
      `${name} does not answer after ${START_MS / 1000} s; see ${logPath}, then qf down and qf up`,
    );
  log.info(
    { pid: record.pid, elapsed_ms: Math.round(performance.now() - begun_ms) },
    `${name} runs on port ${service.ports[0] ?? 0}`,
  );
}

/** Ends the service where it runs. */
export async function stopService(stack: Stack, { name, signal }: NativeService): Promise<boolean> {
  const path = recordPath(stack, name);
  const record = runningProcess(path);
  if (record === undefined) return false;
  await stopProcess(record, signal, STOP_MS);
  rmSync(path, { force: true });
  return true;
}

export function recordPath(stack: Stack, name: string): string {
  return join(stack.run, `${name}.json`);
}

/** Without the frames of stacks, which would be all that is left of an exception. */
function lastLines(path: string): string {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines
    .filter((line) => !/^\s+at /.test(line))
    .slice(-SHOWN_LINES)
    .join('\n');
}
