import { readFileSync } from 'node:fs';

/** The kernel keeps each process's peak itself, so that only what grows after the last look is missed. */
const EVERY_MS = 25;

/** Memory of a process and of all that it has started, by what Linux says of them; nothing where it says nothing. */
export class TreeMemory {
  private readonly peaks_kb = new Map<number, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(root: number) {
    this.timer = setInterval(() => this.look(root), EVERY_MS);
  }

  /** Stops looking. The sum of the processes' peak resident sets, MB; undefined where none was seen. */
  stop(): number | undefined {
    clearInterval(this.timer);
    if (this.peaks_kb.size === 0) return undefined;
    return [...this.peaks_kb.values()].reduce((sum, kb) => sum + kb, 0) / 1024;
  }

  private look(pid: number): void {
    try {
      const kb = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      if (kb !== undefined) this.peaks_kb.set(pid, Number(kb));
      for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' '))
        if (child !== '') this.look(Number(child));
    } catch {
      // It has ended, or this system has no /proc.
    }
  }
}
