import { type Counts, OUTCOMES } from './counts.js';

/** A figure of a stage at work that others may watch, read whenever they look. */
export interface Metric {
  /** `<what>_<unit>`, without the stage's name, which is put before it. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  /** Names of its labels, where it has values only now and then. */
  readonly labels?: readonly string[];
  /** The value now; several where the metric has a label. */
  read(): number | readonly LabelledValue[];
}

export interface LabelledValue {
  readonly label: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A gauge that a stage has besides what all stages export. */
export type GaugeSpec = Pick<Metric, 'name' | 'help' | 'labels'>;

/** The values of such gauges by name. */
export type GaugeValues = Readonly<Record<string, ReturnType<Metric['read']>>>;

/** Everything that is exported of a stage. */
export type Figure = Metric | Distribution;

/** Upper bounds of what is counted together: times, s, from one turn of a loop to a broker that was away. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** And numbers of records. */
const RECORDS = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];

/** Values that are measured one after the other, of which is kept how many were how large. Costs nothing while nobody watches. */
export class Distribution {
  readonly kind = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly bounds: readonly number[];
  private watcher: ((value: number) => void) | undefined;

  private constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name;
    this.help = help;
    this.bounds = bounds;
  }

  /** `name` without its unit. */
  static ofSeconds(name: string, help: string): Distribution {
    return new Distribution(`${name}_seconds`, help, SECONDS);
  }

  static ofRecords(name: string, help: string): Distribution {
    return new Distribution(`${name}_records`, help, RECORDS);
  }

  add(value: number): void {
    this.watcher?.(value);
  }

  watch(watcher: (value: number) => void): void {
    this.watcher = watcher;
  }
}

/** What every stage exports: its records by what became of them. */
export function countMetrics(counts: () => Counts): Metric[] {
  const outcomes = [...OUTCOMES, 'skipped' as const].map((outcome) => ({
    name: `records_${outcome}_total`,
    help: `Records: ${outcome}`,
    kind: 'counter' as const,
    read: () => counts()[outcome],
  }));
  const reasons: Metric = {
    name: 'rejections_total',
    help: 'Rejected records by the reason',
    kind: 'counter',
    labels: ['reason'],
    read: () => [...counts().rejectedBy].map(([reason, value]) => ({ label: { reason }, value })),
  };
  return [...outcomes, reasons];
}

/** A stage's own gauges; `read` gives undefined where it has not begun. */
export function gaugeMetrics(specs: readonly GaugeSpec[], read: () => GaugeValues | undefined): Metric[] {
  return specs.map((spec) => ({ ...spec, kind: 'gauge', read: () => read()?.[spec.name] ?? [] }));
}

/** How full a queue is, and how full it can be. */
export function queueMetrics(queues: Readonly<Record<string, { readonly depth: number; readonly capacity: number }>>): Metric[] {
  const of = (read: (queue: { readonly depth: number; readonly capacity: number }) => number) => () =>
    Object.entries(queues).map(([queue, state]) => ({ label: { queue }, value: read(state) }));
  return [
    {
      name: 'queue_depth',
      help: 'What waits in a queue: batches, ticks behind a socket, or records for a commit',
      kind: 'gauge',
      read: of(({ depth }) => depth),
    },
    { name: 'queue_capacity', help: 'What fits into a queue', kind: 'gauge', read: of(({ capacity }) => capacity) },
  ];
}

/** How far all results are final: the earliest of the watermarks that there are, of a stage's partitions. No value where there is none. */
export function watermarkMetric(read: () => readonly (number | undefined)[]): Metric {
  return {
    name: 'watermark_seconds',
    help: 'Event time before which results are final, s since the epoch; of several partitions the earliest',
    kind: 'gauge',
    read: () => {
      const known = read().filter((one) => one !== undefined);
      return known.length === 0 ? [] : Math.min(...known);
    },
  };
}
