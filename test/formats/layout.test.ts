import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine, tableOf } from '../../src/lib/formats/layout.js';

/** The cells of each row of a table, the header first. */
function cellsOf(table: string): string[][] {
  return table
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('│')
        .map((cell) => cell.trim()),
    );
}

describe('a line of CSV', () => {
  it.each([
    [['a', 'b'], 'a,b\n'],
    [['', ''], ',\n'],
    [['a,b', 'c'], '"a,b",c\n'],
    [['say "hi"'], '"say ""hi"""\n'],
    [['a\nb', 'c\rd'], '"a\nb","c\rd"\n'],
    [[' a '], ' a \n'],
  ])('of %j is %j', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });

  it('is read back as what was written, alone and among others', () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', '\t', 'é', '#', ';') }),
      fc.string({ unit: 'grapheme' }),
    );
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }));
    fc.assert(
      fc.property(table, (rows) => {
        expect(parse(rows.map(csvLine).join(''), { record_delimiter: '\n' })).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a table', () => {
  it('has a header, and a row for each row', () => {
    const table = tableOf(
      ['symbol', 'ltp'],
      [
        ['A', '1.5'],
        ['B', '200'],
      ],
    );
    expect(table).toBe(
      [
        '┌────────┬─────┐',
        '│ symbol │ ltp │',
        '├────────┼─────┤',
        '│ A      │ 1.5 │',
        '│ B      │ 200 │',
        '└────────┴─────┘',
        '',
      ].join('\n'),
    );
  });

  it('shows the times of bars and ticks in UTC, every digit of them', () => {
    expect(cellsOf(tableOf(['ts', 'event_ts'], [['1700000000', '1700000000000000009']]))).toEqual([
      ['ts (UTC)', 'event_ts (UTC)'],
      ['2023-11-14 22:13:20', '2023-11-14 22:13:20.000000009'],
    ]);
    expect(cellsOf(tableOf(['ts', 'event_ts'], [['0', '99999999999999999']]))).toContainEqual([
      '1970-01-01 00:00:00',
      '1973-03-03 09:46:39.999999999',
    ]);
  });

  it('shows times that are none as they are', () => {
    const row = ['noon', '-5'];
    expect(cellsOf(tableOf(['ts', 'event_ts'], [row, ['12345678901', '17']]))).toEqual([
      ['ts (UTC)', 'event_ts (UTC)'],
      row,
      ['12345678901', '17'],
    ]);
  });

  it('shows control characters as escapes', () => {
    const [, row] = cellsOf(tableOf(['symbol', 'raw'], [['\x1b[2J', 'a\nb\tc\r\x7f\x9b\0']]));
    expect(row).toEqual([String.raw`\u001b[2J`, String.raw`a\u000ab\u0009c\u000d\u007f\u009b\u0000`]);
  });

  it('never has a control character but its own line breaks, and one line for each row', () => {
    const cell = fc.string({ unit: fc.integer({ min: 0, max: 0x2ff }).map((code) => String.fromCodePoint(code)) });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
        const lines = tableOf(['symbol', 'ts'], rows).split('\n');
        expect(lines).toHaveLength(rows.length + 5);
        expect(lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
      }),
    );
  });
});

describe('columns with the names of methods', () => {
  it('are columns like others', () => {
    const table = tableOf(['constructor', 'toString'], [['1', '2']]);
    expect(table).toMatch(/│ constructor │ toString │/);
    expect(table).toMatch(/│ +1 │ +2 │/);
  });
});
