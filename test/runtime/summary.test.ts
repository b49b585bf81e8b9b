import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/lib/core/model/model.js';
import { Counts } from '../../src/lib/runtime/counts.js';
import type { RunReport } from '../../src/lib/runtime/run.js';
import { progressText, summaryFields, summaryText } from '../../src/lib/runtime/summary.js';

/** Counts of so many records of each outcome. */
function countsOf(records: readonly (readonly [Outcome, number])[], out = 0): Counts {
  const counts = new Counts();
  for (const [outcome, count] of records) for (let number = 0; number < count; number++) counts.add(outcome);
  counts.out = out;
  return counts;
}

function reportOf(counts: Counts, changes: Partial<RunReport> = {}): RunReport {
  return {
    counts,
    elapsed_ms: 1234.5678,
    ended: 'end',
    error: undefined,
    written: { records: 4, bytes: 100 },
    unwritten: { records: 2, bytes: 50 },
    queues: { input: { peak: 1, capacity: 4 }, output: { peak: 2, capacity: 4 } },
    account: undefined,
    ...changes,
  };
}

const REFUSED: readonly (readonly [Outcome, number])[] = [
  [{ reason: 'invalid_json', detail: '' }, 2],
  [{ reason: 'wrong_type', detail: 'ltp' }, 1],
  [{ reason: 'wrong_type', detail: 'vol' }, 1],
];

describe('the summary as fields', () => {
  it('has every count, the refusals by reason, and what was written and what was not', () => {
    const counts = countsOf([['used', 5], ['late', 3], ['duplicate', 2], ['ignored', 1], ...REFUSED], 6);
    expect(summaryFields(reportOf(counts, { ended: 'SIGTERM' }))).toEqual({
      ended: 'SIGTERM',
      in: 15,
      used: 5,
      late: 3,
      duplicate: 2,
      rejected: 4,
      ignored: 1,
      out: 6,
      rejected_by: { invalid_json: 2, wrong_type: 2 },
      adds_up: true,
      written_records: 4,
      unwritten_records: 2,
      unwritten_bytes: 50,
      elapsed_ms: 1235,
      queues: { input: { peak: 1, capacity: 4 }, output: { peak: 2, capacity: 4 } },
      account: undefined,
    });
  });

  it.each(['used', 'late', 'duplicate', 'rejected', 'ignored'] as const)('says where %s does not add up', (name) => {
    const counts = countsOf([['used', 5]]);
    counts[name]++;
    expect(summaryFields(reportOf(counts))).toMatchObject({ adds_up: false });
  });

  it('can be written as JSON', () => {
    const fields = summaryFields(reportOf(countsOf(REFUSED)));
    expect(JSON.parse(JSON.stringify(fields))).toEqual(fields);
  });
});

describe('the summary as a sentence', () => {
  it.each([
    ['only what there was', countsOf([['used', 5]], 2), 'in 5 = used 5; out 2; 1.2 s, end'],
    ['nothing where nothing came', countsOf([]), 'in 0 = used 0; out 0; 1.2 s, end'],
    [
      'every kind of record, and refusals by reason',
      countsOf([['used', 5], ['late', 3], ['duplicate', 2], ['ignored', 1], ...REFUSED], 6),
      'in 15 = used 5 + late 3 + duplicate 2 + rejected 4 + ignored 1 (invalid_json 2, wrong_type 2); out 6; 1.2 s, end',
    ],
    ['large numbers in groups', countsOf([['used', 12_345]], 1_234_567), 'in 12,345 = used 12,345; out 1,234,567; 1.2 s, end'],
  ])('has %s', (_, counts, text) => {
    expect(summaryText(reportOf(counts))).toBe(text);
  });

  it('says how it ended and how long it took', () => {
    expect(summaryText(reportOf(countsOf([]), { ended: 'closed_pipe', elapsed_ms: 61_000 }))).toMatch(/; 61\.0 s, closed_pipe$/);
  });
});

describe('the progress', () => {
  it.each([
    ['with its rate', countsOf([['used', 3000]], 20), 1500, 'bars1s: in 3,000 (2,000/s), out 20'],
    ['before any time has passed', countsOf([['used', 3]], 0), 0, 'bars1s: in 3 (0/s), out 0'],
    [
      'with what was late or rejected, but not with what was expected to go',
      countsOf([['used', 1], ['late', 3], ['duplicate', 2], ['ignored', 7], ...REFUSED], 1),
      1000,
      'bars1s: in 17 (17/s), out 1, late or rejected 7',
    ],
  ])('is shown %s', (_, counts, elapsed_ms, text) => {
    expect(progressText('bars1s', counts, elapsed_ms)).toBe(text);
  });
});
