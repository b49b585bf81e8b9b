import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shell, summariesIn } from '../support/cli.js';
import { type HostilePeer, hostileServers, type Script } from '../support/hostile-server.js';
import { hostileSessions } from '../support/hostile-session.js';
import { plainVenue, tickLine, trade } from '../support/plain-venue.js';
import { untilAsleep } from '../support/process.js';
import { accountIn, linesIn, type RunningQf, saysIn } from '../support/running.js';
import { frame } from '../support/websocket-frames.js';

const { folder, start } = hostileSessions();
const open = hostileServers();

/** Sends trades, from the first on, for as long as anybody takes them. */
const endless: Script = async (peer) => {
  const trades = function* (): Generator<Buffer> {
    for (let id = 1; ; id += 100) yield Buffer.concat([...Array(100).keys()].map((index) => trade(id + index)));
  };
  await (await peer.accept()).pour(trades());
};

/** Starts qf against a server that sends without end, and resolves when neither of them can go on. */
async function stuck(args: readonly string[] = []): Promise<RunningQf> {
  let client: HostilePeer | undefined;
  const { qf } = await start([(peer) => endless((client = peer))], { isUnread: true, args });
  await qf.log(/connected to/);
  do await untilAsleep(qf.pid);
  while (client?.socket.writableNeedDrain !== true);
  return qf;
}

describe('a signal ends the run', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s, while connected: with code %i, and the connection is closed', async (signal, code) => {
    let gone: Promise<void> | undefined;
    const { qf } = await start([
      async (peer) => {
        (await peer.accept()).write(trade(1), trade(2));
        gone = peer.gone();
      },
    ]);
    await qf.output(/"trade_id":"2"/);
    qf.signal(signal);
    const run = await qf.ended;
    await gone;
    expect(run.exitCode).toBe(code);
    expect(run.stdout).toBe([1, 2].map(tickLine).join(''));
    expect(saysIn(run.stderr)).toEqual(['connected to ws://HOST/feed', 'summary']);
    expect(accountIn(run.stderr)).toMatchObject({ ended: signal, used: 2, written_records: 2, feed: { connections: 1 } });
  });

  test('in the middle of the handshake', async () => {
    let request: Promise<string> | undefined;
    const { qf, server } = await start([(peer) => (request = peer.request())]);
    while (server.clients === 0) await new Promise(setImmediate);
    await request;
    const run = await qf.interrupt();
    expect(run.exitCode).toBe(130);
    expect(saysIn(run.stderr)).toEqual(['summary']);
    expect(accountIn(run.stderr)).toMatchObject({ ended: 'SIGINT', in: 0, feed: { connections: 0 } });
  });

  test('while it waits for the next attempt, however long', async () => {
    const { qf } = await start([async (peer) => (await peer.accept()).write(trade(1)).end()], {
      args: ['--backoff-min', '1h', '--backoff-max', '1h'],
    });
    await qf.log(/next attempt in/);
    const run = await qf.interrupt();
    expect(run.exitCode).toBe(130);
    expect(run.stdout).toBe(tickLine(1));
    expect(linesIn(run.stderr)[1]?.['delay_ms']).toBeGreaterThanOrEqual(1_800_000);
    expect(linesIn(run.stderr)[1]?.['delay_ms']).toBeLessThanOrEqual(3_600_000);
    expect(accountIn(run.stderr)).toMatchObject({ ended: 'SIGINT', used: 1 });
  });

  test('while nobody reads: what was read from the socket is written, as soon as somebody reads', async () => {
    const qf = await stuck();
    qf.signal('SIGINT');
    qf.read();
    const run = await qf.ended;
    expect(run.exitCode).toBe(130);
    const summary = accountIn(run.stderr);
    const used = Number(summary['used']);
    // The queue was full.
    expect(used).toBeGreaterThan(65_536);
    expect(summary).toMatchObject({ ended: 'SIGINT', written_records: used, unwritten_records: 0, feed: { missed: 0 } });
    expect(run.stdout === [...Array(used).keys()].map((index) => tickLine(index + 1)).join(''), 'every trade, in order').toBe(
      true,
    );
  });

  test('at once where it is the second one, while nobody reads', async () => {
    const qf = await stuck();
    qf.signal('SIGINT');
    await untilAsleep(qf.pid);
    qf.signal('SIGINT');
    qf.read();
    expect((await qf.ended).exitCode).toBe(130);
  });

  test('as Ctrl-C does to a whole pipe: the next stage has read all that was written', async () => {
    const { port } = await open([endless]);
    const log = join(folder, 'pipe.log');
    const script = `
      set -m
      (qf ingest ws --venue map --map '${plainVenue(folder)}' --url ws://127.0.0.1:${port}/ | qf bars1s > ${folder}/bars) 2> ${log} &
      until [ -s ${folder}/bars ]; do :; done
      kill -INT -- -$!
      wait $!
      echo $?`;
    const run = await shell(script);
    expect(run.stdout.trim()).toBe('130');
    const [ws, bars] = ['ingest-ws', 'bars1s'].map((stage) =>
      summariesIn(readFileSync(log, 'utf8')).find((summary) => summary['stage'] === stage),
    );
    expect(ws).toMatchObject({ adds_up: true, ended: 'SIGINT', unwritten_records: 0 });
    expect(bars).toMatchObject({ adds_up: true, in: ws?.['written_records'], rejected: 0 });
  });
});

test.each(['head -1', 'true'])('a reader that goes ends the run with code 0: %s', async (reader) => {
  const { port } = await open([endless]);
  const command = `qf ingest ws --venue map --map '${plainVenue(folder)}' --url ws://127.0.0.1:${port}/`;
  const run = await shell(`${command} | ${reader}; echo "\${PIPESTATUS[0]}"`);
  expect(run.stdout).toBe(`${reader === 'true' ? '' : tickLine(1)}0\n`);
  expect(accountIn(run.stderr)).toMatchObject({ ended: 'closed_pipe' });
});

describe('a disk that is full ends the run with code 74, also where the market is quiet behind that', () => {
  test.each([
    ['--record', '/dev/full', 'cannot write to /dev/full: ENOSPC'],
    ['--to', 'file:/dev/full', 'cannot write to /dev/full: ENOSPC'],
    ['--rejects', '/dev/full', 'cannot write to /dev/full: ENOSPC'],
  ])('%s %s', async (flag, path, words) => {
    const { qf } = await start([async (peer) => (await peer.accept()).write(trade(1), frame('?'), trade(2))], {
      args: [flag, path, '--stale', '1h'],
    });
    const run = await qf.ended;
    expect(run.exitCode, run.stderr).toBe(74);
    const says = saysIn(run.stderr);
    expect(says.at(-1)).toContain(words);
    expect(says.at(-1)).toMatch(/; written: \d+ records \(\d+ bytes\), finished but not written: \d+ records/);
    expect(accountIn(run.stderr)).toMatchObject({ ended: 'error' });
    expect([tickLine(1) + tickLine(2), tickLine(1), '']).toContain(run.stdout);
    if (flag === '--to') expect(run.stdout).toBe('');
  });

  test('a recording that cannot be opened is wrong use', async () => {
    const { qf, server } = await start([endless], { args: ['--record', join(folder, 'no', 'such', 'folder')] });
    const run = await qf.ended;
    expect(run.exitCode).toBe(2);
    expect(server.clients).toBe(0);
  });
});
