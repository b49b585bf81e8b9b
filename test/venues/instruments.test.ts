import { describe, expect, it } from 'vitest';
import { QfError } from '../../src/lib/runtime/errors.js';
import { parseInstruments, select } from '../../src/lib/venues/instruments.js';

const HEADER = 'instrument_token,exchange_token,tradingsymbol,name,last_price,exchange\n';
const LIST = `${HEADER}408065,1594,INFY,INFOSYS,0,NSE
128053508,500209,INFY,INFOSYS,0,BSE
256265,1001,NIFTY 50,NIFTY 50,0,INDICES
519937,2031,M&M,"MAHINDRA, LTD",0,NSE
`;

/** The usage error of what is refused. */
function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(QfError);
    expect(error).toMatchObject({ code: 'usage' });
    return (error as QfError).message;
  }
  return 'taken';
}

/** Tokens and symbols that are chosen from a list. */
function chosen(names: readonly string[], list = LIST, max = 100): [number, string][] {
  return [...select(parseInstruments('i.csv', list), names, max)];
}

describe('a list of instruments', () => {
  it('has symbols by token, with the exchange where several have one of its name', () => {
    expect([...parseInstruments('i.csv', LIST).symbols]).toEqual([
      [408065, 'NSE:INFY'],
      [128053508, 'BSE:INFY'],
      [256265, 'NIFTY 50'],
      [519937, 'M&M'],
    ]);
  });

  it('has tokens by name, with the exchange and without', () => {
    const { tokens } = parseInstruments('i.csv', LIST);
    expect(tokens.get('M&M')).toEqual([519937]);
    expect(tokens.get('NSE:M&M')).toEqual([519937]);
    expect(tokens.get('INFY')).toEqual([408065, 128053508]);
    expect(tokens.get('BSE:INFY')).toEqual([128053508]);
    expect(tokens.get('BSE:M&M')).toBeUndefined();
  });

  it('may have its columns in any order, a byte order mark, CR LF, blank lines and spaces', () => {
    const text = '\uFEFFexchange, tradingsymbol ,instrument_token\r\n\r\nNSE, INFY ,408065\r\n';
    expect([...parseInstruments('i.csv', text).symbols]).toEqual([[408065, 'INFY']]);
  });

  it('may have the largest token', () => {
    expect(chosen([], `${HEADER}4294967295,1,A,,0,NSE\n`)).toEqual([[4294967295, 'A']]);
  });

  const COLUMNS = 'expected the columns instrument_token, tradingsymbol, exchange';
  it.each([
    ['other columns', 'token,symbol\n1,A\n', `i.csv: instrument 1: ${COLUMNS}`],
    ['no exchange', 'instrument_token,tradingsymbol\n1,A\n', `i.csv: instrument 1: ${COLUMNS}`],
    ['a token that is no number', `${LIST}x,1,A,,0,NSE\n`, `i.csv: instrument 5: ${COLUMNS}`],
    ['a negative token', `${LIST}-5,1,A,,0,NSE\n`, `i.csv: instrument 5: ${COLUMNS}`],
    ['an empty token', `${LIST},1,A,,0,NSE\n`, `i.csv: instrument 5: ${COLUMNS}`],
    ['a second header', LIST + HEADER, `i.csv: instrument 5: ${COLUMNS}`],
  ])('is refused with %s', (_, text, message) => {
    expect(refusalOf(() => parseInstruments('i.csv', text))).toBe(message);
  });

  it.each([
    ['a row that is too short', `${HEADER}1,2\n`, /^i\.csv: .*line 2/],
    ['a quote that does not end', `${HEADER}1,2,"A\n`, /^i\.csv: .*[Qq]uote/],
  ])('is refused with %s', (_, text, message) => {
    expect(refusalOf(() => parseInstruments('i.csv', text))).toMatch(message);
  });
});

describe('a selection', () => {
  it('has what is asked for, in its order and as it was asked for', () => {
    expect(chosen(['NIFTY 50', 'BSE:INFY', 'NSE:M&M'])).toEqual([
      [256265, 'NIFTY 50'],
      [128053508, 'BSE:INFY'],
      [519937, 'NSE:M&M'],
    ]);
  });

  it('has the whole list where nothing is asked for', () => {
    expect(chosen([])).toEqual([
      [408065, 'NSE:INFY'],
      [128053508, 'BSE:INFY'],
      [256265, 'NIFTY 50'],
      [519937, 'M&M'],
    ]);
  });

  it('has an instrument once', () => {
    expect(chosen(['M&M', 'M&M'])).toEqual([[519937, 'M&M']]);
  });

  it.each([
    ['a name that is not in the list', ['M&M', 'TCS'], '--symbols: no instrument "TCS" in the instruments file'],
    ['a name in other letters', ['m&m'], '--symbols: no instrument "m&m" in the instruments file'],
    ['an exchange that does not have it', ['BSE:M&M'], '--symbols: no instrument "BSE:M&M" in the instruments file'],
    ['what every object has', ['constructor'], '--symbols: no instrument "constructor" in the instruments file'],
    ['a name of several exchanges', ['INFY'], '--symbols: several exchanges have "INFY": say which, as in NSE:INFY'],
  ])('is refused with %s', (_, names, message) => {
    expect(refusalOf(() => chosen(names))).toBe(message);
  });

  it('has 1 to as many instruments as a connection takes', () => {
    expect(chosen([], LIST, 4)).toHaveLength(4);
    expect(refusalOf(() => chosen([], LIST, 3))).toBe('--symbols: one connection takes 1 to 3 instruments, not 4');
    expect(chosen(['M&M', 'NIFTY 50'], LIST, 2)).toHaveLength(2);
    expect(refusalOf(() => chosen(['M&M', 'NIFTY 50'], LIST, 1))).toBe(
      '--symbols: one connection takes 1 to 1 instruments, not 2',
    );
    expect(refusalOf(() => chosen([], HEADER))).toBe('--symbols: one connection takes 1 to 100 instruments, not 0');
  });
});
