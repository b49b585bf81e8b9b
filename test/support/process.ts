import { existsSync, readFileSync } from 'node:fs';

const POLL_MS = 50;
const SAME_POLLS = 5;

/** Memory that a process has in use; 0 where it has ended. */
export function rss_mb(pid: number): number {
  const path = `/proc/${pid}/status`;
  return existsSync(path) ? Number(/VmRSS:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1] ?? 0) / 1024 : 0;
}

/** Resolves when a process waits for something: when it is asleep and has used no processor time for a while. */
export async function untilAsleep(pid: number): Promise<void> {
  const look = (): { isAsleep: boolean; used: string } => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
    // One that waits for a processor uses none either.
    return { isAsleep: fields[2] === 'S', used: fields.slice(13, 15).join(' ') };
  };
  for (let same = 0, last = look(); same < SAME_POLLS;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const now = look();
    same = now.isAsleep && now.used === last.used ? same + 1 : 0;
    last = now;
  }
}
