import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shell } from '../support/cli.js';
import type { HostilePeer, Script } from '../support/hostile-server.js';
import { hostileSessions, LAST, type SessionOptions } from '../support/hostile-session.js';
import { plainVenue, tickLine, trade } from '../support/plain-venue.js';
import { type Ended, saysIn } from '../support/running.js';
import { closeFrame, frame } from '../support/websocket-frames.js';

const { folder, start } = hostileSessions();

/** With characters that an address, a header and JSON each write in another way. */
const CANARY = 'c4n"4\\ry ä&=%/?#';
/** How it may look wherever it shows. */
const FORMS = ['c4n', '4\\ry', '4%5Cry', encodeURIComponent(CANARY), JSON.stringify(CANARY).slice(1, -1)];
/** A header holds no such letters. */
const HEADER_CANARY = 'h34d3r-c4n4ry';

const VENUE = {
  headers: { 'X-Key': '${HEADER_CANARY}' },
  subscribe: [
    { do: 'login', token: '${CANARY}' },
    { do: 'subscribe', to: ['trades'] },
  ],
};
const PATH = '/feed?token=${CANARY}&key=${HEADER_CANARY}';

/** Everything that a client says on its way in. */
async function heard(peer: HostilePeer): Promise<{ request: string; messages: (string | undefined)[] }> {
  await peer.accept();
  return { request: await peer.request(), messages: [(await peer.nextFrame())?.text, (await peer.nextFrame())?.text] };
}

interface Leaks extends Ended {
  readonly recording: string;
  readonly rejects: string;
  readonly commandLine: string;
}

/** Runs qf against this server, until it ends or brings the last trade, and collects where a secret could show. */
async function run(scripts: readonly Script[], options: SessionOptions): Promise<Leaks> {
  const [recording, rejects] = [join(folder, 'session.ws'), join(folder, 'rejects.ndjson')];
  const args = ['--record', recording, '--rejects', rejects, '--log-level', 'debug', ...(options.args ?? [])];
  const { qf } = await start(scripts, { path: PATH, venue: VENUE, ...options, args });
  await qf.log(/"msg"/);
  const commandLine = readFileSync(`/proc/${qf.pid}/cmdline`, 'utf8');
  await qf.output(new RegExp(`"trade_id":"${LAST}"`)).catch(() => undefined);
  const ended = await qf.interrupt();
  return { ...ended, commandLine, recording: readFileSync(recording, 'utf8'), rejects: readFileSync(rejects, 'utf8') };
}

function expectNoLeak({ stdout, stderr, recording, rejects, commandLine }: Leaks): void {
  for (const [where, text] of Object.entries({ stdout, stderr, recording, rejects, commandLine })) {
    for (const form of [...FORMS, HEADER_CANARY]) expect(text, `${form} in ${where}`).not.toContain(form);
  }
}

const SECRETS = { CANARY, HEADER_CANARY };

describe('secrets', () => {
  test('from the environment are in address, headers and messages on every connection, and nowhere else', async () => {
    const all: Awaited<ReturnType<typeof heard>>[] = [];
    const script: Script = async (peer) => {
      all.push(await heard(peer));
      if (all.length === 1) peer.write(trade(1), frame('{"e":"unheard of"}'), frame('?'), closeFrame(1012)).end();
      else peer.write(trade(LAST));
    };
    const leaks = await run([script], { env: SECRETS });
    expect(all).toHaveLength(2);
    for (const { request, messages } of all) {
      expect(request).toContain(`GET /feed?token=${encodeURIComponent(CANARY)}&key=${HEADER_CANARY} HTTP/1.1\r\n`);
      expect(request).toMatch(new RegExp(`^X-Key: ${HEADER_CANARY}$`, 'im'));
      expect(messages).toEqual([JSON.stringify({ do: 'login', token: CANARY }), '{"do":"subscribe","to":["trades"]}']);
    }
    expect(leaks.exitCode).toBe(130);
    expect(leaks.stdout).toBe([1, LAST].map(tickLine).join(''));
    expect(leaks.recording.split('\n')).toHaveLength(2 + 4 + 1);
    expect(leaks.rejects.split('\n')).toHaveLength(2 + 1);
    expectNoLeak(leaks);
  });

  test('from a file come before those of the environment', async () => {
    const file = join(folder, 'secrets.env');
    writeFileSync(file, `# a comment\n\nCANARY='${CANARY}'\nexport HEADER_CANARY=${HEADER_CANARY}\n`);
    const all: Awaited<ReturnType<typeof heard>>[] = [];
    const leaks = await run([async (peer) => (all.push(await heard(peer)), peer.write(trade(LAST)))], {
      args: ['--credentials', file],
      env: { CANARY: 'of the environment' },
    });
    expect(all[0]?.messages[0]).toBe(JSON.stringify({ do: 'login', token: CANARY }));
    expect(all[0]?.request).toMatch(new RegExp(`^X-Key: ${HEADER_CANARY}$`, 'im'));
    expectNoLeak(leaks);
  });

  test('in the path of an address are not shown, also where a server redirects to the same path', async () => {
    const redirect: Script = async (peer) => {
      const path = /GET (\S+)/.exec(await peer.request())?.[1] ?? '';
      expect(path).toContain(HEADER_CANARY);
      await peer.refuse('301 There', { Location: `https://elsewhere.example${path}/new` });
    };
    const leaks = await run([async (peer) => (await peer.accept()).write(trade(1), frame('?')).end(), redirect], {
      path: '/feed/${HEADER_CANARY}/${CANARY}',
      venue: {},
      env: SECRETS,
    });
    expect(leaks.exitCode).toBe(69);
    expect(leaks.stdout).toBe(tickLine(1));
    expect(saysIn(leaks.stderr).at(-1)).toContain('it redirects to https://elsewhere.example/');
    expect(leaks.recording.split('\n')).toHaveLength(3 + 1);
    expectNoLeak(leaks);
  });

  test.each<[string, Script]>([
    ['refuses them', (peer) => peer.refuse('401 Unauthorized')],
    [
      'redirects with them',
      async (peer) => peer.refuse('302 There', { Location: /GET (\S+)/.exec(await peer.request())?.[1] ?? '' }),
    ],
    ['is none', (peer) => peer.write('what\r\n\r\n').end()],
    ['hangs up', (peer) => peer.end()],
    ['is silent', (peer) => peer.accept()],
  ])('are not shown where a server %s', async (_, script) => {
    const leaks = await run([script], { env: SECRETS, args: ['--give-up', '200ms', '--stale', '100ms'] });
    expect(leaks.exitCode, leaks.stderr).toBe(69);
    expectNoLeak(leaks);
  });
});

describe('what is wrong with secrets ends the run before it connects, with code 2', () => {
  test.each<[string, Record<string, string>, string]>([
    ['a missing one', { CANARY }, 'no credential HEADER_CANARY: set it in the environment, or in the file of --credentials'],
    [
      'an empty one',
      { CANARY, HEADER_CANARY: '' },
      'no credential HEADER_CANARY: set it in the environment, or in the file of --credentials',
    ],
    [
      'one with a line break, for a header',
      { CANARY, HEADER_CANARY: `${HEADER_CANARY}\n` },
      'HOST: Invalid character in header content ["X-Key"]',
    ],
    [
      'one with a letter that no header holds',
      { CANARY, HEADER_CANARY: `${HEADER_CANARY}\u20ac` },
      'HOST: Invalid character in header content ["X-Key"]',
    ],
  ])('%s', async (_, env, words) => {
    const { qf, server } = await start([(peer) => peer.end()], { path: PATH, venue: VENUE, env });
    const run = await qf.ended;
    expect(run.exitCode, run.stderr).toBe(2);
    expect(run.stdout).toBe('');
    expect(saysIn(run.stderr)).toEqual([words]);
    expect(run.stderr).not.toContain(HEADER_CANARY);
    expect(server.clients).toBe(0);
  });

  test.each([
    ['in the address', 'ws://example.invalid/feed?token=${CANARY}', {}],
    ['in a header', 'ws://example.invalid/', { headers: { 'X-Key': '${CANARY}' } }],
    ['in a message', 'ws://example.invalid/', { subscribe: [{ token: '${CANARY}' }] }],
    ['where a name only looks like this machine', 'ws://localhost.example.invalid/?${CANARY}', {}],
    ['where a name only looks like this machine', 'ws://127.0.0.1.example.invalid/?${CANARY}', {}],
    ['where this machine is only the user', 'ws://127.0.0.1@example.invalid/?${CANARY}', {}],
  ])('ws:// to another machine, %s', async (_, url, venue) => {
    const run = await shell(`qf ingest ws --venue map --map '${plainVenue(folder, venue)}' --url '${url}'`, {
      env: { CANARY: 'c4n4ry' },
    });
    expect(run.exitCode).toBe(2);
    expect(saysIn(run.stderr)).toEqual([
      `${new URL(url).host}: credentials are not sent over ws://, which anybody can read: use wss://`,
    ]);
    expect(run.stderr).not.toContain('c4n4ry');
  });
});
