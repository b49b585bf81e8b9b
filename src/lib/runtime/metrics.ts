import { type Counts, OUTCOMES } from './counts.js';

/** A figure of a stage at work that others may watch, read whenever they look. */
export interface Metric {
  /** `<what>_<unit>`, without the stage's name, which is put before it. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  /** The value now; several where the metric has a label. */
  read(): number | readonly LabelledValue[];
}

export interface LabelledValue {
  readonly label: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What every stage exports: its records by what became of them. */
export function countMetrics(counts: () => Counts): Metric[] {
  return OUTCOMES.map((outcome) => ({
    name: `records_${outcome}_total`,
    help: `Records: ${outcome}`,
    kind: 'counter',
    read: () => counts()[outcome],
  }));
}

/** How full a queue is, and how full it can be. */
export function queueMetrics(queues: Readonly<Record<string, { readonly depth: number; readonly capacity: number }>>): Metric[] {
  const of = (read: (queue: { readonly depth: number; readonly capacity: number }) => number) => () =>
    Object.entries(queues).map(([queue, state]) => ({ label: { queue }, value: read(state) }));
  return [
    {
      name: 'queue_depth',
      help: 'What waits in a queue: batches, or ticks behind a socket',
      kind: 'gauge',
      read: of(({ depth }) => depth),
    },
    { name: 'queue_capacity', help: 'What fits into a queue', kind: 'gauge', read: of(({ capacity }) => capacity) },
  ];
}
