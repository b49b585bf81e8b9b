import fc from 'fast-check';
import { barBytes } from './bar-bytes.js';
import { aggEngines, bars1sEngines, type TwoEngines } from './stages.js';
import { tickBytes } from './tick-bytes.js';

/** A stage that two engines can do, what it is fed, and how it is set. */
export interface EngineCase {
  readonly name: string;
  readonly engines: TwoEngines;
  readonly bytes: fc.Arbitrary<Buffer>;
  readonly options: fc.Arbitrary<Readonly<Record<string, unknown>>>;
}

export const ENGINE_CASES: readonly EngineCase[] = [
  {
    name: 'bars1s',
    engines: bars1sEngines,
    bytes: tickBytes,
    options: fc.record({
      grace: fc.constantFrom(0, 1, 500e6, 2e9, 20e9, 3600e9),
      'max-future': fc.constantFrom('off' as const, 0, 1, 60e9),
      live: fc.boolean(),
    }),
  },
  {
    name: 'agg',
    engines: aggEngines,
    bytes: barBytes,
    options: fc.record({
      tf: fc.constantFrom([60], [120, 180], [900], [60, 180, 300, 900], [2, 7, 90], [180, 86_400]),
      'from-tf': fc.constantFrom(undefined, undefined, 1, 60),
    }),
  },
];
