import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Feed, type FeedSettings, SimFeed } from '../../src/lib/core/sim/feed.js';
import { generateUniverse, type Instrument } from '../../src/lib/core/sim/universe.js';
import { type SourceItem, TickWriter } from '../../src/lib/engines/reference/tick-writer.js';
import { KernelSimFeed } from '../../src/lib/engines/wasm/sim-feed.js';
import { MALFORMED_LINES } from '../../src/lib/stages/malformed.js';

const START_MS = Date.UTC(2024, 0, 2, 3, 45);
const FUZZ_S = Number(process.env['QF_FUZZ_S'] ?? 10);
const MAX_LINES = 1000;
const MAX_STEPS = 100;

const share = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true }));

const instruments = fc
  .array(
    fc.record({
      symbol: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 ._:/&-]{0,63}$/),
      startPrice: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
      volatility: fc.double({ min: 0, max: 50, noNaN: true }),
      weight: fc.double({ min: 0, max: 3, noNaN: true }),
      leader: fc.option(fc.nat(), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((all) =>
    all.map(({ leader, ...own }, index): Instrument => ({
      ...own,
      follows: leader === undefined || index === 0 ? undefined : leader % index,
    })),
  );
const universes = fc.oneof(
  instruments,
  fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat()).map(([count, seed]) => generateUniverse(count, seed)),
);

const endless: fc.Arbitrary<Omit<FeedSettings, 'end_ms'>> = fc.record({
  tape: fc.record({
    universe: universes,
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    start_ms: fc.integer({ min: START_MS - 1e9, max: START_MS + 1e12 }),
    step_ms: fc.integer({ min: 1, max: 10_000 }),
    // At the lowest rates a spread has its mean again before its next tick.
    rate: fc.oneof(fc.double({ min: 0, max: 20, noNaN: true }), fc.double({ min: 0, max: 0.003, noNaN: true })),
    hotRate: fc.double({ min: 0, max: 100, noNaN: true }),
    hotFraction: share,
    hotRotate_ms: fc.double({ min: 0.5, max: 60_000, noNaN: true }),
    tickSize: fc.record({ units: fc.integer({ min: 1, max: 99_999 }), scale: fc.nat({ max: 8 }).map((places) => 10 ** places) }),
    withIds: fc.boolean(),
  }),
  faults: fc.record({
    outOfOrder: share,
    maxDelay_ms: fc.integer({ min: 10_000, max: 100_000 }),
    duplicates: share,
    malformed: share,
  }),
  malformed: fc.constant(MALFORMED_LINES),
  count: fc.oneof(fc.integer({ min: 1, max: MAX_LINES }), fc.constant(Infinity)),
});

const settings: fc.Arbitrary<FeedSettings> = fc
  .tuple(endless, fc.oneof(fc.constant(Infinity), fc.double({ min: 0, max: 100, noNaN: true })))
  .map(([given, steps]) => ({ ...given, end_ms: given.tape.start_ms + steps * given.tape.step_ms }));

/** The lines of a feed up to its end, or to a number of steps, taken after any of them, and what the processor counted. */
function linesOf(feed: Feed<SourceItem>, takenAfter: readonly boolean[]): object {
  const writer = new TickWriter('ingest-sim', true);
  let text = '';
  const take = (): void => {
    const { waiting } = feed;
    writer.push(feed.take());
    const { bytes, records } = writer.take().output;
    expect(records).toBe(waiting);
    text += bytes.toString('latin1');
  };
  for (let step = 0; !feed.isDone() && step < MAX_STEPS && feed.waiting < MAX_LINES; step++) {
    feed.step();
    if (takenAfter[step % takenAfter.length] === true) take();
  }
  take();
  return { text, counts: writer.counts.saved(), time_ms: feed.time_ms, isDone: feed.isDone() };
}

it('the kernel makes the market of the reference', { timeout: (FUZZ_S + 60) * 1000 }, () => {
  let lines = 0;
  fc.assert(
    fc.property(settings, fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), (given, takenAfter) => {
      fc.pre(KernelSimFeed.canMake(given));
      const made = linesOf(new SimFeed(given), takenAfter);
      expect(linesOf(new KernelSimFeed(given), takenAfter)).toEqual(made);
      lines += (made as { counts: { used: number } }).counts.used;
    }),
    { numRuns: Infinity, interruptAfterTimeLimit: FUZZ_S * 1000, markInterruptAsFailure: false },
  );
  expect(lines).toBeGreaterThan(1000);
});

it('makes it also where symbols trade once in an hour', () => {
  const [given] = fc.sample(settings, { numRuns: 1, seed: 1 }) as [FeedSettings];
  const tape = { ...given.tape, universe: generateUniverse(8, 1), rate: 0.0003, hotFraction: 0, step_ms: 10_000 };
  const slow = { ...given, tape, count: Infinity, end_ms: tape.start_ms + 5 * 86_400_000 };
  const [reference, kernel] = [new SimFeed(slow), new KernelSimFeed(slow)];
  for (const feed of [reference, kernel]) while (!feed.isDone()) feed.step();
  expect(linesOf(kernel, [true])).toEqual(linesOf(reference, [true]));
});

it('ends at the same tick', () => {
  const [given] = fc.sample(settings, { numRuns: 1, seed: 1 }) as [FeedSettings];
  const tape = { ...given.tape, universe: generateUniverse(40, 1), hotFraction: 1, hotRate: 500, step_ms: 10 };
  for (const end of [30, 30.25, 31.5, 35]) {
    const dense = { ...given, tape, count: Infinity, end_ms: tape.start_ms + end };
    expect(linesOf(new KernelSimFeed(dense), [true])).toEqual(linesOf(new SimFeed(dense), [true]));
  }
});

it('leaves prices of too many digits, and ticks that are held for too long, to the reference', () => {
  const [given] = fc.sample(settings, { numRuns: 1, seed: 1 }) as [FeedSettings];
  const tape = { ...given.tape, universe: generateUniverse(300, 1), tickSize: { units: 1, scale: 100 } };
  expect(KernelSimFeed.canMake({ ...given, tape })).toBe(true);
  expect(KernelSimFeed.canMake({ ...given, tape: { ...tape, tickSize: { units: 1, scale: 1e8 } } })).toBe(false);
  expect(KernelSimFeed.canMake({ ...given, tape, faults: { ...given.faults, maxDelay_ms: 1e12 } })).toBe(false);
});
