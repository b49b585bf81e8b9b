import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { QfError, systemCodeOf } from '../../runtime/errors.js';
import { writeError } from '../../transports/write-error.js';
import { poll } from './poll.js';
import { recordOf, runningProcess } from './record.js';

/** Longest wait for another process: what it does may fetch the broker. */
const WAIT_MS = 300_000;

/** Runs `work` while no other process changes the same stack, and waits for one that does. */
export async function withLock<T>(path: string, work: () => Promise<T>, wait_ms = WAIT_MS): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  if (!(await poll(() => Promise.resolve(hasTaken(path)), wait_ms)))
    throw new QfError(
      'unavailable',
      `process ${runningProcess(path)?.pid ?? 'unknown'} starts or stops this stack and does not end (${path})`,
    );
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Makes the file, which only one process can. That of a process that has ended is removed, for the next try. */
function hasTaken(path: string): boolean {
  try {
    writeFileSync(path, JSON.stringify(recordOf(process.pid)), { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw writeError(path, error);
    runningProcess(path);
    return false;
  }
}
