import { describe, expect, it } from 'vitest';
import { KernelBarBuilder } from '../../src/lib/engines/wasm/bar-builder.js';
import { wtf8 } from '../../src/lib/engines/wasm/wtf8.js';
import { makeBars1s, type Result, run, runStopped } from '../support/stages.js';
import { START_S } from '../support/streams.js';
import { ODD_TEXTS } from '../support/tick-bytes.js';

function line(symbol: string, offset_s: number, rest: string): string {
  return `{"symbol":"${symbol}","event_ts":${START_S + offset_s}000000000,${rest}}\n`;
}

/** What both engines give, which must be the same. */
function ofBoth(chunks: readonly string[], options: object = {}): Result {
  const [reference, wasm] = ['reference', 'wasm'].map((engine) => run(makeBars1s({ ...options, engine }), chunks)) as [
    Result,
    Result,
  ];
  // Not by `toEqual` on everything: a difference between long texts takes minutes to show.
  expect(wasm.output === reference.output && wasm.rejects === reference.rejects).toBe(true);
  expect(wasm.counts).toEqual(reference.counts);
  return wasm;
}

describe('the kernel', () => {
  it('takes every text of every field as the reference does', () => {
    const fields = ['symbol', 'event_ts', 'ltp', 'vol', 'trade_id', 'side'];
    // A symbol for each field, so that also equal ids meet, and for each price and volume one, so that it is seen.
    const lines = fields.flatMap((field) =>
      ODD_TEXTS.map((text, index) => {
        const symbol = field === 'ltp' || field === 'vol' ? `${field}${index}` : field;
        const texts = { symbol: `"${symbol}"`, event_ts: `${START_S}000000000`, ltp: '1', vol: '1', [field]: text };
        return `{${Object.entries(texts)
          .map(([name, value]) => `"${name}":${value}`)
          .join(',')}}\n`;
      }),
    );
    const { counts } = ofBoth([lines.join('')], { grace: 5e18 });
    expect(Math.min(counts.used, counts.rejected, counts.duplicate)).toBeGreaterThan(1);
    // Each alone, too.
    for (const each of lines) ofBoth([each]);
  });

  it('sums volumes beyond 64 bits', () => {
    const ticks = Array.from({ length: 20_000 }, () => line('A', 0, '"ltp":1,"vol":999999999999999')).join('');
    expect(ofBoth([ticks]).output).toContain('"vol":19999999999999980000,');
    const withParts = Array.from({ length: 3000 }, () => line('A', 0, '"ltp":1,"vol":9999999.99999999')).join('');
    expect(ofBoth([ticks, withParts]).output).toContain('"vol":20000000029999979999.99997,');
  });

  it('keeps symbols in their order while ever new ones come, and lets go of those that are gone', () => {
    const seconds = Array.from({ length: 40 }, (_, second) =>
      Array.from({ length: 2000 }, (_, index) =>
        // Some stay, most are new in each second; backwards, so that each has its place before others.
        line(index % 10 === 0 ? `OLD${index}` : `S${9_999_999 - second * 2000 - index}`, second, `"ltp":${index},"vol":1`),
      ).join(''),
    );
    expect(ofBoth(seconds).counts.out).toBe(80_000);
  });

  it('takes chunks of any size, lines that are longer than all its room, and a last line without a break', () => {
    const ticks = Array.from({ length: 5000 }, (_, index) => line(`S${index % 7}`, index >> 8, `"ltp":${index},"vol":0.5`));
    const all = [...ticks.slice(0, 2500), `${'x'.repeat(600_000)}\n`, ...ticks.slice(2500)].join('').trimEnd();
    const { rejects, counts } = ofBoth([all]);
    expect(rejects).toContain('"reason":"line_too_long","detail":"","line":2501,"size":600000,');
    expect(counts).toMatchObject({ in: 5001, used: 5000 });
    for (const size of [1, 100, 65_536, 262_144, 262_145])
      ofBoth(Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size)));
  });

  it('reads no line that a stop has cut, wherever that was, and all that came before', () => {
    const first = line('A', 0, '"ltp":1,"vol":1');
    // Longer than what is kept for the kernel.
    const second = line('A', 1, `"ltp":1,"vol":1,"side":"${'x'.repeat(3000)}"`);
    const whole = ofBoth([first]);
    for (const engine of ['reference', 'wasm']) {
      for (const size of [1, 9, 60, 2047, 2048, 2049, second.length - 2, second.length - 1]) {
        const begun = second.slice(0, size);
        for (const chunks of [[first + begun], [first, begun], [first + begun.slice(0, 1), begun.slice(1)]])
          expect(runStopped(makeBars1s({ engine }), chunks), `${engine}, ${size} bytes`).toEqual(whole);
      }
    }
  });

  it('remembers ids of any length, and forgets them with their bars', () => {
    const ids = [...[1, 44, 45, 64].map((size) => 'i'.repeat(size)), '\u20ac'.repeat(64), ''];
    const lines = (offset_s: number): string =>
      ids.map((id) => line('A', offset_s, `"ltp":1,"vol":1,"trade_id":${JSON.stringify(id)}`)).join('');
    const { counts } = ofBoth([lines(0), lines(0), lines(1), line('B', 10, '"ltp":1,"vol":1'), lines(11)], { grace: 5e9 });
    expect(counts).toMatchObject({ used: 2 * ids.length + 1, duplicate: 2 * ids.length });
  });

  it('knows every id again, however many are open', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => index);
    const ticks = ids.map((id) => line(`S${id % 3}`, 0, `"ltp":1,"vol":1,"trade_id":"${id}"`)).join('');
    const { counts } = ofBoth([
      ticks,
      ticks,
      line('B', 10, '"ltp":1,"vol":1'),
      ticks.replaceAll(`${START_S}`, `${START_S + 10}`),
    ]);
    expect(counts).toMatchObject({ used: 2 * ids.length + 1, duplicate: ids.length });
  });

  it('takes blanks of any kind and number itself, also where only some lines have any', () => {
    const tokens = `{ "symbol" : "A" , "event_ts" : ${START_S}000000000 , "ltp" : 1 , "vol" : 2 }`.split(' ');
    const blanks = ['', ' ', '\t', '  ', ' \t', '\r', `${' '.repeat(17)}\t`];
    const lines = tokens.flatMap((_, place) =>
      blanks.map((blank) => `${tokens.slice(0, place).join('')}${blank}${tokens.slice(place).join('')}\n`),
    );
    const everywhere = blanks.map((blank) => `${blank}${tokens.join(blank)}${blank}\n`);
    const all = Buffer.from([...lines, ...everywhere, `${tokens.join('')}\r\n`].join(''));
    const builder = new KernelBarBuilder(0, undefined);
    builder.load(Buffer.alloc(0), all);
    // It stops at what it leaves to the reference.
    expect(builder.run(0, all.length).at).toBe(all.length);
  });

  it('says, as the reference does, when there are too many ids', () => {
    const chunk = (from: number): string =>
      Array.from({ length: 100_000 }, (_, index) => line('A', 0, `"ltp":1,"vol":1,"trade_id":${from + index + 1}`)).join('');
    for (const engine of ['reference', 'wasm']) {
      const processor = makeBars1s({ engine });
      for (let from = 0; from < 1_000_000; from += 100_000) processor.push(Buffer.from(chunk(from)), 0);
      expect(processor.counts.used).toBe(1_000_000);
      expect(() => {
        processor.push(Buffer.from(line('A', 0, '"ltp":1,"vol":1,"trade_id":"one more"')), 0);
      }).toThrow('more than 1,000,000 trade ids in open bars: a shorter --grace');
    }
  });
});

it('strings have the same bytes only where they are the same', () => {
  const characters = ['', 'a', '\u20ac', '\ufffd', '\ud800', '\udfff', '\ud83d\ude00', '\ud83d'];
  const texts = [...new Set(characters.flatMap((a) => characters.flatMap((b) => characters.map((c) => a + b + c))))];
  expect(new Set(texts.map((text) => wtf8(text).toString('hex'))).size).toBe(texts.length);
  for (const text of texts.filter((each) => !/\p{Surrogate}/u.test(each))) expect(wtf8(text).toString()).toBe(text);
});
