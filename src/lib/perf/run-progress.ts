import type { Sample } from './measure.js';
import type { Observer, RunStart } from './observer.js';
import { type Side, SIDES } from './sides.js';
import { median } from './statistics.js';

/** Timed runs of a round. */
const RUNS = 4;

const MS_PER_S = 1000;
const S_PER_MIN = 60;

/** How far a comparison is, as a line for somebody who waits. */
export class RunProgress implements Observer {
  private readonly now_ms: () => number;
  /** Of the whole comparison. */
  private wanted = 0;
  private finished = 0;
  private run: (RunStart & { readonly began_ms: number }) | undefined;
  private lengths_ms: number[] = [];
  private samples: Record<Side, Sample[]> = { a: [], b: [] };

  constructor(now_ms: () => number) {
    this.now_ms = now_ms;
  }

  planned(contests: number, rounds: number): void {
    this.wanted = contests * rounds * RUNS;
  }

  said(): void {
    // It stands above the line.
  }

  began(run: RunStart): void {
    if (run.stage !== this.run?.stage || run.load !== this.run.load) {
      this.samples = { a: [], b: [] };
      this.lengths_ms = [];
    }
    this.run = { ...run, began_ms: this.now_ms() };
  }

  sampled(): void {
    // It is about what was finished.
  }

  ended(sample: Sample): void {
    if (this.run === undefined) return;
    this.finished++;
    this.samples[this.run.side].push(sample);
    this.lengths_ms.push(this.now_ms() - this.run.began_ms);
  }

  /** Undefined while nothing is timed. */
  text(): string | undefined {
    const { run } = this;
    if (run === undefined) return undefined;
    const { stage, load, side, round, rounds } = run;
    const figures = SIDES.flatMap((one) => {
      const figure = figureOf(this.samples[one], run.records);
      return figure === undefined ? [] : [`${one.toUpperCase()} ${figure}`];
    });
    const at = `${stage}, ${load} symbols: round ${round} of ${rounds}, ${side.toUpperCase()} runs`;
    return [at, ...figures, ...this.left()].join('; ');
  }

  /** By how long the runs of this comparison take. */
  private left(): string[] {
    if (this.lengths_ms.length === 0) return [];
    const left_s = ((this.wanted - this.finished) * median(this.lengths_ms)) / MS_PER_S;
    return [left_s < S_PER_MIN ? `about ${Math.ceil(left_s)} s left` : `about ${Math.ceil(left_s / S_PER_MIN)} min left`];
  }
}

function figureOf(samples: readonly Sample[], records: number): string | undefined {
  if (samples.length === 0) return undefined;
  const latencies = samples.flatMap(({ latency }) => (latency === undefined ? [] : [latency.p99_ms]));
  if (latencies.length > 0) return `p99 ${median(latencies).toFixed(1)} ms`;
  return `${Math.round(records / median(samples.map(({ wall_s }) => wall_s))).toLocaleString('en')}/s`;
}
