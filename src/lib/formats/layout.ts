import Table from 'cli-table3';
import { isoTime } from '../core/model/time.js';

const TEXT_FIELDS = ['symbol', 'tf', 'trade_id', 'side', 'stage', 'reason', 'detail', 'raw', 'raw_b64', 'file'];

/** How a table shows a value: times of the known columns in UTC. */
const SHOWN: ReadonlyMap<string, (text: string) => string> = new Map([
  ['ts', (text: string) => (/^\d{1,10}$/.test(text) ? isoTime(Number(text), '') : text)],
  ['event_ts', (text: string) => (/^\d{10,19}$/.test(text) ? isoTime(Number(text.slice(0, -9)), text.slice(-9)) : text)],
]);

/** Rows as a table with a header. `texts`: the columns that stand to the left, as words do; numbers stand to the right. */
export function tableOf(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  texts: readonly string[] = TEXT_FIELDS,
): string {
  const table = new Table({
    head: columns.map((name) => (SHOWN.has(name) ? `${name} (UTC)` : name)),
    colAligns: columns.map((name) => (texts.includes(name) ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(row.map((text, index) => shown(columns[index] ?? '', text)));
  return `${table.toString()}\n`;
}

/** Control characters are shown as escapes: a record may not steer the terminal of whoever looks at it. */
function shown(column: string, text: string): string {
  const visible = text.replaceAll(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return SHOWN.get(column)?.(visible) ?? visible;
}

/** One line of CSV (RFC 4180). */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
}
