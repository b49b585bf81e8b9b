import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { HostilePeer, Script } from '../support/hostile-server.js';
import { hostileSessions, LAST } from '../support/hostile-session.js';
import { tickLine, trade } from '../support/plain-venue.js';
import { accountIn, saysIn } from '../support/running.js';
import { frame } from '../support/websocket-frames.js';

const { start, runToLast } = hostileSessions();

const CONNECTED = 'connected to ws://HOST/feed';
const STALE = ['nothing has come for N s: the connection is stale', 'the connection was lost; next attempt in N s'];

/** Lets a client in, brings it one trade, and then only answers it with these. */
function answering(
  answer: (frame: { readonly opcode: string | undefined; readonly text: string }) => Buffer | undefined,
): Script {
  return async (peer) => {
    (await peer.accept()).write(trade(1));
    for (let next = await peer.nextFrame(); next !== undefined; next = await peer.nextFrame()) {
      const bytes = answer(next);
      if (bytes !== undefined) peer.write(bytes);
    }
  };
}

const pong = (text: string): Buffer => frame(text, { opcode: 'pong' });

const DEAF: Script = answering(() => undefined);
const ANSWERS_PINGS: Script = answering(({ opcode, text }) => (opcode === 'ping' ? pong(text) : undefined));
const HEARTBEATS = { heartbeat: { every: '50ms', send: { do: 'beat' } } };

describe('a connection on which nothing comes is made again', () => {
  test.each<[string, Script, object]>([
    ['where pings are not answered', DEAF, {}],
    ['where there must be heartbeats, and pings are not answered', DEAF, { heartbeat: {} }],
    ['where there must be heartbeats, and only pings are answered', ANSWERS_PINGS, { heartbeat: {} }],
    ['where heartbeats are asked for, and only pings are answered', ANSWERS_PINGS, HEARTBEATS],
    [
      'where heartbeats are asked for, and come as pings',
      answering(({ opcode }) => (opcode === 'text' ? frame('', { opcode: 'ping' }) : undefined)),
      HEARTBEATS,
    ],
  ])('%s', async (_, script, venue) => {
    const run = await runToLast([script], { venue, args: ['--stale', '300ms'] });
    expect(run.exitCode).toBe(130);
    expect(run.stdout).toBe([1, LAST].map(tickLine).join(''));
    expect(saysIn(run.stderr).slice(0, 5)).toEqual([CONNECTED, ...STALE, CONNECTED, 'missed 98 trades of X: ids 2 to 99']);
    accountIn(run.stderr);
  });

  test('and the run is given up where that goes on', async () => {
    const silent: Script = (peer) => peer.accept();
    const { qf, server } = await start([silent], { args: ['--stale', '100ms', '--give-up', '3s'] });
    const run = await qf.ended;
    expect(run.exitCode).toBe(69);
    expect(saysIn(run.stderr).at(-1)).toBe('ws://HOST/feed: the connection was lost; no frame for N s, given up');
    expect(server.clients).toBeGreaterThan(1);
    expect(accountIn(run.stderr)).toMatchObject({ in: 0, feed: { connections: server.clients } });
  });
});

describe('a connection on which no trades come is kept', () => {
  /** Long enough for a machine that is busy, and looked at three times within that. */
  const STALE_AFTER = ['--stale', '1500ms'];

  /** Signs of life until the last trade, which span more than the time after which there must have been one. */
  const SIGNS = 6;

  async function untilLast(peer: HostilePeer, sign: (text: string) => Buffer, opcode: string): Promise<void> {
    (await peer.accept()).write(trade(1));
    for (let signs = 0; signs < SIGNS;) {
      const next = await peer.nextFrame();
      if (next === undefined) return;
      if (next.opcode !== opcode) continue;
      peer.write(sign(next.text));
      signs++;
    }
    peer.write(trade(LAST));
  }

  test.each<[string, Script, object, number]>([
    ['while the server answers pings', (peer) => untilLast(peer, pong, 'ping'), {}, 0],
    [
      'while the heartbeats come that must come',
      (peer) => untilLast(peer, () => frame('{"e":"heartbeat"}'), 'ping'),
      { heartbeat: {} },
      SIGNS,
    ],
    [
      'while the heartbeats come that it asks for',
      (peer) => untilLast(peer, (text) => frame(text === '{"do":"beat"}' ? '{"e":"heartbeat"}' : '?'), 'text'),
      { heartbeat: { every: '400ms', send: { do: 'beat' } } },
      SIGNS,
    ],
  ])('%s', async (_, script, venue, ignored) => {
    const run = await runToLast([script], { venue, args: STALE_AFTER });
    expect(run.stdout).toBe([1, LAST].map(tickLine).join(''));
    expect(saysIn(run.stderr)).toEqual([CONNECTED, 'missed 98 trades of X: ids 2 to 99', 'summary']);
    expect(accountIn(run.stderr)).toMatchObject({ rejected: 0, feed: { connections: 1, frames: { ignored } } });
  });

  test('while the program itself was stopped for longer, as by Ctrl-Z, and went on', async () => {
    let client: HostilePeer | undefined;
    const { qf } = await start(
      [
        async (peer) => {
          client = (await peer.accept()).write(trade(1));
          for (let next = await peer.nextFrame(); next !== undefined; next = await peer.nextFrame()) {
            if (next.opcode === 'ping') peer.write(pong(next.text));
          }
        },
      ],
      { args: STALE_AFTER },
    );
    await qf.output(/"trade_id":"1"/);
    qf.signal('SIGSTOP');
    const stopped_ms = Date.now();
    while (!/^State:\s+T/m.test(readFileSync(`/proc/${qf.pid}/status`, 'utf8'))) await new Promise(setImmediate);
    client?.write(trade(2), trade(3));
    // The passing of time itself is what is looked at here.
    await new Promise((resolve) => setTimeout(resolve, 1600 - (Date.now() - stopped_ms)));
    qf.signal('SIGCONT');
    await qf.output(/"trade_id":"3"/);
    const run = await qf.interrupt();
    expect(run.stdout).toBe([1, 2, 3].map(tickLine).join(''));
    expect(saysIn(run.stderr)).toEqual([CONNECTED, 'summary']);
    expect(accountIn(run.stderr)).toMatchObject({ used: 3, feed: { connections: 1 } });
  });
});
