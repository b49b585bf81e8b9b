import { systemCodeOf } from '../../runtime/errors.js';
import { isAlive, type ProcessRecord } from './record.js';
import { poll } from './poll.js';

/** How long a process may take that was asked to end, and one that was killed. */
const KILLED_MS = 10_000;

/** Asks the recorded process and its group to end, and kills them where they have not within `patience_ms`. */
export async function stopProcess(
  record: ProcessRecord,
  signal: NodeJS.Signals,
  patience_ms: number,
): Promise<'ended' | 'killed' | 'absent'> {
  if (!isAlive(record)) return 'absent';
  signalGroup(record.pid, signal);
  if (await poll(() => Promise.resolve(!isAlive(record)), patience_ms)) return 'ended';
  signalGroup(record.pid, 'SIGKILL');
  await poll(() => Promise.resolve(!isAlive(record)), KILLED_MS);
  return 'killed';
}

/** Every program is started as the leader of a group. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It has ended between the look and the signal.
    if (systemCodeOf(error) !== 'ESRCH') throw error;
  }
}
