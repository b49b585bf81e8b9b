import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Script } from '../support/hostile-server.js';
import { hostileSessions, LAST } from '../support/hostile-session.js';
import { tickLine, trade, tradeText } from '../support/plain-venue.js';
import { rss_mb } from '../support/process.js';
import { accountIn, linesIn, rejectsIn, saysIn } from '../support/running.js';
import { frame } from '../support/websocket-frames.js';

const { folder, start, runToLast } = hostileSessions();

const rejects = join(folder, 'rejects.ndjson');

/** One connection that brings these frames and then the last trade. */
function bring(...frames: readonly Buffer[]): Script {
  return async (peer) => (await peer.accept()).write(...frames, trade(LAST));
}

/** So many opening brackets, something, and as many closing ones. */
function nested(depth: number, inner = ''): string {
  return `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`;
}

const DEEP = 100_000;

const LONG = '{"e":"unheard of","x":"';

/** What a frame is, and what is said of it where it is refused. */
const REFUSED: readonly [string, Buffer, object][] = [
  ['broken UTF-8', frame(Buffer.from('{"e":"trade","s":"\xff\xfe"}', 'latin1')), { reason: 'invalid_utf8' }],
  ['UTF-8 that ends within a character', frame(Buffer.from('"\xe2\x82', 'latin1')), { reason: 'invalid_utf8' }],
  ['an encoded surrogate', frame(Buffer.from('"\xed\xa0\x80"', 'latin1')), { reason: 'invalid_utf8' }],
  ['JSON that is cut off', frame(tradeText(2).slice(0, -1)), { reason: 'invalid_json', raw: tradeText(2).slice(0, -1) }],
  ['JSON with something behind it', frame(`${tradeText(2)}${tradeText(3)}`), { reason: 'invalid_json' }],
  ['nothing', frame(''), { reason: 'invalid_json', size: 0, raw: '' }],
  ['zero bytes', frame(Buffer.alloc(3)), { reason: 'invalid_json', size: 3, raw: '\0\0\0' }],
  ['NaN for a price', frame(tradeText(2).replace('"102.5"', 'NaN')), { reason: 'invalid_json' }],
  ['a number', frame('5'), { reason: 'unknown_message', raw: '5' }],
  ['null', frame('null'), { reason: 'unknown_message', raw: 'null' }],
  ['a text', frame('"trade"'), { reason: 'unknown_message' }],
  ['an unknown type', frame('{"e":"unheard of"}'), { reason: 'unknown_message', raw: '{"e":"unheard of"}' }],
  ['a type that is no text', frame('{"e":["trade"]}'), { reason: 'unknown_message' }],
  ['a type of the prototype', frame('{"e":"__proto__","__proto__":{"e":"trade"}}'), { reason: 'unknown_message' }],
  [
    'a long one',
    frame(`${LONG}${'é'.repeat(5000)}"}`),
    { reason: 'unknown_message', size: LONG.length + 10_002, raw: `${LONG}${'é'.repeat(500)}` },
  ],
  ['binary', frame(tradeText(2), { opcode: 'binary' }), { reason: 'invalid_frame' }],
  ['JSON nested 100,000 deep', frame(nested(DEEP)), { reason: 'unknown_message', size: 2 * DEEP, raw: '['.repeat(1024) }],
  ['JSON nested 100,000 deep that never closes', frame('['.repeat(DEEP)), { reason: 'invalid_json', size: DEEP }],
  ['objects nested 100,000 deep', frame(`${'{"e":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`), { reason: 'unknown_message' }],
  ['a trade without a price', frame(tradeText(2, { p: undefined })), { reason: 'missing_field', detail: 'ltp' }],
  ['a trade with an object for a price', frame(tradeText(2, { p: {} })), { reason: 'wrong_type', detail: 'ltp' }],
  [
    'a trade with a price that is nested',
    frame(tradeText(2).replace('"102.5"', nested(DEEP))),
    { reason: 'wrong_type', detail: 'ltp' },
  ],
  ['a trade with words for a price', frame(tradeText(2, { p: 'much' })), { reason: 'wrong_type', detail: 'ltp' }],
  ['a trade with too large a price', frame(tradeText(2, { p: '1e12' })), { reason: 'out_of_bounds', detail: 'ltp' }],
  ['a trade with a price without end', frame(tradeText(2, { p: '9'.repeat(1e6) })), { reason: 'out_of_bounds', detail: 'ltp' }],
  ['a trade with a negative volume', frame(tradeText(2, { q: '-1' })), { reason: 'out_of_bounds', detail: 'vol' }],
  [
    'a trade with a symbol that steers a terminal',
    frame(tradeText(2, { s: '\u001b[2J' })),
    { reason: 'out_of_bounds', detail: 'symbol' },
  ],
  [
    'a trade with a time in seconds',
    frame(tradeText(2, { T: 1_700_000_000 })),
    { reason: 'timestamp_range', detail: 'event_ts' },
  ],
  ['a trade with a time in the far future', frame(tradeText(2, { T: 1e15 })), { reason: 'timestamp_range', detail: 'event_ts' }],
  ['a trade with a long id', frame(tradeText(2, { t: 'x'.repeat(65) })), { reason: 'out_of_bounds', detail: 'trade_id' }],
  ['a batch without a list', frame('{"e":"batch"}'), { reason: 'missing_field', detail: 'symbol' }],
  ['a batch of something else', frame('{"e":"batch","d":"none"}'), { reason: 'missing_field', detail: 'symbol' }],
];

/** Reasons for which a trade is refused, and not its frame. */
const OF_TRADES = ['missing_field', 'wrong_type', 'out_of_bounds', 'timestamp_range'];

test('what cannot be used is refused with its reason and its frame, and the trades between are written', async () => {
  const frames = REFUSED.flatMap(([, bytes], index) => [trade(index + 1), bytes]);
  const run = await runToLast([bring(...frames)], { args: ['--rejects', rejects] });
  expect(run.exitCode, run.stderr).toBe(130);
  const ids = [...REFUSED.keys()].map((index) => index + 1);
  expect(run.stdout).toBe([...ids, LAST].map(tickLine).join(''));
  const found = rejectsIn(rejects);
  expect(found.map((reject, index) => ({ what: REFUSED[index]?.[0], ...reject }))).toEqual(
    REFUSED.map(([what, { length }, reject], index) => {
      const frameHead = length < 128 ? 2 : length < 65_540 ? 4 : 10;
      return expect.objectContaining({
        stage: 'ingest-ws',
        detail: '',
        what,
        line: 2 * index + 2,
        size: length - frameHead,
        ...reject,
      }) as object;
    }),
  );
  const counts: Record<string, number> = {};
  for (const { reason } of found) counts[reason] = (counts[reason] ?? 0) + 1;
  const trades = found.filter(({ reason }) => OF_TRADES.includes(reason)).length;
  expect(accountIn(run.stderr)).toMatchObject({
    used: ids.length + 1,
    rejected: REFUSED.length,
    rejected_by: counts,
    feed: {
      connections: 1,
      frames: { in: 2 * REFUSED.length + 1, used: ids.length + 1 + trades, ignored: 0, rejected: REFUSED.length - trades },
    },
  });
  expect(saysIn(run.stderr)).toEqual(['connected to ws://HOST/feed', expect.stringMatching(/^missed/), 'summary']);
});

test('without --rejects they are counted all the same', async () => {
  const run = await runToLast([bring(trade(99), ...REFUSED.map(([, bytes]) => bytes))]);
  expect(run.stdout).toBe([99, LAST].map(tickLine).join(''));
  expect(accountIn(run.stderr)).toMatchObject({ used: 2, rejected: REFUSED.length });
});

test.each([
  ['a frame', frame('{"e":"unheard of"}'), 'unknown_message'],
  ['a trade', frame(tradeText(3, { p: 'much' })), 'wrong_type (ltp)'],
])('--strict ends the run at %s that is refused, with code 65', async (_, bytes, reason) => {
  const { qf, server } = await start([bring(trade(1), trade(2), bytes, trade(4))], { args: ['--strict', '--rejects', rejects] });
  const run = await qf.ended;
  expect(run.exitCode).toBe(65);
  expect(run.stdout).toBe([1, 2].map(tickLine).join(''));
  expect(saysIn(run.stderr).slice(-2)).toEqual(['summary', `line 3: ${reason}; --strict stops here`]);
  expect(rejectsIn(rejects)).toHaveLength(1);
  expect(accountIn(run.stderr)).toMatchObject({ ended: 'error', used: 2, rejected: 1 });
  expect(server.clients).toBe(1);
});

describe('what is odd but right is used', () => {
  test('ids that jump and repeat, and times out of order', async () => {
    const ids = [5, 6, 9, 9, 7, 10, 4, 20, 11];
    const run = await runToLast([bring(...ids.map((id) => trade(id)))]);
    expect(run.stdout).toBe([...ids, LAST].map(tickLine).join(''));
    expect(saysIn(run.stderr).slice(1, -1)).toEqual([
      'missed 2 trades of X: ids 7 to 8',
      'missed 9 trades of X: ids 11 to 19',
      'missed 79 trades of X: ids 21 to 99',
    ]);
    expect(accountIn(run.stderr)).toMatchObject({ used: 10, rejected: 0, feed: { gaps: 3, missed: 90, behind: 4 } });
  });

  test('ids that are no numbers, or too large ones, or fall back to the first', async () => {
    const ids = ['a', 'b', 1, '18446744073709551616', '9999999999999999999', 2, -5, 1.5, null, '007'];
    const run = await runToLast([bring(...ids.map((t) => frame(tradeText(1, { t }))))]);
    expect(linesIn(run.stdout).map((tick) => tick['trade_id'])).toEqual([
      'a',
      'b',
      '1',
      '18446744073709551616',
      '9999999999999999999',
      '2',
      '-5',
      '1.5',
      undefined,
      '007',
      '100',
    ]);
    expect(saysIn(run.stderr).slice(1, -1)).toEqual(['missed 9999999999999999997 trades of X: ids 2 to 9999999999999999998']);
    expect(accountIn(run.stderr)).toMatchObject({ used: 11, feed: { gaps: 1, behind: 3 } });
  });

  test('fields that nobody asked for, nested 100,000 deep; repeated keys, of which the last counts; spaces, escapes', async () => {
    const run = await runToLast([
      bring(
        frame(tradeText(1, { x: 0 }).replace('"x":0', `"x":${nested(DEEP, '{"e":"error","p":"9"}')}`)),
        frame(tradeText(2).replace('{', '{"e":"error","p":7,"s":["Y"],')),
        frame(` \t\r\n${tradeText(3).replaceAll(',', ' ,\n ').replaceAll(':', ' : ')}\n `),
        frame(tradeText(4).replace('"s":"X"', String.raw`"\u0073":"\u0058"`)),
      ),
    ]);
    expect(run.stdout).toBe([1, 2, 3, 4, LAST].map(tickLine).join(''));
  });

  test('a batch of which some trades are refused', async () => {
    const batch = [1, 2, 3, 4].map((id) => ({ s: 'X', T: 1_700_000_000_000 + id, p: id === 3 ? 'much' : String(id), q: 1 }));
    const text = JSON.stringify({ e: 'batch', d: [...batch, null, []] });
    const run = await runToLast([bring(frame(text), frame('{"e":"batch","d":[]}'))], { args: ['--rejects', rejects] });
    expect(linesIn(run.stdout).map((tick) => tick['ltp'])).toEqual([1, 2, 4, 200.5]);
    expect(rejectsIn(rejects)).toEqual(
      [
        ['wrong_type', 'ltp'],
        ['missing_field', 'symbol'],
        ['missing_field', 'symbol'],
      ].map(([reason, detail]) => ({
        ...{ stage: 'ingest-ws', reason, detail, line: 1, size: text.length, raw: text },
      })),
    );
    expect(accountIn(run.stderr)).toMatchObject({
      in: 7,
      used: 4,
      rejected: 3,
      feed: { frames: { in: 3, used: 3, rejected: 0 } },
    });
  });
});

describe('what would fill the memory or the log', () => {
  test.each([['millions of trades that are none', '0,', 8_000_000, 'frame_too_long']])(
    '%s in one frame are one frame that is refused',
    { timeout: 60_000 },
    async (_, unit, count, reason) => {
      const { qf } = await start([bring(trade(1), frame(`{"e":"batch","d":[${unit.repeat(count)}0]}`))], {
        args: ['--rejects', rejects],
      });
      let peak_mb = 0;
      const sampling = setInterval(() => (peak_mb = Math.max(peak_mb, rss_mb(qf.pid))), 10);
      await qf.output(/"trade_id":"100"/);
      clearInterval(sampling);
      const run = await qf.interrupt();
      console.log(`RSS of qf: peak ${peak_mb.toFixed(0)} MB`);
      expect(peak_mb).toBeLessThan(1000);
      expect(rejectsIn(rejects)).toEqual([expect.objectContaining({ reason, detail: '', line: 2 })]);
      expect(accountIn(run.stderr)).toMatchObject({
        used: 2,
        rejected: 1,
        feed: { connections: 1, frames: { used: 2, rejected: 1 } },
      });
    },
  );

  test('the words of a venue are logged without what steers a terminal, and cut', async () => {
    const run = await runToLast([
      bring(
        frame(JSON.stringify({ e: 'error', m: `no\u001b[2J such\r\nsymbol ${'x'.repeat(1000)}` })),
        frame('{"e":"error"}'),
        frame('{"e":"error","m":{"a":1}}'),
      ),
    ]);
    expect(saysIn(run.stderr).slice(1, -1)).toEqual([`map says: no?[2J such??symbol ${'x'.repeat(180)}`]);
    expect(accountIn(run.stderr)).toMatchObject({ rejected: 3, rejected_by: { venue_error: 3 } });
  });

  test('very many words and gaps are counted, and some of them logged', async () => {
    const count = 4000;
    const errors = [...Array(count).keys()].map((index) => frame(JSON.stringify({ e: 'error', m: `error ${index}` })));
    const gaps = [...Array(count).keys()].map((index) => trade(1000 + 2 * index));
    const run = await runToLast([bring(...errors, ...gaps)]);
    const { elapsed_ms, feed, rejected } = accountIn(run.stderr);
    const logged = saysIn(run.stderr).filter((line) => /^(map says|missed)/.test(line)).length;
    expect(feed).toMatchObject({ gaps: count - 1, missed: count - 1, behind: 1 });
    expect(rejected).toBe(count);
    expect(logged + Number(feed['suppressed_warnings'])).toBe(2 * count - 1);
    expect(logged).toBeGreaterThanOrEqual(1000);
    expect(logged).toBeLessThanOrEqual(1001 + Number(elapsed_ms) / 100);
    expect(saysIn(run.stderr).filter((line) => line.startsWith('too many warnings'))).toHaveLength(1);
  });
});
