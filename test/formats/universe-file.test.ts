import { describe, expect, it } from 'vitest';
import { parseUniverse } from '../../src/lib/formats/universe-file.js';
import { QfError } from '../../src/lib/runtime/errors.js';

/** The usage error of a universe that is refused. */
function refusalOf(text: string): string {
  try {
    parseUniverse('u.csv', text);
  } catch (error) {
    expect(error).toBeInstanceOf(QfError);
    expect(error).toMatchObject({ code: 'usage' });
    return (error as QfError).message;
  }
  return 'taken';
}

describe('a universe', () => {
  it('has every column', () => {
    expect(parseUniverse('u.csv', 'symbol,start_price,volatility,weight,follows\nA,100,0.3,2.5,\nB,50.5,0.1,1,A\n')).toEqual([
      { symbol: 'A', startPrice: 100, volatility: 0.3, weight: 2.5, follows: undefined },
      { symbol: 'B', startPrice: 50.5, volatility: 0.1, weight: 1, follows: 0 },
    ]);
  });

  it('has a volatility of 0.25 and a weight of 1 where it says nothing', () => {
    const expected = [{ symbol: 'A', startPrice: 100, volatility: 0.25, weight: 1, follows: undefined }];
    expect(parseUniverse('u.csv', 'symbol,start_price\nA,100\n')).toEqual(expected);
    expect(parseUniverse('u.csv', 'symbol,start_price,volatility,weight,follows\nA,100,,,\n')).toEqual(expected);
  });

  it('has its columns in any order and may have others', () => {
    expect(parseUniverse('u.csv', 'name,weight,start_price,symbol\nx,3,100,A\n')).toMatchObject([
      { symbol: 'A', startPrice: 100, weight: 3 },
    ]);
  });

  it('may have comments, blank lines, spaces, CR LF, quotes, a byte order mark, and no line break at its end', () => {
    const text = '\uFEFF# a market\r\nsymbol, start_price\r\n\r\n A , 100 # the first\r\n"B & C",50';
    expect(parseUniverse('u.csv', text)).toMatchObject([
      { symbol: 'A', startPrice: 100 },
      { symbol: 'B & C', startPrice: 50 },
    ]);
  });

  it('may have several that follow one, and chains', () => {
    const text = 'symbol,start_price,follows\nA,1,\nB,1,A\nC,1,A\nD,1,C\n';
    expect(parseUniverse('u.csv', text).map(({ follows }) => follows)).toEqual([undefined, 0, 0, 2]);
  });

  it('has 1 to 100,000 symbols', () => {
    const universe = (count: number): string =>
      `symbol,start_price\n${Array.from({ length: count }, (_, index) => `S${index},1\n`).join('')}`;
    expect(parseUniverse('u.csv', universe(100_000))).toHaveLength(100_000);
    expect(refusalOf(universe(100_001))).toBe('u.csv: expected 1 to 100000 symbols, found 100001');
    expect(refusalOf(universe(0))).toBe('u.csv: expected 1 to 100000 symbols, found 0');
    expect(refusalOf('')).toBe('u.csv: expected 1 to 100000 symbols, found 0');
  });
});

describe('a universe is refused', () => {
  it.each([
    ['without a column for symbols', 'name,start_price\nA,1\n', 'u.csv: symbol 1: "" is not a symbol'],
    ['with an empty symbol', 'symbol,start_price\nA,1\n,1\n', 'u.csv: symbol 2: "" is not a symbol'],
    ['with a symbol out of bounds', 'symbol,start_price\n-A,1\n', 'u.csv: symbol 1: "-A" is not a symbol'],
    ['with a symbol twice', 'symbol,start_price\nA,1\nB,1\nA,2\n', 'u.csv: symbol 3: A is there twice'],
    [
      'where one follows what is unknown',
      'symbol,start_price,follows\nA,1,Z\n',
      'u.csv: symbol 1: follows "Z", which is not further up',
    ],
    [
      'where one follows what is further down',
      'symbol,start_price,follows\nA,1,B\nB,1,\n',
      'u.csv: symbol 1: follows "B", which is not further up',
    ],
    ['where one follows itself', 'symbol,start_price,follows\nA,1,A\n', 'u.csv: symbol 1: follows "A", which is not further up'],
    ['without a column for prices', 'symbol\nA\n', 'u.csv: symbol 1: start_price: "" is not a number above 0 and below 1e9'],
    ['without a price', 'symbol,start_price\nA,\n', 'u.csv: symbol 1: start_price: "" is not a number above 0 and below 1e9'],
  ])('%s', (_, text, message) => {
    expect(refusalOf(text)).toBe(message);
  });

  it.each(['0', '-1', '+1', '1e3', '0x10', 'NaN', '1.', '.5', '1000000000', 'many', '0.0'])('with %s for a number', (number) => {
    for (const [column, row] of [
      ['start_price', `A,${number},1,1`],
      ['volatility', `A,1,${number},1`],
      ['weight', `A,1,1,${number}`],
    ]) {
      expect(refusalOf(`symbol,start_price,volatility,weight\n${row}\n`)).toBe(
        `u.csv: symbol 1: ${column}: "${number}" is not a number above 0 and below 1e9`,
      );
    }
  });

  it.each([
    ['a row that is too short', 'symbol,start_price\nA\n', /^u\.csv: .*line 2/],
    ['a row that is too long', 'symbol,start_price\nA,1,2\n', /^u\.csv: .*line 2/],
    ['a quote that does not end', 'symbol,start_price\n"A,1\n', /^u\.csv: .*[Qq]uote/],
  ])('with %s', (_, text, message) => {
    expect(refusalOf(text)).toMatch(message);
  });
});
