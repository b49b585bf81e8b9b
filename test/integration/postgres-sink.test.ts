import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../src/lib/ops/postgres/migrate.js';
import { systemClock } from '../../src/lib/runtime/clock.js';
import { ANSWER_MS, openDatabase } from '../../src/lib/transports/postgres/connection.js';
import { PgSink } from '../../src/lib/transports/postgres/pg-sink.js';
import { barRow, rejectRow } from '../../src/lib/transports/postgres/records.js';
import { type SinkHooks, SinkStore } from '../../src/lib/transports/postgres/sink-store.js';
import type { StoredRecord } from '../../src/lib/transports/postgres/tables.js';
import { HandClock } from '../support/clock.js';
import { sql } from '../support/database.js';
import { NO_STACK, sharedServices } from '../support/stack.js';

const SCHEMA = 'sink';
const USER = 'qf_sink_test';
const TASK = 'qf/sink/bars.1s/0';

/** The largest volume of a bar: 2^127 - 1 parts of 1e-8. */
const LARGEST_VOL = '1701411834604692317316873037158.84105727';

const bar = (symbol: string, ts: number, { c = '2', vol = '3.5', tf = '1s' } = {}): string =>
  `{"symbol":"${symbol}","tf":"${tf}","ts":${ts},"o":1,"h":2,"l":1,"c":${c},"vol":${vol},"n_trades":4}`;
const rowsOf = (...bars: string[]): StoredRecord[] =>
  bars.flatMap((text, index) => barRow(Buffer.from(text), `bars.1s/0@${index}`) ?? []);

describe.skipIf(NO_STACK !== undefined)('Postgres', () => {
  /** As a user of this file's own, so that only its connections are ended. */
  let url: string;
  const opened: { close(): Promise<void> }[] = [];
  const open = async (schema = SCHEMA, hooks?: SinkHooks): Promise<SinkStore> => {
    const store = await SinkStore.open({ url, schema, clock: systemClock, ...(hooks && { hooks }) });
    opened.push(store);
    return store;
  };
  const openPipe = async (schema = SCHEMA): Promise<PgSink> => {
    const sink = await PgSink.open({ url, schema, clock: systemClock });
    opened.push(sink);
    return sink;
  };
  const stored = (table = 'bars_1s', schema = SCHEMA) =>
    sql(
      url,
      `select symbol, extract(epoch from ts)::bigint as ts, c, vol::text, n_trades from ${schema}.${table} order by symbol, ts`,
    );
  /** Ends the connections that the transport has opened here. */
  const terminate = () =>
    sql(url, `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${USER}' and application_name = 'qf'`);

  beforeAll(async () => {
    const { databaseUrl } = await sharedServices();
    await sql(databaseUrl, `create role ${USER} superuser login`);
    url = databaseUrl.replace(/\/\/[^@]*@/, `//${USER}@`);
    await migrate({ url, schema: SCHEMA });
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    await sql(url, `truncate ${SCHEMA}.bars_1s, ${SCHEMA}.bars_1m, ${SCHEMA}.rejects, ${SCHEMA}.qf_sink`);
    await sql(url, `alter table ${SCHEMA}.bars_1s drop constraint if exists low, drop constraint if exists alone`);
  });

  describe('a task', () => {
    test('stores rows with its position, which another connection finds', async () => {
      const store = await open();
      expect(await store.position(TASK)).toBeUndefined();
      expect(await store.write(TASK, undefined, 2n, rowsOf(bar('B', 1), bar('A', 2)))).toBe('written');
      expect(await store.write(TASK, 2n, 2n ** 60n + 1n, [])).toBe('written');
      expect(await (await open()).position(TASK)).toBe(2n ** 60n + 1n);
      expect(await stored()).toEqual([
        { symbol: 'A', ts: '2', c: 2, vol: '3.5', n_trades: '4' },
        { symbol: 'B', ts: '1', c: 2, vol: '3.5', n_trades: '4' },
      ]);
    });

    test('that another owner has moved is lost, and stores nothing', async () => {
      const [first, second] = [await open(), await open()];
      expect(await first.write(TASK, undefined, 1n, rowsOf(bar('A', 1)))).toBe('written');
      expect(await second.write(TASK, undefined, 1n, rowsOf(bar('X', 1)))).toBe('lost');
      expect(await second.write(TASK, 1n, 5n, rowsOf(bar('B', 1)))).toBe('written');
      expect(await first.write(TASK, 1n, 2n, rowsOf(bar('X', 2)))).toBe('lost');
      expect(await first.write('another', 0n, 1n, rowsOf(bar('X', 3)))).toBe('lost');
      expect(await first.position(TASK)).toBe(5n);
      expect((await stored()).map((row) => row['symbol'])).toEqual(['A', 'B']);
    });

    test.each([undefined, 1n])('of two owners at once from %s, one writes', async (old) => {
      const stores = [await open(), await open()];
      if (old !== undefined) await stores[0]?.write(TASK, undefined, old, []);
      const results = await Promise.all(stores.map((store, index) => store.write(TASK, old, 9n, rowsOf(bar(`S${index}`, 1)))));
      expect(results.sort()).toEqual(['lost', 'written']);
      expect(await stored()).toHaveLength(1);
    });

    test('whose row is refused stores nothing, and names the first such row', async () => {
      await sql(url, `alter table ${SCHEMA}.bars_1s add constraint low check (c < 100)`);
      const store = await open();
      await store.write(TASK, undefined, 1n, rowsOf(bar('A', 1)));
      const rows = rowsOf(bar('A', 1, { c: '7' }), bar('B', 2), bar('C', 3, { c: '100' }), bar('D', 4, { c: '101' }));
      await expect(store.write(TASK, 1n, 5n, rows)).rejects.toMatchObject({
        code: 'bad_data',
        message: expect.stringMatching(
          /^bars\.1s\/0@2: the table bars_1s refuses this row: .*"low"; nothing of its batch was stored; mend the table/,
        ) as string,
      });
      expect(await store.position(TASK)).toBe(1n);
      expect((await stored()).map((row) => row['c'])).toEqual([2]);
      await sql(url, `alter table ${SCHEMA}.bars_1s drop constraint low`);
      expect(await store.write(TASK, 1n, 5n, rows)).toBe('written');
      expect(await stored()).toHaveLength(4);
    });

    test('whose row is refused only at the commit names it too', async () => {
      await sql(url, `alter table ${SCHEMA}.bars_1s add constraint alone unique (ts) deferrable initially deferred`);
      const rows = rowsOf(bar('A', 1), bar('B', 2), bar('C', 1));
      await expect((await open()).write(TASK, undefined, 3n, rows)).rejects.toThrow(/^bars\.1s\/0@2: .*"alone"/);
      expect(await stored()).toEqual([]);
    });

    test('whose value has no place in its column names the row', async () => {
      const rows = rowsOf(bar('A', 1), bar('B', 2, { c: `1${'0'.repeat(400)}` }));
      await expect((await open()).write(TASK, undefined, 3n, rows)).rejects.toThrow(/^bars\.1s\/0@1: .*out of range/);
    });

    test('is told of each step, and takes everything back where one fails', async () => {
      const points: string[] = [];
      const store = await open(SCHEMA, { at: (point) => points.push(point) });
      await store.write(TASK, undefined, 1n, rowsOf(bar('A', 1)));
      await store.write(TASK, undefined, 1n, []);
      const all = ['sink-begin', 'sink-update', 'sink-rows', 'sink-commit', 'sink-committed'];
      expect(points).toEqual([...all, 'sink-begin', 'sink-update']);
      for (const failing of all.slice(0, -1)) {
        const fault = new Error(failing);
        const broken = await open(SCHEMA, {
          at: (point) => {
            if (point === failing) throw fault;
          },
        });
        await expect(broken.write(TASK, 1n, 2n, rowsOf(bar('B', 1)))).rejects.toBe(fault);
        expect(await broken.position(TASK)).toBe(1n);
      }
      expect(await stored()).toHaveLength(1);
    });
  });

  describe('rows', () => {
    test('of one key in a batch: the last one counts, and a replay changes nothing', async () => {
      const store = await open();
      const rows = rowsOf(bar('A', 1, { vol: '1' }), bar('B', 1), bar('A', 1, { vol: '2.5', c: '9' }));
      await store.write(TASK, undefined, 3n, rows);
      const before = await stored();
      expect(before[0]).toMatchObject({ symbol: 'A', c: 9, vol: '2.5' });
      await store.write('replay', undefined, 3n, rows);
      expect(await stored()).toEqual(before);
      await store.write(TASK, 3n, 4n, rowsOf(bar('A', 1, { vol: '0', c: '0' })));
      expect((await stored())[0]).toMatchObject({ c: 0, vol: '0' });
    });

    test('keep every digit of volumes, prices and counts', async () => {
      const prices = ['-999999999999.9999', '0.000000000000000001', '0.30000000000000004', `${'1'.padEnd(309, '0')}`, '-0.1'];
      const rows = prices.map((c, index) =>
        bar(`P${index}`, index, { c, vol: LARGEST_VOL }).replace(':4}', ':9007199254740991}'),
      );
      await (await open()).write(TASK, undefined, 1n, rowsOf(...rows));
      const found = await stored();
      expect(found.map((row) => row['c'])).toEqual(prices.map(Number));
      for (const row of found) expect([row['vol'], row['n_trades']]).toEqual([LARGEST_VOL, '9007199254740991']);
    });

    test('go to the table of their timeframe, also in one batch, and more of them than a statement takes', async () => {
      const seconds = Array.from({ length: 12_001 }, (_, index) => bar('A', index));
      const store = await open();
      await store.write(TASK, undefined, 1n, rowsOf(...seconds, bar('A', 60, { tf: '1m' })));
      expect(
        await sql(url, `select count(*)::int as n, max(extract(epoch from ts))::int as last from ${SCHEMA}.bars_1s`),
      ).toEqual([{ n: 12_001, last: 12_000 }]);
      expect(await stored('bars_1m')).toHaveLength(1);
    });

    test('of rejects are stored by their place, with any text', async () => {
      const raws = ['{"a":"\\"},{NULL"}', 'a\0b', '', 'ü\u{1f600}'];
      const rows = raws.map((raw, offset) =>
        rejectRow(Buffer.from(JSON.stringify({ stage: 's', reason: 'r', detail: '', line: 1, size: 2, raw })), {
          topic: 'dlq.s',
          partition: 1,
          offset: BigInt(offset),
        }),
      );
      const store = await open();
      await store.write(TASK, undefined, 1n, rows);
      await store.write(TASK, 1n, 2n, rows);
      const found = await sql(url, `select "offset", raw, raw_b64, source_topic, line from ${SCHEMA}.rejects order by 1`);
      expect(found).toEqual(
        raws.map((raw, offset) => ({
          offset: String(offset),
          raw: raw.includes('\0') ? null : raw,
          raw_b64: raw.includes('\0') ? Buffer.from(raw).toString('base64') : null,
          source_topic: null,
          line: '1',
        })),
      );
    });
  });

  describe('a connection', () => {
    test('that is ended while idle is unavailable once; the next call has another', async () => {
      const store = await open();
      await store.write(TASK, undefined, 1n, rowsOf(bar('A', 1)));
      await terminate();
      await expect(store.position(TASK)).rejects.toMatchObject({ code: 'unavailable' });
      expect(await store.position(TASK)).toBe(1n);
      expect(await store.write(TASK, 1n, 2n, [])).toBe('written');
    });

    test('that is ended in a transaction is unavailable, and nothing is stored', async () => {
      let ended: Promise<unknown> | undefined;
      const store = await open(SCHEMA, {
        at(point) {
          if (point === 'sink-rows') ended = terminate();
        },
      });
      // The table is held until the connection has gone, so that the rows wait for both.
      const other = await openDatabase({ url, schema: SCHEMA, clock: systemClock });
      await other.query(`set application_name = 'other'`);
      await other.transaction(async (query) => {
        await query('lock table bars_1s');
        await expect(store.write(TASK, undefined, 1n, rowsOf(bar('A', 1)))).rejects.toMatchObject({ code: 'unavailable' });
        return { keep: false, value: undefined };
      });
      await other.close();
      await ended;
      expect(await store.position(TASK)).toBeUndefined();
      expect(await stored()).toEqual([]);
    });

    test('that goes with the answer to a commit is unavailable, and the position says that it is stored', async () => {
      const { port } = new URL(url);
      const proxy = createServer((near) => {
        const far = connect(Number(port), '127.0.0.1');
        const close = (): void => void [near, far].map((socket) => socket.destroy());
        for (const socket of [near, far]) socket.on('error', close).on('close', close);
        let isCommitting = false;
        near.on('data', (bytes) => {
          isCommitting ||= bytes.includes('commit');
          far.write(bytes);
        });
        far.on('data', (bytes) => (isCommitting ? close() : near.write(bytes)));
      });
      const address = await listen(proxy);
      const through = await SinkStore.open({ url: url.replace(port, String(address)), schema: SCHEMA, clock: systemClock });
      opened.push(through);
      await expect(through.write(TASK, undefined, 1n, rowsOf(bar('A', 1)))).rejects.toMatchObject({ code: 'unavailable' });
      expect(await through.position(TASK)).toBe(1n);
      expect(await stored()).toHaveLength(1);
      await through.close();
      await new Promise((resolve) => proxy.close(resolve));
    });

    test('that leaves a transaction idle is ended by the server, which is unavailable', async () => {
      const database = await openDatabase({ url, schema: SCHEMA, clock: systemClock });
      opened.push(database);
      const waiting = database.transaction(async (query) => {
        await query('select 1');
        await systemClock.waitUntil(Date.now() + 6500, new AbortController().signal);
        await query('select 1');
        return { keep: true, value: undefined };
      });
      await expect(waiting).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('idle-in-transaction') as string,
      });
      expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    });

    test('does not wait for a lock for longer than 5 s', async () => {
      const store = await open();
      const other = await openDatabase({ url, schema: SCHEMA, clock: systemClock });
      opened.push(other);
      // More than the time that a transaction may be idle, so that the lock outlives the wait.
      await other.query(`set idle_in_transaction_session_timeout = '60s'`);
      await other.transaction(async (query) => {
        await query('lock table bars_1s');
        await expect(store.write(TASK, undefined, 1n, rowsOf(bar('A', 1)))).rejects.toMatchObject({
          code: 'unavailable',
          message: expect.stringContaining('lock timeout') as string,
        });
        return { keep: false, value: undefined };
      });
      expect(await store.write(TASK, undefined, 1n, rowsOf(bar('A', 1)))).toBe('written');
    });

    test('to a server that is silent is given up', async () => {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
      const port = await listen(server);
      const clock = new HandClock(0);
      const silent = openDatabase({ url: `postgres://qf:secret@127.0.0.1:${port}/qf`, schema: SCHEMA, clock }).catch(
        (error: unknown) => error,
      );
      await expect.poll(() => clock.waitedFor_ms).toEqual([ANSWER_MS]);
      clock.moveTo(ANSWER_MS);
      expect(await silent).toMatchObject({ code: 'unavailable', message: 'Postgres: no answer within 30 s' });
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });

    test.each([
      ['nobody listens', 'postgres://qf:secret@127.0.0.1:1/qf', SCHEMA, 'unavailable'],
      ['no address', 'postgres://qf:secret@:x/', SCHEMA, 'usage'],
      ['a wrong schema', 'postgres://qf:secret@127.0.0.1:1/qf', 'a"b', 'usage'],
    ])('%s: an error without the password', async (_, address, schema, code) => {
      const error: unknown = await SinkStore.open({ url: address, schema, clock: systemClock }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code });
      expect(String(error)).not.toContain('secret');
    });

    test('to a database that is not there is wrong usage', async () => {
      const other = new URL(url);
      other.pathname = '/nothing';
      await expect(SinkStore.open({ url: other.href, schema: SCHEMA, clock: systemClock })).rejects.toMatchObject({
        code: 'usage',
      });
    });
  });

  test('a table, a column or a key that is missing is wrong usage, and the message says what helps', async () => {
    const usage = { code: 'usage', message: expect.stringMatching(/; run qf db migrate$/) as string };
    const unmade = await open('unmade');
    await expect(unmade.position(TASK)).rejects.toMatchObject(usage);
    await expect(unmade.write(TASK, undefined, 1n, [])).rejects.toMatchObject(usage);
    await migrate({ url, schema: 'older' });
    const older = await open('older');
    await sql(url, 'alter table older.bars_1s drop constraint bars_1s_pkey; alter table older.bars_1m drop column vol');
    await expect(older.write(TASK, undefined, 1n, rowsOf(bar('A', 1)))).rejects.toMatchObject(usage);
    await expect(older.write(TASK, undefined, 1n, rowsOf(bar('A', 0, { tf: '1m' })))).rejects.toMatchObject(usage);
  });

  describe('a pipe', () => {
    test('stores bars and no marks; what it writes again replaces what is there', async () => {
      const sink = await openPipe();
      await sink.write(Buffer.from(`${bar('A', 1)}\n${bar('B', 1)}\n{"mark":2}\n`));
      await sink.write(Buffer.from('{"mark":3}\n'));
      await sink.write(Buffer.from(`${bar('A', 1, { vol: '7' })}\n`));
      expect((await stored()).map((row) => [row['symbol'], row['vol']])).toEqual([
        ['A', '7'],
        ['B', '3.5'],
      ]);
    });

    test.each([
      [
        'ticks',
        '{"symbol":"A","event_ts":1704167100000000000,"ltp":1,"vol":1}',
        'usage',
        'line 2 of the output: ticks are not stored',
      ],
      ['another timeframe', bar('A', 3600, { tf: '1h' }), 'usage', 'bars of 1h have no table'],
      ['something else', '{"stage":"bars1s"}', 'bad_data', 'line 2 of the output: no bar'],
    ])('refuses %s, and stores nothing of the write', async (_, line, code, message) => {
      const sink = await openPipe();
      await expect(sink.write(Buffer.from(`${bar('A', 1)}\n${line}\n`))).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message) as string,
      });
      expect(await stored()).toEqual([]);
    });

    test('names the line that the database refuses', async () => {
      await sql(url, `alter table ${SCHEMA}.bars_1s add constraint low check (c < 100)`);
      const sink = await openPipe();
      await sink.write(Buffer.from(`${bar('A', 1)}\n`));
      await expect(sink.write(Buffer.from(`${bar('A', 2)}\n${bar('A', 3, { c: '100' })}\n`))).rejects.toThrow(
        /^line 3 of the output: the table bars_1s refuses this row: .*"low"/,
      );
      expect(await stored()).toHaveLength(1);
    });

    test('goes on where its connection was ended while it was quiet', async () => {
      const sink = await openPipe();
      await sink.write(Buffer.from(`${bar('A', 1)}\n`));
      await terminate();
      await sink.write(Buffer.from(`${bar('A', 2)}\n`));
      expect(await stored()).toHaveLength(2);
    });
  });
});

/** Listens on a free port, and gives it. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}
