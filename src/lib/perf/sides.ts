/** The two sides: `a` is what `b` is compared with. */
export const SIDES = ['a', 'b'] as const;
export type Side = (typeof SIDES)[number];

/**
 * What is compared; `pipeline`: both stages in one pipe; `flow`: the same with an ingest before it; `paper-flow`: with the stages
 * from bars to fills behind it.
 */
export const STAGES = ['bars1s', 'baragg', 'pipeline', 'flow', 'paper-flow'] as const;
export type Stage = (typeof STAGES)[number];
