/** The two sides: `a` is what `b` is compared with. */
export const SIDES = ['a', 'b'] as const;
export type Side = (typeof SIDES)[number];

/**
 * What is compared; `pipeline`: both stages that make bars behind each other; `flow`: the same with an ingest before it; `paper-flow`:
 * with the stages from bars to fills behind it.
 */
export const STAGES = ['ingest', 'bars1s', 'baragg', 'pipeline', 'flow', 'paper-flow'] as const;
export type Stage = (typeof STAGES)[number];

/** What a stage brings: bars of a second, coarser ones, and what comes of these. */
export const FLOWS = ['ticks', 'bars', 'coarser', 'signals', 'orders', 'approved', 'fills'] as const;
export type Flow = (typeof FLOWS)[number];

/** How many records of each kind a run has brought. */
export type Brought = Readonly<Partial<Record<Flow, number>>>;
