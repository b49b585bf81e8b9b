import type { LabelledValue, Metric } from '../runtime/metrics.js';
import type { Side } from './sides.js';
import type { Sample } from './measure.js';
import type { Observer, RunStart } from './observer.js';
import type { Point } from './tree-watch.js';

const BYTES_PER_MB = 1024 * 1024;
const MS_PER_S = 1000;

/** A comparison at work, as metrics. */
export class RunFigures implements Observer {
  private run: RunStart | undefined;
  private point: Point | undefined;
  /** Of each side, what was timed last. */
  private readonly last = new Map<Side, Sample>();

  planned(): void {
    // It is for people.
  }

  said(): void {
    // So is this.
  }

  began(run: RunStart): void {
    if (run.stage !== this.run?.stage || run.load !== this.run.load) this.last.clear();
    this.run = run;
    this.point = undefined;
  }

  sampled(point: Point): void {
    this.point = point;
  }

  ended(sample: Sample): void {
    if (this.run !== undefined) this.last.set(this.run.side, sample);
  }

  metrics(): Metric[] {
    return [
      {
        name: 'running',
        help: 'Always 1; its labels are the run that goes on',
        kind: 'gauge',
        labels: ['stage', 'load', 'side'],
        read: () => this.ofRun(({ stage, load, side }) => ({ label: { stage, load: String(load), side }, value: 1 })),
      },
      {
        name: 'run_cpu_cores',
        help: 'Cores that the run uses which goes on, with all that it has started',
        kind: 'gauge',
        labels: ['side'],
        read: () => this.ofPoint(({ cpu_cores }) => cpu_cores),
      },
      {
        name: 'run_rss_bytes',
        help: 'Resident sets of these processes together',
        kind: 'gauge',
        labels: ['side'],
        read: () => this.ofPoint(({ rss_mb }) => rss_mb * BYTES_PER_MB),
      },
      {
        name: 'run_wall_seconds',
        help: 'How long the last run of a side took',
        kind: 'gauge',
        labels: ['side'],
        read: () => this.ofLast(({ wall_s }) => wall_s),
      },
      {
        name: 'run_p99_seconds',
        help: '99th percentile of the latencies of the last run of a side, in load mode',
        kind: 'gauge',
        labels: ['side'],
        read: () => this.ofLast(({ latency }) => latency && latency.p99_ms / MS_PER_S),
      },
    ];
  }

  private ofRun(of: (run: RunStart) => LabelledValue): LabelledValue[] {
    return this.run === undefined ? [] : [of(this.run)];
  }

  private ofPoint(of: (point: Point) => number): LabelledValue[] {
    const { point } = this;
    return point === undefined ? [] : this.ofRun(({ side }) => ({ label: { side }, value: of(point) }));
  }

  private ofLast(of: (sample: Sample) => number | undefined): LabelledValue[] {
    return [...this.last].flatMap(([side, sample]) => {
      const value = of(sample);
      return value === undefined ? [] : [{ label: { side }, value }];
    });
  }
}
