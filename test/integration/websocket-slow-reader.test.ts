import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostilePeer, Script } from '../support/hostile-server.js';
import { hostileSessions } from '../support/hostile-session.js';
import { tickLine, trade, tradeText } from '../support/plain-venue.js';
import { rss_mb, untilAsleep } from '../support/process.js';
import { accountIn, linesIn, rejectsIn, RunningQf, saysIn } from '../support/running.js';
import { frame } from '../support/websocket-frames.js';

const { folder, start } = hostileSessions();

/** What Node itself, a full queue and a few batches need, on any version. */
const MAX_RSS_MB = 300;

/** Frames of about 1 KB: 150 MB, of which a few may wait in sockets and pipes. */
const TRADES = 150_000;
const PADDING = 'x'.repeat(900);

/** A server that has much to send. */
class Market {
  sent = 0;
  peer: HostilePeer | undefined;

  /** Sends all trades, as fast as they are taken, and closes the connection. */
  readonly script: Script = async (peer) => {
    this.peer = await peer.accept();
    await peer.pour(this.frames());
    peer.end();
  };

  /** Resolves when a program that nobody reads has gone to sleep, and the server cannot send any more. */
  async untilStuck(qf: RunningQf): Promise<void> {
    await qf.log(/connected to/);
    do await untilAsleep(qf.pid);
    while (this.peer?.socket.writableNeedDrain !== true);
  }

  private *frames(): Generator<Buffer> {
    while (this.sent < TRADES) {
      this.sent++;
      yield frame(tradeText(this.sent, { x: PADDING }));
    }
  }
}

const lastOnes: Script = async (peer) => (await peer.accept()).write(trade(TRADES + 1));

/** Every line from the first trade on. */
function linesTo(last: number): string {
  return [...Array(last).keys()].map((index) => tickLine(index + 1)).join('');
}

describe('--on-full pause, with a reader that does not read', () => {
  test.each(['1', '1000', '65536'])('nothing is lost and memory stays bounded: --queue %s', async (queue) => {
    const market = new Market();
    const { qf } = await start([market.script, lastOnes], { args: ['--queue', queue], isUnread: true });
    const waits: { sent: number; rss_mb: number }[] = [];
    const wait = async (): Promise<void> => {
      await market.untilStuck(qf);
      waits.push({ sent: market.sent, rss_mb: Math.round(rss_mb(qf.pid)) });
    };
    await wait();
    qf.read();
    await qf.output(/"trade_id":"20000"/);
    qf.pause();
    await wait();
    qf.resume();
    await qf.output(new RegExp(`"trade_id":"${TRADES + 1}"`));
    const run = await qf.interrupt();
    console.log(`trades sent and RSS of qf in MB while nobody read, --queue ${queue}: ${JSON.stringify(waits)}`);
    for (const { sent, rss_mb: size } of waits) {
      expect(sent).toBeLessThan(TRADES);
      expect(size).toBeLessThan(MAX_RSS_MB);
    }
    expect(run.exitCode).toBe(130);
    expect(run.stdout === linesTo(TRADES + 1), 'every trade, in order').toBe(true);
    expect(saysIn(run.stderr)).toEqual([
      'connected to ws://HOST/feed',
      'the connection was lost; next attempt in N s',
      'connected to ws://HOST/feed',
      'summary',
    ]);
    const { feed, ...summary } = accountIn(run.stderr);
    expect(summary).toMatchObject({ used: TRADES + 1, unwritten_records: 0, queues: { output: { peak: 1, capacity: 1 } } });
    expect(feed).toMatchObject({ shed: 0, gaps: 0, connections: 2, queue: { capacity: Number(queue) } });
    expect(Number(feed['pauses'])).toBeGreaterThan(1);
    // What was read before the pause is kept: some chunks of the socket.
    expect((feed['queue'] as { peak: number }).peak).toBeLessThan(Number(queue) + 1000);
  });

  test('for longer than the time without which a connection is stale: it is kept', async () => {
    const market = new Market();
    const { qf } = await start([market.script, lastOnes], { args: ['--stale', '3s', '--queue', '1000'], isUnread: true });
    await market.untilStuck(qf);
    // The passing of time itself is what is looked at here.
    await new Promise((resolve) => setTimeout(resolve, 3500));
    qf.read();
    await qf.output(new RegExp(`"trade_id":"${TRADES + 1}"`));
    const run = await qf.interrupt();
    expect(run.stdout === linesTo(TRADES + 1), 'every trade, in order').toBe(true);
    expect(run.stderr).not.toContain('stale');
  });
});

describe('--on-full shed, with a reader that does not read', () => {
  test('what does not fit is dropped, and counted to the last', async () => {
    const rejects = join(folder, 'rejects.ndjson');
    const every = 10;
    const script = async (peer: HostilePeer): Promise<void> => {
      await peer.accept();
      const blocks = [...Array(TRADES / every).keys()].map((block) => {
        const ids = [...Array(every).keys()].map((index) => block * every + index + 1);
        return Buffer.concat(ids.map((id) => (id % every === 0 ? frame(tradeText(id, { p: 'much' })) : trade(id))));
      });
      await peer.pour(blocks);
      peer.write(frame('', { opcode: 'ping' }));
      while ((await peer.nextFrame())?.opcode !== 'pong');
    };
    let allRead: Promise<void> | undefined;
    const { qf } = await start([(peer) => (allRead = script(peer))], {
      args: ['--queue', '100', '--on-full', 'shed', '--rejects', rejects],
      isUnread: true,
    });
    await qf.log(/connected to/);
    await allRead;
    const size = rss_mb(qf.pid);
    qf.read();
    const run = await qf.interrupt();
    expect(run.exitCode).toBe(130);
    const { feed, ...summary } = accountIn(run.stderr);
    const ids = linesIn(run.stdout).map((tick) => Number(tick['trade_id']));
    const refused = rejectsIn(rejects).length;
    console.log(
      `of ${TRADES} trades: ${ids.length} written, ${refused} refused, ${String(feed['shed'])} shed; RSS of qf ${size.toFixed(0)} MB`,
    );
    expect(size).toBeLessThan(MAX_RSS_MB);
    expect(feed['shed']).toBe(TRADES - ids.length - refused);
    expect(feed['shed']).toBeGreaterThan(TRADES / 2);
    expect(summary).toMatchObject({ in: TRADES, used: ids.length, rejected: refused, unwritten_records: 0 });
    expect(feed).toMatchObject({ frames: { in: TRADES }, pauses: 0, connections: 1, queue: { peak: 100, capacity: 100 } });
    expect(ids.slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
    expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0))).toBe(true);
  });
});

describe('--record to a file that is slow', () => {
  test('the socket waits for it, and nothing is lost', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    // Without this the program would wait for a reader before it connects.
    const reader = new Socket({ fd: openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
    const market = new Market();
    const { qf } = await start([market.script, lastOnes], { args: ['--record', fifo] });
    await market.untilStuck(qf);
    const [sent, size] = [market.sent, rss_mb(qf.pid)];
    const allRecorded = new Promise((resolve) => reader.on('close', resolve));
    let recorded = 0;
    reader.on('data', (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 0x0a) recorded++;
    });
    await qf.output(new RegExp(`"trade_id":"${TRADES + 1}"`));
    const run = await qf.interrupt();
    console.log(`trades sent and RSS of qf in MB while the recording waited: ${sent}, ${size.toFixed(0)}`);
    expect(sent).toBeLessThan(TRADES);
    expect(size).toBeLessThan(MAX_RSS_MB);
    expect(run.exitCode).toBe(130);
    expect(run.stdout === linesTo(TRADES + 1), 'every trade, in order').toBe(true);
    await allRecorded;
    // A frame a line, and one for each connection.
    expect(recorded).toBe(TRADES + 1 + 2);
    expect(Number(accountIn(run.stderr).feed['pauses'])).toBeGreaterThan(0);
  });
});
