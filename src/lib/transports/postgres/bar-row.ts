import { type Origin, type StoredRecord, timeText } from './row.js';
import { barsTable } from './tables.js';

const PRICE = String.raw`(0|-?(?:[1-9]\d*|0(?=\.))(?:\.\d*[1-9])?)`;

/** A bar as qf writes it, without its line break: fields in the contract's order, plain numbers without trailing zeros. */
const BAR = new RegExp(
  String.raw`^\{"symbol":"([A-Za-z0-9][A-Za-z0-9 ._:/&-]{0,63})","tf":"([1-9]\d{0,7}[smhd])","ts":(0|[1-9]\d{0,9}),` +
    `"o":${PRICE},"h":${PRICE},"l":${PRICE},"c":${PRICE},` +
    String.raw`"vol":((?:0|[1-9]\d{0,30})(?:\.\d{0,7}[1-9])?),"n_trades":(0|[1-9]\d{0,15})\}$`,
);

/**
 * A bar. Rows wait by the ten thousand for their transaction: as one text each, the line of COPY, which has other uses for none of
 * the characters in a bar.
 */
class BarRow implements StoredRecord {
  readonly table: string;
  readonly origin: Origin;
  private readonly line: string;

  constructor(table: string, line: string, origin: Origin) {
    this.table = table;
    this.line = line;
    this.origin = origin;
  }

  columns(): readonly string[] {
    return this.line.split('\t');
  }

  copyLine(): string {
    return this.line;
  }
}

/**
 * The row of a bar from its text as qf writes it, without the line break; undefined for any other text. Values stay text, so that no
 * digit is lost. Throws a usage error for a timeframe that has no table.
 */
export function barRow(text: string, origin: Origin): StoredRecord | undefined {
  const match = BAR.exec(text);
  if (match === null) return undefined;
  const [, symbol = '', tf = '', ts = '', o, h, l, c, vol, trades] = match;
  return new BarRow(barsTable(tf), [symbol, timeText(ts), o, h, l, c, vol, trades].join('\t'), origin);
}
