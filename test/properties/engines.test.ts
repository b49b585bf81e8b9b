import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ENGINE_CASES } from '../support/engine-cases.js';
import { type Result, run, type TwoEngines } from '../support/stages.js';
import { START_S } from '../support/streams.js';

/** With the recovery of the engines a minute's worth in `make test`; QF_FUZZ_S=3600 for an hour. */
const FUZZ_S = Number(process.env['QF_FUZZ_S'] ?? 15);

/** What a run has given, and how it has ended. `keeps`: somebody keeps what is refused. */
function outcomeOf(engines: TwoEngines, options: object, chunks: readonly Buffer[], isStrict: boolean, keeps: boolean): object {
  let result: Result | undefined;
  let error: unknown;
  let processor: ReturnType<TwoEngines['pipe']> | undefined;
  try {
    processor = engines.pipe({ ...options }, isStrict);
    if (!keeps) processor.forgetRejects?.();
    result = run(processor, chunks, (START_S + 6) * 1000);
  } catch (thrown) {
    error = thrown;
  }
  const made = processor?.take();
  return {
    output: result?.output ?? made?.output.bytes.toString(),
    rejects: result?.rejects ?? made?.rejects.bytes.toString(),
    counts: processor?.counts.saved(),
    error: error instanceof Error ? error.message : error,
  };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const RUN = fc.record({ isStrict: fc.boolean(), keeps: fc.boolean() });

it.for(ENGINE_CASES)(
  '$name: both engines give the same bytes, rejects, counts and errors',
  { timeout: (FUZZ_S + 60) * 1000 },
  ({ engines, bytes: inputs, options: settings }) => {
    const seen = { refused: 0, used: 0 };
    fc.assert(
      fc.property(inputs, fc.array(fc.nat(), { maxLength: 4 }), settings, RUN, (bytes, places, options, { isStrict, keeps }) => {
        const chunks = cut(bytes, places);
        const reference = outcomeOf(engines, { ...options, engine: 'reference' }, chunks, isStrict, keeps);
        expect(outcomeOf(engines, { ...options, engine: 'wasm' }, chunks, isStrict, keeps)).toEqual(reference);
        const { counts } = reference as { counts?: { used: number; rejected: number } };
        seen.used += counts?.used ?? 0;
        seen.refused += counts?.rejected ?? 0;
      }),
      { numRuns: Infinity, interruptAfterTimeLimit: FUZZ_S * 1000, markInterruptAsFailure: false },
    );
    expect(Math.min(seen.used, seen.refused)).toBeGreaterThan(100);
  },
);
