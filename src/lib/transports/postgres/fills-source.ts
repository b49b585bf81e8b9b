import type { Source } from '../../runtime/transport.js';
import { type DatabaseAddress, openDatabase, type Query } from './connection.js';

/** Rows that are read at once. */
const PAGE_ROWS = 5000;

const PAGE_SQL = `select ts, fill_id, json_build_object(
  'fill_id', fill_id, 'client_order_id', client_order_id, 'symbol', symbol, 'side', side, 'qty', qty, 'price', price,
  'ts', extract(epoch from ts)::bigint, 'venue', venue,
  'fees', json_build_object('brokerage', brokerage, 'stt', stt, 'exchange', exchange, 'sebi', sebi, 'stamp', stamp, 'gst', gst,
    'total', total))::text as line
from fills where (ts, fill_id) > ($1::timestamptz, $2) order by ts, fill_id limit ${PAGE_ROWS}`;

/** The table of fills as NDJSON, in order of time. */
export function fillsSource(address: DatabaseAddress): Source<Buffer> {
  return {
    async *batches(stop) {
      const database = await openDatabase(address);
      try {
        yield* pagesOf((text, values) => database.query(text, values), stop);
      } finally {
        await database.close();
      }
    },
  };
}

async function* pagesOf(query: Query, stop: AbortSignal): AsyncGenerator<Buffer> {
  let last: readonly unknown[] = ['-infinity', ''];
  while (!stop.aborted) {
    const { rows } = await query(PAGE_SQL, last);
    if (rows.length > 0) yield Buffer.from(rows.map(({ line }) => `${String(line)}\n`).join(''));
    const end = rows.at(-1);
    if (end === undefined || rows.length < PAGE_ROWS) return;
    last = [end['ts'], end['fill_id']];
  }
}
