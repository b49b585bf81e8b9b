import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeBars1s, type Result, run } from '../support/stages.js';
import { START_S } from '../support/streams.js';
import { tickBytes } from '../support/tick-bytes.js';

/** A minute's worth in `make test`; QF_FUZZ_S=3600 for an hour. */
const FUZZ_S = Number(process.env['QF_FUZZ_S'] ?? 20);

const settings = fc.record({
  grace: fc.constantFrom(0, 1, 500e6, 2e9, 20e9, 3600e9),
  'max-future': fc.constantFrom('off' as const, 0, 60e9),
  live: fc.boolean(),
});

/** What a run has given, and how it has ended. */
function outcomeOf(engine: string, options: object, chunks: readonly Buffer[], isStrict: boolean): object {
  const processor = makeBars1s({ ...options, engine }, isStrict);
  let result: Result | undefined;
  let error: unknown;
  try {
    result = run(processor, chunks, (START_S + 6) * 1000);
  } catch (thrown) {
    error = thrown;
  }
  const { output, rejects } = processor.take();
  return {
    output: result?.output ?? output.bytes.toString(),
    rejects: result?.rejects ?? rejects.bytes.toString(),
    counts: processor.counts.saved(),
    error: error instanceof Error ? error.message : error,
  };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

it('both engines give the same bytes, rejects, counts and errors', { timeout: (FUZZ_S + 60) * 1000 }, () => {
  const seen = { bytes: 0, refused: 0, used: 0 };
  fc.assert(
    fc.property(tickBytes, fc.array(fc.nat(), { maxLength: 4 }), settings, fc.boolean(), (bytes, places, options, isStrict) => {
      const chunks = cut(bytes, places);
      const reference = outcomeOf('reference', options, chunks, isStrict);
      expect(outcomeOf('wasm', options, chunks, isStrict)).toEqual(reference);
      const { counts } = reference as { counts: { used: number; rejected: number } };
      seen.bytes += bytes.length;
      seen.used += counts.used;
      seen.refused += counts.rejected;
    }),
    { numRuns: Infinity, interruptAfterTimeLimit: FUZZ_S * 1000, markInterruptAsFailure: false },
  );
  expect(Math.min(seen.used, seen.refused)).toBeGreaterThan(100);
});
