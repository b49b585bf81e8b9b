import { migrate } from '../../src/lib/ops/postgres/migrate.js';
import { systemClock } from '../../src/lib/runtime/clock.js';
import type { DatabaseAddress } from '../../src/lib/transports/postgres/connection.js';
import { PgSink } from '../../src/lib/transports/postgres/pg-sink.js';
import { topicRows } from '../../src/lib/transports/postgres/records.js';
import { SinkStore } from '../../src/lib/transports/postgres/sink-store.js';
import type { StoredRecord } from '../../src/lib/transports/postgres/row.js';
import { type Row, sql } from './database.js';
import { sharedServices } from './stack.js';

/** A bar as qf writes it. */
export function barText(symbol: string, ts: number, { c = '2', vol = '3.5', tf = '1s' } = {}): string {
  return `{"symbol":"${symbol}","tf":"${tf}","ts":${ts},"o":1,"h":2,"l":1,"c":${c},"vol":${vol},"n_trades":4}`;
}

/** Their rows, as if they had been read from `bars.1s/0`. */
export function rowsOf(...bars: string[]): StoredRecord[] {
  return bars.flatMap((text, index) => topicRows(Buffer.from(text), { topic: 'bars.1s', partition: 0, offset: BigInt(index) }));
}

/** A schema of the shared database for one test file, and what the transport has opened on it. */
export class TestSchema {
  private readonly opened: { close(): Promise<void> }[] = [];

  private constructor(
    readonly url: string,
    readonly name: string,
  ) {}

  /** With a user of the same name, so that only this file's connections are ended. */
  static async create(name: string): Promise<TestSchema> {
    const { databaseUrl } = await sharedServices();
    await sql(databaseUrl, `create role ${name} superuser login`);
    const url = databaseUrl.replace(/\/\/[^@]*@/, `//${name}@`);
    await migrate({ url, schema: name });
    return new TestSchema(url, name);
  }

  address(schema = this.name): DatabaseAddress {
    return { url: this.url, schema, clock: systemClock };
  }

  async store(schema = this.name): Promise<SinkStore> {
    return this.closeLater(await SinkStore.open(this.address(schema)));
  }

  async pipe(): Promise<PgSink> {
    return this.closeLater(await PgSink.open(this.address()));
  }

  closeLater<T extends { close(): Promise<void> }>(opened: T): T {
    this.opened.push(opened);
    return opened;
  }

  /** The bars in a table, in order. */
  async stored(table = 'bars_1s'): Promise<Row[]> {
    const columns = 'symbol, extract(epoch from ts)::bigint as ts, c, vol::text, n_trades';
    return sql(this.url, `select ${columns} from ${this.name}.${table} order by symbol, ts`);
  }

  /** Adds a constraint to the bars of 1 s until the test ends. */
  async constrain(constraint: string): Promise<void> {
    await sql(this.url, `alter table ${this.name}.bars_1s add constraint strict ${constraint}`);
  }

  async relax(): Promise<void> {
    await sql(this.url, `alter table ${this.name}.bars_1s drop constraint if exists strict`);
  }

  /** Ends the connections that the transport has opened here, from outside. */
  async terminate(): Promise<void> {
    const own = `usename = '${this.name}' and application_name = 'qf'`;
    await sql(this.url, `select pg_terminate_backend(pid) from pg_stat_activity where ${own}`);
  }

  /** Closes what was opened and empties the tables. */
  async clear(): Promise<void> {
    for (const each of this.opened.splice(0)) await each.close();
    const tables = ['bars_1s', 'bars_1m', 'rejects', 'qf_sink'].map((table) => `${this.name}.${table}`);
    await sql(this.url, `truncate ${tables.join(', ')}`);
    await this.relax();
  }
}
