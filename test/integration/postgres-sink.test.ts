import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { rejectRow } from '../../src/lib/transports/postgres/records.js';
import type { StoredRecord } from '../../src/lib/transports/postgres/row.js';
import { sql } from '../support/database.js';
import { NO_STACK } from '../support/stack.js';
import { barText, rowsOf, TestSchema } from '../support/test-schema.js';

const TASK = { name: 'qf/sink-pg/bars.1s/0', topicId: 'topic-1' };

/** The largest volume of a bar: 2^127 - 1 parts of 1e-8. */
const LARGEST_VOL = '1701411834604692317316873037158.84105727';

describe.skipIf(NO_STACK !== undefined)('what Postgres stores', () => {
  let schema: TestSchema;

  beforeAll(async () => void (schema = await TestSchema.create('qf_test_sink')));
  afterEach(async () => {
    await schema.clear();
  });

  describe('a task', () => {
    test('stores rows with its position, which another connection finds', async () => {
      const store = await schema.store();
      expect(await store.position(TASK)).toBeUndefined();
      expect(await store.write(TASK, undefined, 2n, rowsOf(barText('B', 1), barText('A', 2)))).toBe('written');
      expect(await store.write(TASK, 2n, 2n ** 60n + 1n, [])).toBe('written');
      expect(await (await schema.store()).position(TASK)).toBe(2n ** 60n + 1n);
      expect(await schema.stored()).toEqual([
        { symbol: 'A', ts: '2', c: 2, vol: '3.5', n_trades: '4' },
        { symbol: 'B', ts: '1', c: 2, vol: '3.5', n_trades: '4' },
      ]);
    });

    test('that another owner has moved is lost, and stores nothing', async () => {
      const [first, second] = [await schema.store(), await schema.store()];
      expect(await first.write(TASK, undefined, 1n, rowsOf(barText('A', 1)))).toBe('written');
      expect(await second.write(TASK, undefined, 1n, rowsOf(barText('X', 1)))).toBe('lost');
      expect(await second.write(TASK, 1n, 5n, rowsOf(barText('B', 1)))).toBe('written');
      expect(await first.write(TASK, 1n, 2n, rowsOf(barText('X', 2)))).toBe('lost');
      expect(await first.write({ ...TASK, name: 'another' }, 0n, 1n, rowsOf(barText('X', 3)))).toBe('lost');
      expect(await first.position(TASK)).toBe(5n);
      expect((await schema.stored()).map((row) => row['symbol'])).toEqual(['A', 'B']);
    });

    test.each([undefined, 1n])('of two owners at once from %s, one writes', async (old) => {
      const stores = [await schema.store(), await schema.store()];
      if (old !== undefined) await stores[0]?.write(TASK, undefined, old, []);
      const results = await Promise.all(
        stores.map((store, index) => store.write(TASK, old, 9n, rowsOf(barText(`S${index}`, 1)))),
      );
      expect(results.sort()).toEqual(['lost', 'written']);
      expect(await schema.stored()).toHaveLength(1);
    });

    test('whose row is refused stores nothing, and names the first such row', async () => {
      await schema.constrain('check (c < 100)');
      const store = await schema.store();
      await store.write(TASK, undefined, 1n, rowsOf(barText('A', 1)));
      const rows = rowsOf(
        barText('A', 1, { c: '7' }),
        barText('B', 2),
        barText('C', 3, { c: '100' }),
        barText('D', 4, { c: '101' }),
      );
      await expect(store.write(TASK, 1n, 5n, rows)).rejects.toMatchObject({
        code: 'bad_data',
        message: expect.stringMatching(
          /^bars\.1s\/0@2: the table bars_1s refuses this row: .*"strict"; nothing of its batch was stored; mend the table/,
        ) as string,
      });
      expect(await store.position(TASK)).toBe(1n);
      expect((await schema.stored()).map((row) => row['c'])).toEqual([2]);
      await schema.relax();
      expect(await store.write(TASK, 1n, 5n, rows)).toBe('written');
      expect(await schema.stored()).toHaveLength(4);
    });

    test('whose row is refused only at the commit names it too', async () => {
      await schema.constrain('unique (ts) deferrable initially deferred');
      const rows = rowsOf(barText('A', 1), barText('B', 2), barText('C', 1));
      await expect((await schema.store()).write(TASK, undefined, 3n, rows)).rejects.toThrow(/^bars\.1s\/0@2: .*"strict"/);
      expect(await schema.stored()).toEqual([]);
    });

    test('whose value has no place in its column names the row', async () => {
      const rows = rowsOf(barText('A', 1), barText('B', 2, { c: `1${'0'.repeat(400)}` }));
      await expect((await schema.store()).write(TASK, undefined, 3n, rows)).rejects.toThrow(/^bars\.1s\/0@1: .*out of range/);
    });
  });

  describe('rows', () => {
    test('of one key in a batch: the last one counts, and a replay changes nothing', async () => {
      const store = await schema.store();
      const rows = rowsOf(barText('A', 1, { vol: '1' }), barText('B', 1), barText('A', 1, { vol: '2.5', c: '9' }));
      await store.write(TASK, undefined, 3n, rows);
      const before = await schema.stored();
      expect(before[0]).toMatchObject({ symbol: 'A', c: 9, vol: '2.5' });
      await store.write({ ...TASK, name: 'replay' }, undefined, 3n, rows);
      expect(await schema.stored()).toEqual(before);
      await store.write(TASK, 3n, 4n, rowsOf(barText('A', 1, { vol: '0', c: '0' })));
      expect((await schema.stored())[0]).toMatchObject({ c: 0, vol: '0' });
    });

    test('keep every digit of volumes, prices and counts', async () => {
      const prices = ['-999999999999.9999', '0.000000000000000001', '0.30000000000000004', '1'.padEnd(309, '0'), '-0.1'];
      const rows = prices.map((c, index) =>
        barText(`P${index}`, index, { c, vol: LARGEST_VOL }).replace(':4}', ':9007199254740991}'),
      );
      await (await schema.store()).write(TASK, undefined, 1n, rowsOf(...rows));
      const found = await schema.stored();
      expect(found.map((row) => row['c'])).toEqual(prices.map(Number));
      for (const row of found) expect([row['vol'], row['n_trades']]).toEqual([LARGEST_VOL, '9007199254740991']);
    });

    test('go to the table of their timeframe, also in one batch, and more of them than a statement takes', async () => {
      const seconds = Array.from({ length: 12_001 }, (_, index) => barText('A', index));
      const store = await schema.store();
      await store.write(TASK, undefined, 1n, rowsOf(...seconds, barText('A', 60, { tf: '1m' })));
      expect(
        await sql(schema.url, `select count(*)::int as n, max(extract(epoch from ts))::int as last from ${schema.name}.bars_1s`),
      ).toEqual([{ n: 12_001, last: 12_000 }]);
      expect(await schema.stored('bars_1m')).toHaveLength(1);
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
      const store = await schema.store();
      await store.write(TASK, undefined, 1n, rows);
      await store.write(TASK, 1n, 2n, rows);
      const found = await sql(
        schema.url,
        `select "offset", raw, raw_b64, source_topic, line from ${schema.name}.rejects order by 1`,
      );
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

  describe('many rows at once', () => {
    const MANY = 250;

    test('take any text, also what COPY has other uses for', async () => {
      const odd = ['a\tb', 'a\nb', 'a\rb', '\\N', '\\.', '\\', '\\t', '', '{"a":"\\"},{NULL"}', 'ü\u{1f600}', '\u007f'];
      const raws = Array.from({ length: MANY }, (_, index) => odd[index % odd.length] ?? '');
      const rows = raws.map((raw, offset) =>
        rejectRow(Buffer.from(JSON.stringify({ stage: 's', reason: 'r', detail: '', size: 2, raw })), {
          topic: 'dlq.s',
          partition: 1,
          offset: BigInt(offset),
        }),
      );
      await (await schema.store()).write(TASK, undefined, 1n, rows);
      const found = await sql(schema.url, `select raw, raw_b64, line from ${schema.name}.rejects order by "offset"`);
      expect(found).toEqual(raws.map((raw) => ({ raw, raw_b64: null, line: null })));
    });

    test('replace those that are there already', async () => {
      const store = await schema.store();
      const bars = (from: number, c: string): StoredRecord[] =>
        rowsOf(...Array.from({ length: MANY }, (_, index) => barText('A', from + index, { c, vol: LARGEST_VOL })));
      await store.write(TASK, undefined, 1n, bars(0, '-0.1'));
      await store.write(TASK, 1n, 2n, bars(100, '9'));
      const found = await schema.stored();
      expect(found.map(({ ts, c, vol }) => [Number(ts), c, vol])).toEqual(
        Array.from({ length: MANY + 100 }, (_, ts) => [ts, ts < 100 ? -0.1 : 9, LARGEST_VOL]),
      );
    });

    test('replace those that differ in any value, and leave the others as they are', async () => {
      const store = await schema.store();
      const bar = barText('A', 0);
      const changed = [
        bar,
        bar.replace('"o":1', '"o":1.5'),
        bar.replace('"h":2', '"h":3'),
        bar.replace('"l":1', '"l":0'),
        bar.replace('"c":2', '"c":1.25'),
        bar.replace('"vol":3.5', '"vol":3.50000001'),
        bar.replace('"n_trades":4', '"n_trades":5'),
      ];
      const all = (text: string, ts: number): string => text.replace('"ts":0', `"ts":${ts}`);
      await store.write(TASK, undefined, 1n, rowsOf(...changed.map((_, ts) => all(bar, ts))));
      const query = `select o, h, l, c, vol::text, n_trades, xmin::text from ${schema.name}.bars_1s order by ts`;
      const before = await sql(schema.url, query);
      await store.write(TASK, 1n, 2n, rowsOf(...changed.map(all)));
      const after = await sql(schema.url, query);
      const expected = { o: 1, h: 2, l: 1, c: 2, vol: '3.5', n_trades: '4' };
      const differences = [{}, { o: 1.5 }, { h: 3 }, { l: 0 }, { c: 1.25 }, { vol: '3.50000001' }, { n_trades: '5' }];
      expect(after).toMatchObject(differences.map((difference) => ({ ...expected, ...difference })));
      const isWritten = after.map(({ xmin }, index) => xmin !== before[index]?.['xmin']);
      expect(isWritten).toEqual([false, true, true, true, true, true, true]);
    });

    test('replace nothing by a value, and a value by nothing', async () => {
      const store = await schema.store();
      const rows = (file?: string): StoredRecord[] => {
        const record = JSON.stringify({ stage: 's', reason: 'r', detail: '', size: 2, raw: '"\\,{}', file });
        return [rejectRow(Buffer.from(record), { topic: 'dlq.s', partition: 1, offset: 5n })];
      };
      const found = async () => sql(schema.url, `select file, raw from ${schema.name}.rejects`);
      await store.write(TASK, undefined, 1n, rows());
      await store.write(TASK, 1n, 2n, rows('NULL'));
      expect(await found()).toEqual([{ file: 'NULL', raw: '"\\,{}' }]);
      await store.write(TASK, 2n, 3n, rows());
      expect(await found()).toEqual([{ file: null, raw: '"\\,{}' }]);
    });

    test('come again, and then come new ones', async () => {
      const store = await schema.store();
      const bars = (from: number): StoredRecord[] =>
        rowsOf(...Array.from({ length: MANY }, (_, index) => barText('A', from + index)));
      for (const [batch, from] of [0, 0, 0, MANY, 2 * MANY].entries())
        await store.write(TASK, batch === 0 ? undefined : BigInt(batch), BigInt(batch + 1), bars(from));
      expect((await schema.stored()).map(({ ts }) => Number(ts))).toEqual(Array.from({ length: 3 * MANY }, (_, ts) => ts));
    });

    test('of one key twice are one row, the last', async () => {
      const bars = Array.from({ length: MANY }, (_, index) => barText('A', index % 200, { c: String(index + 1) }));
      await (await schema.store()).write(TASK, undefined, 1n, rowsOf(...bars));
      const expected = Array.from({ length: 200 }, (_, ts) =>
        Math.max(...bars.flatMap((_, i) => (i % 200 === ts ? [i + 1] : []))),
      );
      expect((await schema.stored()).map(({ c }) => c)).toEqual(expected);
    });

    test('are not stored where one of them is refused, and that one is named', async () => {
      await schema.constrain('check (c < 100)');
      const store = await schema.store();
      const bars = Array.from({ length: MANY }, (_, index) => barText('A', index, { c: index === 123 ? '100' : '1' }));
      await expect(store.write(TASK, undefined, 1n, rowsOf(...bars))).rejects.toThrow(/^bars\.1s\/0@123: .*"strict"/);
      expect(await schema.stored()).toEqual([]);
      expect(await store.position(TASK)).toBeUndefined();
    });
  });

  describe('a pipe', () => {
    test('stores bars and no marks; what it writes again replaces what is there', async () => {
      const sink = await schema.pipe();
      await sink.write(Buffer.from(`${barText('A', 1)}\n${barText('B', 1)}\n{"mark":2}\n`));
      await sink.write(Buffer.from('{"mark":3}\n'));
      await sink.write(Buffer.from(`${barText('A', 1, { vol: '7' })}\n`));
      expect((await schema.stored()).map((row) => [row['symbol'], row['vol']])).toEqual([
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
      ['another timeframe', barText('A', 3600, { tf: '1h' }), 'usage', 'bars of 1h have no table'],
      ['something else', '{"stage":"bars1s"}', 'bad_data', 'line 2 of the output: no record as qf writes it'],
    ])('refuses %s, and stores nothing of the write', async (_, line, code, message) => {
      const sink = await schema.pipe();
      await expect(sink.write(Buffer.from(`${barText('A', 1)}\n${line}\n`))).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message) as string,
      });
      expect(await schema.stored()).toEqual([]);
    });

    test('names the line that the database refuses', async () => {
      await schema.constrain('check (c < 100)');
      const sink = await schema.pipe();
      await sink.write(Buffer.from(`${barText('A', 1)}\n`));
      await expect(sink.write(Buffer.from(`${barText('A', 2)}\n${barText('A', 3, { c: '100' })}\n`))).rejects.toThrow(
        /^line 3 of the output: the table bars_1s refuses this row: .*"strict"/,
      );
      expect(await schema.stored()).toHaveLength(1);
    });

    test('goes on where its connection was ended while it was quiet', async () => {
      const sink = await schema.pipe();
      await sink.write(Buffer.from(`${barText('A', 1)}\n`));
      await schema.terminate();
      await sink.write(Buffer.from(`${barText('A', 2)}\n`));
      expect(await schema.stored()).toHaveLength(2);
    });
  });
});
