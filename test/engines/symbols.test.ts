import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SymbolTable } from '../../src/lib/engines/reference/symbols.js';
import { symbol } from '../support/record-texts.js';

function at(table: SymbolTable, json: string): string | undefined {
  const bytes = Buffer.from(`x${json}x`);
  return table.at(bytes, 1, bytes.length - 1);
}

describe('SymbolTable', () => {
  it('gives every symbol as it is written, however many share its slots', () => {
    const table = new SymbolTable();
    for (let round = 0; round < 2; round++) {
      for (let number = 0; number < 20_000; number++) expect(at(table, `"S${number}"`)).toBe(`S${number}`);
    }
  });

  it('gives any symbol, the first time and again', () => {
    fc.assert(
      fc.property(fc.array(symbol), (symbols) => {
        const table = new SymbolTable();
        for (const name of [...symbols, ...symbols]) expect(at(table, JSON.stringify(name))).toBe(name);
      }),
    );
  });

  it('reads escapes', () => {
    const table = new SymbolTable();
    expect(at(table, '"\\u0041"')).toBe('A');
    expect(at(table, '"A"')).toBe('A');
  });

  it('does not remember what is no symbol', () => {
    const table = new SymbolTable();
    expect(at(table, '"_"')).toBeUndefined();
    expect(at(table, '"_"')).toBeUndefined();
    expect(at(table, '""')).toBeUndefined();
  });
});
