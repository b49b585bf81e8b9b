/** Ends a process group; one that has ended is left alone. */
export function endGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // All of it has ended in this moment.
  }
}

/** Ends the group with this process and with `stop`, until what this gives is called. */
export function endWith(stop: AbortSignal, pid: number | undefined): () => void {
  const end = (): void => {
    endGroup(pid);
  };
  process.once('exit', end);
  stop.addEventListener('abort', end, { once: true });
  return () => {
    stop.removeEventListener('abort', end);
    process.off('exit', end);
  };
}
