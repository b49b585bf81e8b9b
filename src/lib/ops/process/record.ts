import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeError } from '../../transports/write-error.js';
import { startOf } from './identity.js';

/** A process that qf started: enough to know it again. */
export interface ProcessRecord {
  readonly pid: number;
  /** What `startOf` said of it. */
  readonly started: string;
  readonly started_ms: number;
}

/** The record of a process that runs now. */
export function recordOf(pid: number): ProcessRecord | undefined {
  const started = startOf(pid);
  return started === undefined ? undefined : { pid, started, started_ms: Date.now() };
}

/** Whether the recorded process still runs, and is not another with the same id. */
export function isAlive({ pid, started }: ProcessRecord): boolean {
  return startOf(pid) === started;
}

/** What a file of the run folder says; undefined where there is none, or it was not written by qf. */
export function readRecord<T>(path: string, isRecord: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a file of the run folder at once: a reader sees the old one or the new one. Throws `io`. */
export function writeRecord(path: string, value: object): void {
  const fresh = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(fresh, `${JSON.stringify(value)}\n`);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw writeError(path, error);
  }
}

/** The recorded process, if it still runs. A record of one that does not is removed. */
export function runningProcess(path: string): ProcessRecord | undefined {
  const record = readRecord(path, isProcessRecord);
  if (record !== undefined && isAlive(record)) return record;
  rmSync(path, { force: true });
  return undefined;
}

export function isProcessRecord(value: unknown): value is ProcessRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, started, started_ms } = value as Partial<Record<keyof ProcessRecord, unknown>>;
  return Number.isSafeInteger(pid) && Number(pid) > 1 && typeof started === 'string' && typeof started_ms === 'number';
}
