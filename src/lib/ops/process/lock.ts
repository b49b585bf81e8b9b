import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { QfError, systemCodeOf } from '../../runtime/errors.js';
import { recordOf, runningProcess } from './record.js';

/** Attempts to take a lock: the first may find that of a process that has ended. */
const ATTEMPTS = 2;

/** Runs `work` while no other process changes the same stack. A lock whose owner has ended does not count. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  takeLock(path);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function takeLock(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      writeFileSync(path, JSON.stringify(recordOf(process.pid)), { flag: 'wx' });
      return;
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw new QfError('io', `cannot write ${path}`, { cause: error });
      const owner = runningProcess(path);
      if (owner !== undefined)
        throw new QfError('unavailable', `another qf (process ${owner.pid}) starts or stops this stack: wait until it has ended`);
    }
  }
  throw new QfError('unavailable', `another qf starts or stops this stack (${path}): try again`);
}
