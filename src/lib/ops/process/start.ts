import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, QfError } from '../../runtime/errors.js';
import { type ProcessRecord, recordOf, writeRecord } from './record.js';
import { stopProcess } from './stop.js';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** File that its output is appended to. */
  readonly log: string;
  /** The user to run as; undefined: this one. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** How long a program may take to end that was started a moment ago. */
const STOP_MS = 10_000;

/** As `startDetached`, with a record at `path`. What cannot be recorded is ended: nobody would know of it. */
export async function startRecorded(program: Program, path: string): Promise<ProcessRecord> {
  const record = await startDetached(program);
  try {
    writeRecord(path, record);
    return record;
  } catch (error) {
    await stopProcess(record, 'SIGTERM', STOP_MS);
    throw error;
  }
}

/** Starts a program that outlives this one, in a process group of its own. */
export async function startDetached({ command, args, cwd, env, log, user }: Program): Promise<ProcessRecord> {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'a');
  try {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', output, output], ...user });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const record = child.pid === undefined ? undefined : recordOf(child.pid);
    if (record === undefined) throw new QfError('unavailable', `${command} ended at once; its log is ${log}`);
    return record;
  } catch (error) {
    if (error instanceof QfError) throw error;
    throw new QfError('unavailable', `cannot start ${command}: ${messageOf(error)}`, { cause: error });
  } finally {
    closeSync(output);
  }
}
