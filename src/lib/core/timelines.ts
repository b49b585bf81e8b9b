import { CapacityError } from './capacity.js';

/** Timelines of one chart. */
const MAX_LINES = 10_000;

/** Something with a time: s since the epoch. */
interface Timed {
  readonly ts: number;
}

/** How points that are too many for a chart become fewer. */
export interface Merging<P extends Timed> {
  /** The point that stands at `ts` for a later one of the same line. */
  readonly at: (point: P, ts: number) => P;
  /** Makes `into` stand for both. */
  readonly merge: (into: P, next: P) => void;
  /** Points of all lines together: beyond that they become coarser. */
  readonly maxPoints: number;
}

/** One line of a chart: its points in order of time, `step_s` apart at least. */
export interface Timeline<P extends Timed> {
  readonly name: string;
  step_s: number;
  points: P[];
}

/**
 * Points in order of time under names, of which a bounded number is kept: where there are too many the steps of all lines double, and
 * points within a step are merged.
 */
export class Timelines<P extends Timed> {
  private readonly merging: Merging<P>;
  private readonly lines = new Map<string, Timeline<P> & { readonly finest_s: number; newest: number }>();
  private coarseness = 1;
  private total = 0;

  constructor(merging: Merging<P>) {
    this.merging = merging;
  }

  /** `step_s`: the least distance of the line's points, the same for all of them. Throws `CapacityError`. */
  add(name: string, step_s: number, point: P): 'used' | 'late' | 'duplicate' {
    let line = this.lines.get(name);
    if (line === undefined) {
      if (this.lines.size >= MAX_LINES) throw new CapacityError('lines of a chart', MAX_LINES);
      line = { name, finest_s: step_s, step_s: step_s * this.coarseness, points: [], newest: -Infinity };
      this.lines.set(name, line);
    }
    if (point.ts <= line.newest) return point.ts === line.newest ? 'duplicate' : 'late';
    line.newest = point.ts;
    this.total += this.append(line, point);
    while (this.total > this.merging.maxPoints && this.total > this.lines.size) this.coarsen();
    return 'used';
  }

  /** In order of their names. */
  sorted(): Timeline<P>[] {
    return [...this.lines.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** How many points it has become more. */
  private append(line: Timeline<P>, point: P): 0 | 1 {
    const ts = Math.floor(point.ts / line.step_s) * line.step_s;
    const last = line.points.at(-1);
    if (last?.ts === ts) {
      this.merging.merge(last, point);
      return 0;
    }
    line.points.push(ts === point.ts ? point : this.merging.at(point, ts));
    return 1;
  }

  private coarsen(): void {
    this.coarseness *= 2;
    this.total = 0;
    for (const line of this.lines.values()) {
      const { points } = line;
      line.step_s = line.finest_s * this.coarseness;
      line.points = [];
      for (const point of points) this.total += this.append(line, point);
    }
  }
}
