import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Processor } from '../../src/lib/runtime/processor.js';
import { linesIn, makeAgg, makeBars1s, run } from '../support/stages.js';
import { anyInput } from '../support/streams.js';

/** Lines that are not blank, counted on the bytes as text of single bytes. */
function countLines(bytes: Buffer): number {
  const text = bytes.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '');
  return text.split('\n').filter((line) => /[^ \t\r]/.test(line)).length;
}

/** Every line is counted once, and every line that is refused or late leaves a reject record with its number. */
function checkAccount(processor: Processor<Buffer>, bytes: Buffer): void {
  const { output, rejects, counts } = run(processor, [bytes]);
  expect(counts.in).toBe(countLines(bytes));
  expect(counts.used + counts.late + counts.duplicate + counts.rejected + counts.ignored).toBe(counts.in);
  expect(counts.addUp).toBe(true);
  expect(counts.out).toBe(linesIn(output).length);
  expect(linesIn(rejects)).toHaveLength(counts.rejected + counts.late);
  const numbers = linesIn(rejects).map((line) => (JSON.parse(line) as { line: number }).line);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  const reasons = [...counts.rejectedBy.values()].reduce((sum, count) => sum + count, 0);
  expect(reasons).toBe(counts.rejected);
}

describe('in = used + late + duplicate + rejected + ignored', () => {
  it('holds for bars1s and any bytes', () => {
    fc.assert(
      fc.property(anyInput, fc.constantFrom(0, 2e9), (bytes, grace) => {
        checkAccount(makeBars1s({ grace }), bytes);
      }),
      { numRuns: 400 },
    );
  });

  it('holds for bars1s with marks and any bytes', () => {
    fc.assert(
      fc.property(anyInput, (bytes) => {
        checkAccount(makeBars1s({ live: true, 'max-future': 60e9 }), bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('holds for agg and any bytes', () => {
    fc.assert(
      fc.property(anyInput, (bytes) => {
        checkAccount(makeAgg([60, 900], { 'from-tf': 1 }), bytes);
      }),
      { numRuns: 400 },
    );
  });
});
