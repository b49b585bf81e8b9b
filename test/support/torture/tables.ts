import { migrate } from '../../../src/lib/ops/postgres/migrate.js';
import { sql } from '../database.js';

const BARS = ['bars_1s', 'bars_1m', 'bars_3m'];

/** Values of a bar as text, from a table or from a topic. */
const BAR =
  /^\{"symbol":"([^"]+)","tf":"[^"]+","ts":(\d+),"o":([^,]+),"h":([^,]+),"l":([^,]+),"c":([^,]+),"vol":([^,]+),"n_trades":(\d+)\}$/;

/** qf's tables in a schema of its own, where every write of a row is noted. */
export class Tables {
  private constructor(
    private readonly url: string,
    readonly schema: string,
  ) {}

  static async create(url: string, schema: string): Promise<Tables> {
    await migrate({ url, schema });
    const rejectKey = `new.topic || '/' || new.partition || '@' || new."offset"`;
    await sql(
      url,
      `create table ${schema}.written (what text, key text);
       create function ${schema}.note_bar() returns trigger language plpgsql as
       $$ begin insert into ${schema}.written values (tg_table_name, new.symbol || ' ' || new.ts); return new; end $$;
       create function ${schema}.note_reject() returns trigger language plpgsql as
       $$ begin insert into ${schema}.written values (tg_table_name, ${rejectKey}); return new; end $$`,
    );
    for (const table of [...BARS, 'rejects']) {
      const note = table === 'rejects' ? 'note_reject' : 'note_bar';
      await sql(
        url,
        `create trigger note after insert or update on ${schema}.${table} for each row execute function ${schema}.${note}()`,
      );
    }
    return new Tables(url, schema);
  }

  /** The rows of a table of bars, in order, as `barKey` writes them. */
  async bars(table: string): Promise<string[]> {
    const columns = 'symbol, extract(epoch from ts)::bigint as ts, o, h, l, c, vol::text, n_trades';
    const rows = await sql(this.url, `select ${columns} from ${this.schema}.${table}`);
    const names = ['symbol', 'ts', 'o', 'h', 'l', 'c', 'vol', 'n_trades'];
    return rows.map((row) => names.map((name) => String(row[name])).join(' ')).sort();
  }

  /** Places of the stored rejects of a topic, with place and reason of what was refused, as `rejectKey` writes them. */
  async rejects(source: string): Promise<string[]> {
    const columns = `partition, "offset", source_partition, source_offset, reason, detail`;
    const rows = await sql(this.url, `select ${columns} from ${this.schema}.rejects where source_topic = '${source}'`);
    return rows.map((row) => Object.values(row).join(' ')).sort();
  }

  /** Rows that were written more often than once. */
  async writtenAgain(): Promise<unknown[]> {
    return sql(
      this.url,
      `select what, key, count(*)::int from ${this.schema}.written group by 1, 2 having count(*) > 1 limit 10`,
    );
  }
}

/** A bar from a topic as it must stand in its table. */
export function barKey(line: string): string {
  const [, symbol, ts, ...values] = BAR.exec(line) ?? [];
  if (symbol === undefined || ts === undefined) throw new Error(`no bar: ${line}`);
  const [vol, n_trades] = values.splice(4);
  return [symbol, ts, ...values.map((price) => String(Number(price))), vol, n_trades].join(' ');
}
