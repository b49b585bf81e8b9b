import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../src/lib/ops/postgres/migrate.js';
import { systemClock } from '../../src/lib/runtime/clock.js';
import { ANSWER_MS, openDatabase } from '../../src/lib/transports/postgres/connection.js';
import { SinkStore } from '../../src/lib/transports/postgres/sink-store.js';
import { HandClock } from '../support/clock.js';
import { sql } from '../support/database.js';
import { NO_STACK } from '../support/stack.js';
import { barText, rowsOf, TestSchema } from '../support/test-schema.js';

const TASK = { name: 'qf/sink-pg/bars.1s/0', topicId: 'topic-1' };

describe.skipIf(NO_STACK !== undefined)('Postgres', () => {
  let schema: TestSchema;

  beforeAll(async () => void (schema = await TestSchema.create('qf_test_connection')));
  afterEach(async () => {
    await schema.clear();
  });

  describe('a connection', () => {
    test('that is ended while idle is unavailable once; the next call has another', async () => {
      const store = await schema.store();
      await store.write(TASK, undefined, 1n, rowsOf(barText('A', 1)));
      await schema.terminate();
      await expect(store.position(TASK)).rejects.toMatchObject({ code: 'unavailable' });
      expect(await store.position(TASK)).toBe(1n);
      expect(await store.write(TASK, 1n, 2n, [])).toBe('written');
    });

    test('that is ended in a transaction is unavailable, and nothing is stored', async () => {
      const store = await schema.store();
      // The table is held until the connection has gone, so that the rows wait for both.
      const other = await openDatabase(schema.address());
      await other.query(`set application_name = 'other'`);
      await other.transaction(async (query) => {
        await query('lock table bars_1s');
        const written = store.write(TASK, undefined, 1n, rowsOf(barText('A', 1)));
        written.catch(() => undefined);
        const waiting = `select from pg_stat_activity where usename = '${schema.name}' and wait_event_type = 'Lock'`;
        await expect.poll(() => sql(schema.url, waiting)).toHaveLength(1);
        await schema.terminate();
        await expect(written).rejects.toMatchObject({ code: 'unavailable' });
        return { keep: false, value: undefined };
      });
      await other.close();
      expect(await store.position(TASK)).toBeUndefined();
      expect(await schema.stored()).toEqual([]);
    });

    test('that goes with the answer to a commit is unavailable, and the position says that it is stored', async () => {
      const { port } = new URL(schema.url);
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
      const through = await SinkStore.open({ ...schema.address(), url: schema.url.replace(port, String(address)) });
      schema.closeLater(through);
      await expect(through.write(TASK, undefined, 1n, rowsOf(barText('A', 1)))).rejects.toMatchObject({ code: 'unavailable' });
      expect(await through.position(TASK)).toBe(1n);
      expect(await schema.stored()).toHaveLength(1);
      await through.close();
      await new Promise((resolve) => proxy.close(resolve));
    });

    test('that leaves a transaction idle is ended by the server, which is unavailable', async () => {
      const database = await openDatabase(schema.address());
      schema.closeLater(database);
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
      const store = await schema.store();
      const other = await openDatabase(schema.address());
      schema.closeLater(other);
      // More than the time that a transaction may be idle, so that the lock outlives the wait.
      await other.query(`set idle_in_transaction_session_timeout = '60s'`);
      await other.transaction(async (query) => {
        await query('lock table bars_1s');
        await expect(store.write(TASK, undefined, 1n, rowsOf(barText('A', 1)))).rejects.toMatchObject({
          code: 'unavailable',
          message: expect.stringContaining('lock timeout') as string,
        });
        return { keep: false, value: undefined };
      });
      expect(await store.write(TASK, undefined, 1n, rowsOf(barText('A', 1)))).toBe('written');
    });

    test('to a server that is silent is given up', async () => {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
      const port = await listen(server);
      const clock = new HandClock(0);
      const silent = openDatabase({ url: `postgres://qf:secret@127.0.0.1:${port}/qf`, schema: schema.name, clock }).catch(
        (error: unknown) => error,
      );
      await expect.poll(() => clock.waitedFor_ms).toEqual([ANSWER_MS]);
      clock.moveTo(ANSWER_MS);
      expect(await silent).toMatchObject({ code: 'unavailable', message: 'Postgres: no answer within 30 s' });
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });

    test.each([
      ['nobody listens', 'postgres://qf:secret@127.0.0.1:1/qf', 'public', 'unavailable'],
      ['no address', 'postgres://qf:secret@:x/', 'public', 'usage'],
      ['a wrong schema', 'postgres://qf:secret@127.0.0.1:1/qf', 'a"b', 'usage'],
    ])('%s: an error without the password', async (_, address, name, code) => {
      const error: unknown = await SinkStore.open({ url: address, schema: name, clock: systemClock }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code });
      expect(String(error)).not.toContain('secret');
    });

    test('to a database that is not there is wrong usage', async () => {
      const other = new URL(schema.url);
      other.pathname = '/nothing';
      await expect(SinkStore.open({ ...schema.address(), url: other.href })).rejects.toMatchObject({
        code: 'usage',
      });
    });
  });

  test('a table that is missing is wrong usage, and the message says what helps', async () => {
    const usage = {
      code: 'usage',
      message: expect.stringMatching(/; run qf db migrate, and where that applies nothing qf doctor$/) as string,
    };
    const unmade = await schema.store('unmade');
    await expect(unmade.position(TASK)).rejects.toMatchObject(usage);
    await expect(unmade.write(TASK, undefined, 1n, [])).rejects.toMatchObject(usage);
    await migrate({ url: schema.url, schema: 'older' });
    const older = await schema.store('older');
    await sql(schema.url, 'drop table older.bars_1s');
    await expect(older.write(TASK, undefined, 1n, rowsOf(barText('A', 1)))).rejects.toMatchObject(usage);
  });
});

/** Listens on a free port, and gives it. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}
