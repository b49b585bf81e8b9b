import { parse } from 'csv-parse/sync';
import { messageOf, QfError } from '../runtime/errors.js';

const COLUMNS = ['instrument_token', 'tradingsymbol', 'exchange'] as const;

type Row = Readonly<Record<string, string | undefined>>;

/** The instruments that a broker lists, by token and by symbol. */
export interface Instruments {
  /** The symbol of a token: the trading symbol, with the exchange before it where several exchanges have it. */
  readonly symbols: ReadonlyMap<number, string>;
  /** Tokens by `INFY` and by `NSE:INFY`; a trading symbol of several exchanges has several. */
  readonly tokens: ReadonlyMap<string, readonly number[]>;
}

/**
 * Reads an instruments file as Kite publishes it: CSV with the columns `instrument_token`, `tradingsymbol` and `exchange`. Throws
 * a usage error where it is not such a file.
 */
export function parseInstruments(path: string, text: string): Instruments {
  let rows: Row[];
  try {
    rows = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    throw new QfError('usage', `${path}: ${messageOf(error)}`, { cause: error });
  }
  const tokens = new Map<string, number[]>();
  const listed: { token: number; symbol: string; exchange: string }[] = [];
  for (const [index, row] of rows.entries()) {
    const [token, symbol, exchange] = COLUMNS.map((column) => row[column]);
    if (token === undefined || symbol === undefined || exchange === undefined || !/^\d{1,10}$/.test(token)) {
      throw new QfError('usage', `${path}: instrument ${index + 1}: expected the columns ${COLUMNS.join(', ')}`);
    }
    listed.push({ token: Number(token), symbol, exchange });
    for (const name of [symbol, `${exchange}:${symbol}`]) tokens.set(name, [...(tokens.get(name) ?? []), Number(token)]);
  }
  const symbols = new Map(
    listed.map(({ token, symbol, exchange }) => [token, tokens.get(symbol)?.length === 1 ? symbol : `${exchange}:${symbol}`]),
  );
  return { symbols, tokens };
}

/** What is subscribed to: tokens, and the symbol that each tick of them gets. */
export type Selection = ReadonlyMap<number, string>;

/** The instruments that are asked for, named as they were asked for; all of them where none is. Throws a usage error. */
export function select({ symbols, tokens }: Instruments, names: readonly string[], max: number): Selection {
  const chosen = names.length === 0 ? symbols : new Map(names.map((name) => [tokenOf(name, tokens), name]));
  if (chosen.size === 0 || chosen.size > max) {
    throw new QfError('usage', `--symbols: one connection takes 1 to ${max} instruments, not ${chosen.size}`);
  }
  return chosen;
}

function tokenOf(name: string, tokens: Instruments['tokens']): number {
  const found = tokens.get(name) ?? [];
  const [token] = found;
  if (token === undefined) throw new QfError('usage', `--symbols: no instrument "${name}" in the instruments file`);
  if (found.length > 1) throw new QfError('usage', `--symbols: several exchanges have "${name}": say which, as in NSE:${name}`);
  return token;
}
