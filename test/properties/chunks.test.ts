import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut } from '../support/lines.js';
import { countsOf, makeAgg, makeBars1s, run } from '../support/stages.js';
import { anyInput, barLine, bars, noise, tickLine, ticks } from '../support/streams.js';

const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 6 });
const lineEnd = fc.constantFrom('\n', '\r\n', '\n\n', '\n \n');

/** Lines with noise between them, different line ends, and perhaps a byte order mark and no line end at the end. */
function streamOf(lines: fc.Arbitrary<string[]>): fc.Arbitrary<Buffer> {
  const shape = fc.record({
    lines,
    noises: fc.array(noise, { minLength: 1 }),
    ends: fc.array(lineEnd, { minLength: 1 }),
    mark: fc.boolean(),
  });
  return fc.tuple(shape, fc.boolean()).map(([{ lines: good, noises, ends, mark }, isOpen]) => {
    const all = good.flatMap((line, at) => [line, noises[at % noises.length] ?? '']);
    const text = (mark ? '\uFEFF' : '') + all.map((line, at) => line + (ends[at % ends.length] ?? '')).join('');
    return Buffer.from(isOpen ? text.trimEnd() : text);
  });
}

const tickStream = streamOf(ticks.map((list) => list.map(tickLine)));
const barStream = streamOf(bars.map((list) => list.map(barLine)));

describe('the output of bars1s', () => {
  it('does not depend on how the input is cut into chunks', () => {
    fc.assert(
      fc.property(tickStream, sizes, (bytes, random) => {
        const whole = run(makeBars1s(), [bytes]);
        for (const chunks of [cut(bytes, [1]), cut(bytes, random)]) {
          const result = run(makeBars1s(), chunks);
          expect(result.output).toBe(whole.output);
          expect(result.rejects).toBe(whole.rejects);
          expect(countsOf(result)).toEqual(countsOf(whole));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('does not depend on chunks for any bytes', () => {
    fc.assert(
      fc.property(anyInput, sizes, (bytes, random) => {
        const whole = run(makeBars1s(), [bytes]);
        const result = run(makeBars1s(), cut(bytes, [...random, 5000]));
        expect(result.output).toBe(whole.output);
        expect(result.rejects).toBe(whole.rejects);
        expect(countsOf(result)).toEqual(countsOf(whole));
      }),
      { numRuns: 150 },
    );
  });

  it('does not read fields of an earlier line that stood in the same memory', () => {
    const stale = '"vol":5}';
    const begin = '{"symbol":"A","event_ts":1700000000000000000,"ltp":1,"vol":1,"side":null';
    const longer = `${begin},"x":null,${stale}`;
    const shorter = `${begin.padEnd(longer.indexOf(stale) - 1)}}`;
    const bytes = Buffer.from(`${longer}\n${shorter}\n`);
    for (const size of [1, 10, bytes.length]) {
      expect(run(makeBars1s(), cut(bytes, [size])).output).toContain('"vol":6,"n_trades":2');
    }
  });
});

describe('the output of agg', () => {
  it('does not depend on how the input is cut into chunks', () => {
    fc.assert(
      fc.property(barStream, sizes, (bytes, random) => {
        const whole = run(makeAgg([60, 900]), [bytes]);
        for (const chunks of [cut(bytes, [1]), cut(bytes, random)]) {
          const result = run(makeAgg([60, 900]), chunks);
          expect(result.output).toBe(whole.output);
          expect(result.rejects).toBe(whole.rejects);
          expect(countsOf(result)).toEqual(countsOf(whole));
        }
      }),
      { numRuns: 100 },
    );
  });
});
