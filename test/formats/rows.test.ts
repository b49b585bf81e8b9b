import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, NOT_TEXT } from '../../src/lib/formats/row-decoder.js';
import { CsvRows, JsonRows, type RowReader, splitCsvLine } from '../../src/lib/formats/rows.js';
import { refusalText } from '../support/decoding.js';

/** The first cells of a line that stands within other bytes, or the refusal. */
function cellsOf(reader: RowReader, line: string | Buffer, count: number): Cell[] | string {
  const bytes = Buffer.concat([Buffer.from('"{'), Buffer.from(line), Buffer.from('"}')]);
  const refusal = reader.read(bytes, 2, bytes.length - 2);
  return refusal === undefined ? Array.from({ length: count }, (_, index) => reader.cell(index)) : refusalText(refusal);
}

describe('a row of CSV', () => {
  it.each([
    ['plain cells', 'a,b,c', ['a', 'b', 'c']],
    ['spaces, which are kept', ' a , b,\t', [' a ', ' b', '\t']],
    ['empty cells, which are absent', ',b,', [undefined, 'b', undefined]],
    ['empty quotes, which are absent', '"",b,""', [undefined, 'b', undefined]],
    ['too few cells, of which the rest is absent', 'a', ['a', undefined, undefined]],
    ['too many cells, of which the rest is left', 'a,b,c,d', ['a', 'b', 'c']],
    ['quoted cells', '"a","b",c', ['a', 'b', 'c']],
    ['commas in quotes', '"a,b",",",c', ['a,b', ',', 'c']],
    ['quotes in quotes', '"say ""hi""","""",c', ['say "hi"', '"', 'c']],
    ['characters beyond ASCII', 'é,"€,",😀', ['é', '€,', '😀']],
    ['too few quoted cells', '"a,b"', ['a,b', undefined, undefined]],
    ['too many quoted cells', '"a",b,c,d', ['a', 'b', 'c']],
  ])('may have %s', (_, line, cells) => {
    expect(cellsOf(new CsvRows(), line, 3)).toEqual(cells);
  });

  it.each([
    ['a quote that does not end', 'a,"b'],
    ['a quote within a cell', 'a,b"c'],
    ['text behind a quoted cell', '"a"b,c'],
    ['a space before a quoted cell', 'a, "b"'],
    ['one quote', '"'],
  ])('is invalid_csv with %s', (_, line) => {
    expect(cellsOf(new CsvRows(), line, 3)).toBe('invalid_csv');
  });

  it('is invalid_utf8 before it is invalid_csv', () => {
    expect(cellsOf(new CsvRows(), Buffer.from([0x61, 0xff, 0x22]), 1)).toBe('invalid_utf8');
  });

  it('knows nothing of the row before', () => {
    const rows = new CsvRows();
    expect(cellsOf(rows, 'a,b,c', 3)).toEqual(['a', 'b', 'c']);
    expect(cellsOf(rows, 'd', 3)).toEqual(['d', undefined, undefined]);
  });

  it('gives the cells that were written, whichever of them are quoted', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', '"', 'é', '=') });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.boolean()), { minLength: 1 }), (cells) => {
        const line = cells
          .map(([cell, isQuoted]) => (isQuoted || /[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
          .join(',');
        expect(splitCsvLine(line)).toEqual(cells.map(([cell]) => cell));
      }),
    );
  });
});

describe('a row of JSON', () => {
  const read = (line: string | Buffer): unknown => cellsOf(new JsonRows(['p', 'q']), line, 2);

  it.each([
    ['text', '{"p":"a","q":"b c"}', ['a', 'b c']],
    ['members in another order and others', '{"x":1,"q":"b","y":[{"p":2}],"p":"a"}', ['a', 'b']],
    ['escapes', String.raw`{"p":"\u0041\n","q":"\""}`, ['A\n', '"']],
    ['characters beyond ASCII', '{"p":"é","q":"😀"}', ['é', '😀']],
    ['an escaped key', String.raw`{"\u0070":"a"}`, ['a', undefined]],
    ['spaces around everything', ' { "p" : "a" , "q" : 1 } ', ['a', '1']],
    ['a repeated key, of which the last counts', '{"p":"a","p":"b"}', ['b', undefined]],
    ['a null, which is absent', '{"p":null,"q":"b"}', [undefined, 'b']],
    ['a null that repeats a key, which is absent', '{"p":"a","p":null}', [undefined, undefined]],
    ['an empty text, which is absent', '{"p":"","q":"b"}', [undefined, 'b']],
    ['nothing', '{}', [undefined, undefined]],
  ])('may have %s', (_, line, cells) => {
    expect(read(line)).toEqual(cells);
  });

  it.each(['1', '-0', '1.50', '1e5', '0.1000', '1700000000123456789', '123456789012345678901234567890.5'])(
    'keeps the digits of the number %s',
    (number) => {
      expect(read(`{"p":${number},"q":"\\u0041"}`)).toEqual([number, 'A']);
    },
  );

  it.each(['true', 'false', '{}', '[]', '["a"]', '{"p":"a"}'])('has no text where the value is %s', (value) => {
    expect(read(`{"p":${value},"q":"b"}`)).toEqual([NOT_TEXT, 'b']);
  });

  it.each([
    ['', 'invalid_json'],
    ['{', 'invalid_json'],
    ['{"p":1,}', 'invalid_json'],
    ['{"p":01}', 'invalid_json'],
    ['{"p":"a"} {}', 'invalid_json'],
    ['[]', 'not_an_object'],
    ['"p"', 'not_an_object'],
    ['null', 'not_an_object'],
    ['7', 'not_an_object'],
  ])('is refused where the line is %j: %s', (line, refusal) => {
    expect(read(line)).toBe(refusal);
  });

  it('is refused where it is not UTF-8', () => {
    expect(read(Buffer.from('{"p":"é"}', 'latin1'))).toBe('invalid_utf8');
  });

  it('knows nothing of the row before', () => {
    const rows = new JsonRows(['p', 'q']);
    expect(cellsOf(rows, '{"p":"a","q":"b"}', 2)).toEqual(['a', 'b']);
    expect(cellsOf(rows, '{"q":"c"}', 2)).toEqual([undefined, 'c']);
  });

  it('gives any text and the digits of any number', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (text, number) => {
          expect(read(`{"p":${JSON.stringify(text)},"q":${number}}`)).toEqual([text, String(number)]);
        },
      ),
    );
  });
});

describe('a CR within a row', () => {
  it('belongs to its cell, with and without quotes in the row', () => {
    expect(splitCsvLine('A,1\r,5')).toEqual(['A', '1\r', '5']);
    expect(splitCsvLine('"A",1\r,5')).toEqual(['A', '1\r', '5']);
  });
});
