import { describe, expect, test } from 'vitest';
import { DecimalSum } from '../../../src/lib/core/model/decimal.js';
import { encodeBar, encodeMark } from '../../../src/lib/engines/reference/bar-codec.js';
import { encodeReject } from '../../../src/lib/engines/reference/reject.js';
import { outputRows, rejectRow } from '../../../src/lib/transports/postgres/records.js';

const AT = { topic: 'bars.1s', partition: 3, offset: 1234n };
const rowOf = (text: string) => outputRows(Buffer.from(text), AT)[0];
const BAR = '{"symbol":"AAPL","tf":"1s","ts":1704167100,"o":1,"h":2.5,"l":0.5,"c":2,"vol":3.00000001,"n_trades":4}';

describe('the row of a bar', () => {
  test('has every digit of the record', () => {
    const row = rowOf(BAR);
    expect([row?.table, row?.columns(), row?.origin]).toEqual([
      'bars_1s',
      ['AAPL', '2024-01-02T03:45:00.000Z', '1', '2.5', '0.5', '2', '3.00000001', '4'],
      AT,
    ]);
    expect(row?.copyLine()).toBe('AAPL\t2024-01-02T03:45:00.000Z\t1\t2.5\t0.5\t2\t3.00000001\t4');
  });

  test('has its own time, also where another one came before it', () => {
    const lines = [0, 1, 1, 0].map(
      (ts) =>
        rowOf(BAR.replace('1704167100', String(ts)))
          ?.copyLine()
          .split('\t')[1],
    );
    const [first, second] = ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:01.000Z'];
    expect(lines).toEqual([first, second, second, first]);
  });

  test.each([
    ['negative prices', -1.5, 0, '0', '0'],
    [
      'the smallest and the largest price',
      1e-18,
      -999_999_999_999.9999,
      '170141183460469231731687303715884105727',
      '9007199254740991',
    ],
    ['prices with many digits', 0.1 + 0.2, -1.2345678901234567e-18, '1', '1'],
    ['a price below one', -0.5, 0.000001, '100000000', '1'],
  ])('%s, as qf writes them', (_, low, high, vol_e8, n_trades) => {
    const vol = DecimalSum.fromE8(BigInt(vol_e8));
    if (vol === undefined) throw new Error('no volume');
    for (const [tf_s, table] of [
      [1, 'bars_1s'],
      [60, 'bars_1m'],
      [180, 'bars_3m'],
      [300, 'bars_5m'],
      [900, 'bars_15m'],
    ] as const) {
      const bar = {
        symbol: 'A b._:/&-',
        tf_s,
        ts: 1_704_167_100,
        o: low,
        h: high,
        l: low,
        c: high,
        vol,
        n_trades: Number(n_trades),
      };
      const row = rowOf(encodeBar(bar).trimEnd());
      expect(row?.table).toBe(table);
      const [symbol, ts, ...values] = row?.columns() ?? [];
      expect([symbol, ts]).toEqual(['A b._:/&-', '2024-01-02T03:45:00.000Z']);
      expect(values.slice(0, 4).map(Number)).toEqual([low, high, low, high]);
      expect(values.slice(4)).toEqual([vol.toString(), n_trades]);
    }
  });

  test('is none for a mark', () => {
    expect(rowOf(encodeMark(1_704_167_100).trimEnd())).toBeUndefined();
  });

  test.each([
    ['nothing', ''],
    ['a line break', `${BAR}\n`],
    ['something behind it', `${BAR} `],
    ['another order of the fields', BAR.replace('"o":1,"h":2.5', '"h":2.5,"o":1')],
    ['an unknown field', BAR.replace('}', ',"x":1}')],
    ['an exponent', BAR.replace('"o":1', '"o":1e3')],
    ['a zero behind the last digit', BAR.replace('2.5', '2.50')],
    ['a zero before the first digit', BAR.replace('2.5', '02.5')],
    ['a negative zero', BAR.replace('"o":1', '"o":-0')],
    ['a point without digits', BAR.replace('"o":1', '"o":1.')],
    ['a price as text', BAR.replace('"o":1', '"o":"1"')],
    ['no price', BAR.replace('"o":1', '"o":null')],
    ['nine decimal places of a volume', BAR.replace('3.00000001', '3.000000001')],
    ['a negative volume', BAR.replace('3.0', '-3.0')],
    ['part of a trade', BAR.replace('"n_trades":4', '"n_trades":4.5')],
    ['a symbol that is none', BAR.replace('AAPL', 'Ä')],
    ['SQL', BAR.replace('AAPL', "A');--")],
    ['a mark with another field', '{"mark":1,"x":1}'],
    ['bytes that are no text', '\u0000\u0001'],
  ])('is refused: %s', (_, text) => {
    expect(() => rowOf(text)).toThrow(expect.objectContaining({ code: 'bad_data' }) as Error);
    expect(() => rowOf(text)).toThrow(/^bars\.1s\/3@1234: no record as qf writes it/);
  });

  test('is wrong usage for a tick, and for a timeframe without a table', () => {
    const usage = (message: string) =>
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) as string }) as Error;
    const tick = '{"symbol":"AAPL","event_ts":1704167100000000000,"ltp":1,"vol":1}';
    expect(() => rowOf(tick)).toThrow(usage('ticks are not stored in Postgres'));
    expect(() => rowOf(BAR.replace('1s', '2m'))).toThrow(
      usage('bars of 2m have no table in Postgres, only those of 1s, 1m, 3m, 5m, 15m'),
    );
  });
});

describe('the row of a reject', () => {
  const at = { topic: 'dlq.bars1s', partition: 2, offset: 2n ** 53n + 1n };

  test('has its own place and that of the refused record', () => {
    const record = { stage: 'bars1s', reason: 'late', detail: '', topic: 'ticks', partition: 2, offset: 77, size: 90, raw: 'x' };
    const row = rejectRow(Buffer.from(JSON.stringify(record)), at);
    expect([row.table, row.columns(), row.origin]).toEqual([
      'rejects',
      ['dlq.bars1s', '2', '9007199254740993', 'bars1s', 'late', '', 'ticks', '2', '77', null, null, '90', 'x', null],
      at,
    ]);
  });

  test('that a stage wrote in a pipe, with text that Postgres cannot hold', () => {
    const head = Buffer.from('a\0b');
    const line = encodeReject('bars1s', { reason: 'invalid_json', detail: '' }, { head, size: 3, place: { line: 5, file: 'f' } });
    const columns = rejectRow(Buffer.from(line.trimEnd()), at).columns();
    expect(columns.slice(6)).toEqual([null, null, null, '5', 'f', '3', null, head.toString('base64')]);
  });

  test.each(['', 'x', 'null', '[]', '{"stage":"a"}', '{"stage":1,"reason":"","detail":"","size":1}'])(
    'is refused: %s',
    (text) => {
      expect(() => rejectRow(Buffer.from(text), at)).toThrow(/^dlq\.bars1s\/2@9007199254740993: no reject record/);
    },
  );
});
