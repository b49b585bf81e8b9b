import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** The kernel keeps each process's peak itself, so that only what grows after the last look is missed. */
const PEAKS_EVERY_MS = 25;

/** A run that is longer has them twice as far apart. */
const MAX_POINTS = 1000;

/** Linux counts times of processes in these, whatever its own clock does: USER_HZ. */
const TICKS_PER_S = 100;

const MS_PER_S = 1000;

/** What a command and all that it has started take, at a time behind its start. */
export interface Point {
  readonly at_s: number;
  /** Cores in use since the point before. */
  readonly cpu_cores: number;
  /** The sum of their resident sets. */
  readonly rss_mb: number;
}

/** How often to look, and who wants to know at once. */
export interface Sampling {
  readonly every_s: number;
  sampled(point: Point): void;
}

/** What was seen of a run; nothing where the system has no /proc. */
export interface Seen {
  /** The sum of the processes' peak resident sets. */
  readonly peak_rss_mb: number | undefined;
  readonly points?: readonly Point[];
}

/** What of a process adds up: CPU, in ticks, with that of the children that it has waited for, and resident set, kB. */
interface Taken {
  cpu: number;
  rss_kb: number;
}

/** Looks at a process and all that it has started, as Linux shows them, until it is told to stop. */
export class TreeWatch {
  private readonly root: number;
  private readonly sampling: Sampling | undefined;
  private readonly peaks_kb = new Map<number, number>();
  private points: Point[] = [];
  private readonly started_ms = performance.now();
  private readonly peaksTimer: NodeJS.Timeout;
  private pointTimer: NodeJS.Timeout | undefined;
  private every_ms: number;
  /** When the next one is due, behind the start. */
  private due_ms: number;
  private before = { at_s: 0, cpu: 0 };

  constructor(root: number, sampling?: Sampling) {
    this.root = root;
    this.sampling = sampling;
    this.every_ms = (sampling?.every_s ?? Infinity) * MS_PER_S;
    this.due_ms = this.every_ms;
    this.peaksTimer = setInterval(() => this.look(root), PEAKS_EVERY_MS);
    this.schedulePoint();
  }

  stop(): Seen {
    clearInterval(this.peaksTimer);
    clearTimeout(this.pointTimer);
    const peaks = [...this.peaks_kb.values()];
    const peak_rss_mb = peaks.length === 0 ? undefined : peaks.reduce((sum, kb) => sum + kb, 0) / 1024;
    return { peak_rss_mb, ...(this.points.length > 0 && { points: this.points }) };
  }

  private schedulePoint(): void {
    if (this.every_ms === Infinity) return;
    const elapsed_ms = performance.now() - this.started_ms;
    this.pointTimer = setTimeout(() => {
      this.point();
      this.due_ms += this.every_ms;
      this.schedulePoint();
    }, this.due_ms - elapsed_ms);
  }

  private point(): void {
    const at_s = (performance.now() - this.started_ms) / MS_PER_S;
    const taken: Taken = { cpu: 0, rss_kb: 0 };
    this.look(this.root, taken);
    if (taken.rss_kb === 0) return;
    const { before } = this;
    // A process that ends in this moment may be counted nowhere.
    const cpu_s = Math.max(0, taken.cpu - before.cpu) / TICKS_PER_S;
    const point = { at_s, cpu_cores: cpu_s / (at_s - before.at_s), rss_mb: taken.rss_kb / 1024 };
    this.before = { at_s, cpu: taken.cpu };
    this.points.push(point);
    this.sampling?.sampled(point);
    if (this.points.length < MAX_POINTS) return;
    this.points = this.points.filter((_, index) => index % 2 === 1);
    this.every_ms *= 2;
  }

  /** `taken`: where it is added up; undefined where only peaks are of interest, so that looking costs less of what is measured. */
  private look(pid: number, taken?: Taken): void {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const peak_kb = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
      if (peak_kb !== undefined) this.peaks_kb.set(pid, Number(peak_kb));
      if (taken !== undefined) {
        taken.rss_kb += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
        taken.cpu += ticksIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      }
      for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' '))
        if (child !== '') this.look(Number(child), taken);
    } catch {
      // It has ended, or this system has no /proc.
    }
  }
}

/** utime, stime, cutime and cstime: fields 14 to 17 of proc(5); the name before them may hold anything. */
function ticksIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}
