import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HostilePeer, type Script } from '../support/hostile-server.js';
import { hostileSessions, LAST } from '../support/hostile-session.js';
import { tickLine, trade, tradeText } from '../support/plain-venue.js';
import { rss_mb } from '../support/process.js';
import { accountIn, type Ended, rejectsIn, saysIn } from '../support/running.js';
import { closeFrame, frame, frameHead } from '../support/websocket-frames.js';

const { folder, start, runToLast } = hostileSessions();

const CONNECTED = 'connected to ws://HOST/feed';
const LOST = 'the connection was lost';

/** What one program needs, whatever is sent to it; a frame of the largest size may be a part of that. */
const MAX_RSS_MB = 300;

/** What is said where an attempt or a connection has ended. */
function again(words: string): string {
  return `${words}; next attempt in N s`;
}

/** A connection on which this happens once it is open. */
function connected(script: Script): Script {
  return async (peer) => {
    await peer.accept();
    await script(peer);
  };
}

/** Resolves when everything that was sent has been read. */
async function untilRead(peer: HostilePeer): Promise<void> {
  peer.write(frame('', { opcode: 'ping' }));
  while ((await peer.nextFrame())?.opcode === 'ping');
}

/** 1 to `last`. */
function idsTo(last: number): number[] {
  return [...Array(last).keys()].map((index) => index + 1);
}

/** That trades 1 to `whole` and the last one are written, that `words` are said between two connections, and that all adds up. */
function expectTrades(run: Ended, whole: number, words: string): void {
  expect(run.exitCode, run.stderr).toBe(130);
  expect(run.stdout).toBe([...idsTo(whole), LAST].map(tickLine).join(''));
  const gap = `missed ${LAST - whole - 1} trades of X: ids ${whole + 1} to ${LAST - 1}`;
  expect(saysIn(run.stderr)).toEqual([CONNECTED, again(words), CONNECTED, gap, 'summary']);
  expect(accountIn(run.stderr)).toMatchObject({
    ended: 'SIGINT',
    used: whole + 1,
    rejected: 0,
    unwritten_records: 0,
    feed: { frames: { in: whole + 1 }, connections: 2, gaps: 1, missed: LAST - whole - 1, behind: 0, shed: 0 },
  });
}

describe('a connection that ends', () => {
  const half = trade(4).subarray(0, 20);

  test.each<[string, Script, number, string]>([
    ['by FIN, behind a whole frame', (peer) => peer.write(trade(1), trade(2)).end(), 2, LOST],
    ['by FIN, in the head of a frame', (peer) => peer.write(trade(1), trade(2).subarray(0, 1)).end(), 1, LOST],
    [
      'by FIN, in one write with three frames and half of another',
      (peer) => peer.write(trade(1), trade(2), trade(3), half).end(),
      3,
      LOST,
    ],
    [
      'by FIN, behind frames of which one byte after the other has come',
      async (peer) => {
        await peer.drip(Buffer.concat([trade(1), trade(2), trade(3), half]));
        peer.end();
      },
      3,
      LOST,
    ],
    [
      'by FIN, between the frames of a message',
      (peer) => {
        const text = tradeText(3);
        peer.write(trade(1), trade(2));
        peer.write(
          frame(text.slice(0, 9), { isLast: false }),
          frame(text.slice(9, 20), { opcode: 'continuation', isLast: false }),
        );
        peer.end();
      },
      2,
      LOST,
    ],
    [
      'by RST, in the middle of a frame',
      async (peer) => {
        peer.write(trade(1), trade(2), trade(3));
        await untilRead(peer);
        peer.write(half);
        peer.reset();
      },
      3,
      LOST,
    ],
    ['by a close frame', (peer) => peer.write(trade(1), closeFrame(1000)).end(), 1, 'the server closed the connection (1000)'],
    [
      'by a close frame in one write with what is before it, with words that would steer a terminal',
      (peer) => peer.write(trade(1), trade(2), closeFrame(1012, 'maintenance\u001b[31m\n')).end(),
      2,
      'the server closed the connection (1012 maintenance?[31m?)',
    ],
    [
      'by an empty close frame',
      (peer) => peer.write(trade(1), frame('', { opcode: 'close' })).end(),
      1,
      'the server closed the connection (1005)',
    ],
    [
      'by a close frame, behind which more comes',
      (peer) => peer.write(trade(1), closeFrame(1001), trade(2)).end(),
      1,
      'the server closed the connection (1001)',
    ],
  ])('%s: what came whole is written, and what is missing is named', async (_, script, whole, words) => {
    expectTrades(await runToLast([connected(script)]), whole, words);
  });

  test('by a close frame, while the server keeps the socket: the connection is stale, and made again', async () => {
    const run = await runToLast([connected((peer) => peer.write(trade(1), closeFrame(1001)))], { args: ['--stale', '200ms'] });
    expect(run.stdout).toBe(tickLine(1) + tickLine(LAST));
    expect(accountIn(run.stderr)).toMatchObject({ feed: { connections: 2, missed: LAST - 2 } });
  });

  test('over and over: each is counted, and so is the time without any', async () => {
    const count = 30;
    const scripts = idsTo(count).map((id) => connected((peer) => peer.write(trade(id)).end()));
    const run = await runToLast(scripts);
    expect(run.stdout).toBe([...idsTo(count), LAST].map(tickLine).join(''));
    const { feed } = accountIn(run.stderr);
    expect(feed).toMatchObject({ connections: count + 1, gaps: 1, missed: LAST - count - 1 });
    expect(Number(feed['offline_ms'])).toBeGreaterThan(0);
  });
});

describe('what breaks the rules of the protocol', () => {
  const unreadable = (why: string): string => `what the server sent cannot be read, and the connection was closed: ${why}`;

  test.each<[string, Buffer[], string]>([
    ['a reserved opcode', [frame('x', { opcode: 'reserved' })], 'Invalid WebSocket frame: invalid opcode 3'],
    ['a bit of compression, which was not agreed on', [trade(3, { reserved: 4 })], 'Invalid WebSocket frame: RSV1 must be clear'],
    ['reserved bits', [trade(3, { reserved: 3 })], 'Invalid WebSocket frame: RSV2 and RSV3 must be clear'],
    ['a mask', [trade(3, { isMasked: true })], 'Invalid WebSocket frame: MASK must be clear'],
    ['a continuation of nothing', [trade(3, { opcode: 'continuation' })], 'Invalid WebSocket frame: invalid opcode 0'],
    ['a message within another', [trade(3, { isLast: false }), trade(4)], 'Invalid WebSocket frame: invalid opcode 1'],
    ['a ping in pieces', [frame('', { opcode: 'ping', isLast: false })], 'Invalid WebSocket frame: FIN must be set'],
    ['a long ping', [frame('x'.repeat(126), { opcode: 'ping' })], 'Invalid WebSocket frame: invalid payload length 126'],
    ['a close code that does not exist', [closeFrame(999)], 'Invalid WebSocket frame: invalid status code 999'],
    ['a close frame of one byte', [frame('x', { opcode: 'close' })], 'Invalid WebSocket frame: invalid payload length 1'],
    [
      'a message of very many pieces',
      [frame('{', { isLast: false }), ...Array<Buffer>(20_000).fill(frame(' ', { opcode: 'continuation', isLast: false }))],
      'Too many message fragments',
    ],
  ])('%s ends the connection, behind the frames before it', async (_, frames, why) => {
    expectTrades(await runToLast([connected((peer) => peer.write(trade(1), trade(2), ...frames, trade(5)))]), 2, unreadable(why));
  });

  test('messages in pieces, with control frames between them, are whole messages', async () => {
    const pieces = (id: number): Buffer[] => {
      const text = tradeText(id);
      return [
        frame(text.slice(0, 5), { isLast: false }),
        frame('are you there', { opcode: 'ping' }),
        frame('', { opcode: 'continuation', isLast: false }),
        frame('never asked', { opcode: 'pong' }),
        frame(text.slice(5, 30), { opcode: 'continuation', isLast: false }),
        frame(text.slice(30), { opcode: 'continuation' }),
      ];
    };
    const answers: string[] = [];
    const run = await runToLast([
      connected(async (peer) => {
        peer.write(...pieces(1), trade(2));
        await peer.drip(Buffer.concat(pieces(3)));
        while (answers.length < 2) {
          const next = await peer.nextFrame();
          if (next?.opcode === 'pong') answers.push(next.text);
        }
        peer.end();
      }),
    ]);
    expectTrades(run, 3, LOST);
    expect(answers).toEqual(['are you there', 'are you there']);
  });

  test('very many pings at once cost no trade', async () => {
    const pings = Array<Buffer>(1000).fill(frame('', { opcode: 'ping' }));
    const padded = idsTo(90).map((id) => frame(tradeText(id, { padding: 'x'.repeat(5000) })));
    expectTrades(await runToLast([connected((peer) => peer.write(...pings, ...padded).end())]), 90, LOST);
  });

  test('pings without end, from a server that reads no answers, do not fill the memory', { timeout: 60_000 }, async () => {
    const ping = frame('x'.repeat(125), { opcode: 'ping' });
    const block = Buffer.concat(Array<Buffer>(500).fill(ping));
    let peak_mb = 0;
    const { qf } = await start([
      connected(async (peer) => {
        peer.socket.pause();
        const blocks = function* (): Generator<Buffer> {
          for (let sent = 0; sent < 3000; sent++) {
            if (sent % 100 === 0) peak_mb = Math.max(peak_mb, rss_mb(qf.pid));
            yield block;
          }
        };
        await peer.pour(blocks());
        peer.write(trade(1));
      }),
    ]);
    await qf.output(/"trade_id":"1"/);
    const run = await qf.interrupt();
    console.log(`RSS of qf under 1.5 million pings that it could not answer: peak ${peak_mb.toFixed(0)} MB`);
    expect(peak_mb).toBeLessThan(MAX_RSS_MB);
    expect(accountIn(run.stderr)).toMatchObject({ used: 1, feed: { connections: 1 } });
  });
});

describe('a frame of 100 MB', () => {
  const SIZE = 100 * 2 ** 20;
  const CHUNK = Buffer.alloc(2 ** 20, ' ');

  /** As much of 100 MB as the client takes. */
  function* spaces(): Generator<Buffer> {
    for (let sent = 0; sent < SIZE; sent += CHUNK.length) yield CHUNK;
  }

  function* pieces(): Generator<Buffer> {
    for (const chunk of spaces()) yield frame(chunk, { opcode: 'continuation', isLast: false });
  }

  test.each<[string, Script]>([
    ['in one piece', (peer) => peer.write(frameHead(SIZE)).pour(spaces())],
    ['in many pieces', (peer) => peer.write(frame('', { isLast: false })).pour(pieces())],
    ['of which only the head comes', (peer) => peer.write(frameHead(SIZE))],
    ['that says of itself that it has 2⁶² bytes', (peer) => peer.write(frameHead(2 ** 62))],
  ])('%s is not kept, and is one rejected frame', async (_, script) => {
    const rejects = join(folder, 'rejects.ndjson');
    let peak_mb = 0;
    const { qf, server } = await start(
      [connected((peer) => script(peer.write(trade(1)))), connected((peer) => peer.write(trade(LAST)))],
      { args: ['--rejects', rejects] },
    );
    const sampling = setInterval(() => (peak_mb = Math.max(peak_mb, rss_mb(qf.pid))), 10);
    await qf.output(/"trade_id":"100"/);
    clearInterval(sampling);
    const run = await qf.interrupt();
    console.log(`RSS of qf: peak ${peak_mb.toFixed(0)} MB`);
    expect(peak_mb).toBeLessThan(MAX_RSS_MB);
    expect(server.clients).toBe(2);
    expect(run.stdout).toBe(tickLine(1) + tickLine(LAST));
    expect(saysIn(run.stderr)[1]).toBe(again('a frame was larger than is read, and the connection was closed'));
    expect(rejectsIn(rejects)).toEqual([
      { stage: 'ingest-ws', reason: 'frame_too_long', detail: '', line: 2, size: 2 ** 24, raw: '' },
    ]);
    expect(accountIn(run.stderr)).toMatchObject({ used: 2, rejected: 1, feed: { frames: { in: 3, used: 2, rejected: 1 } } });
  });

  test('--strict ends there, with code 65', async () => {
    const { qf } = await start([connected((peer) => peer.write(trade(1), frameHead(SIZE)))], { args: ['--strict'] });
    const run = await qf.ended;
    expect(run.exitCode).toBe(65);
    expect(run.stdout).toBe(tickLine(1));
    expect(saysIn(run.stderr).at(-1)).toBe('line 2: frame_too_long; --strict stops here');
  });
});
