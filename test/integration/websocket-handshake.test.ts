import { describe, expect, test } from 'vitest';
import { HAS_OPENSSL, selfSigned } from '../support/certificates.js';
import { acceptance, type HostilePeer, type Script } from '../support/hostile-server.js';
import { hostileSessions, LAST } from '../support/hostile-session.js';
import { tickLine, trade } from '../support/plain-venue.js';
import { accountIn, type Ended, linesIn, saysIn } from '../support/running.js';

const { folder, start, runToLast } = hostileSessions();

const CANARY = 'c4n4ry';

/** Part of an answer that would open the connection, if the rest came. */
async function half(peer: HostilePeer): Promise<HostilePeer> {
  return peer.write(acceptance(await peer.request()).slice(0, 60));
}

/** An answer that would open the connection, but for a change; trades behind it are not looked at. */
function changed(pattern: RegExp | string, replacement: string): Script {
  return async (peer) => peer.write(acceptance(await peer.request()).replace(pattern, replacement), trade(1));
}

/** That the run has tried once in vain, has said why, and has then read the last trade. */
function expectSecondAttempt(run: Ended, words: RegExp): void {
  expect(run.exitCode, run.stderr).toBe(130);
  expect(run.stdout).toBe(tickLine(LAST));
  const says = saysIn(run.stderr);
  expect(says).toEqual([expect.stringMatching(words), 'connected to ws://HOST/feed', 'summary']);
  expect(says[0]).toMatch(/; next attempt in N s$/);
  expect(accountIn(run.stderr)).toMatchObject({ used: 1, feed: { frames: { in: 1 }, connections: 1, gaps: 0, offline_ms: 0 } });
}

describe('a handshake that', () => {
  const headers = Buffer.from('x-a: b\r\n'.repeat(1000));

  test.each<[string, Script, RegExp]>([
    ['ends by FIN before it begins', (peer) => peer.end(), /^no connection: .*(hang up|ECONNRESET)/],
    ['ends by RST before it begins', (peer) => peer.reset(), /^no connection: .*(hang up|ECONNRESET)/],
    ['ends by FIN behind the request', (peer) => peer.request().then(() => peer.end()), /^no connection: .*(hang up|ECONNRESET)/],
    [
      'ends by FIN in the middle of the answer',
      async (peer) => (await half(peer)).end(),
      /^no connection: .*(hang up|ECONNRESET)/,
    ],
    [
      'ends by RST in the middle of the answer',
      async (peer) => (await half(peer)).reset(),
      /^no connection: .*(hang up|ECONNRESET)/,
    ],
    ['is answered with garbage', (peer) => peer.write('\u0000\u0001 how are you\r\n\r\n'), /^no connection: Parse Error/],
    [
      'is answered by a server of another kind',
      (peer) => peer.write('220 mail.example\r\n').end(),
      /^no connection: Parse Error/,
    ],
    [
      'is answered with headers without end',
      async (peer) => (await half(peer)).pour(Array<Buffer>(1000).fill(headers)),
      /^no connection: Parse Error: Header overflow/,
    ],
    [
      'is answered to another request',
      changed(/Accept: .*/, `Accept: ${'A'.repeat(27)}=`),
      /^no connection: .*Sec-WebSocket-Accept/,
    ],
    ['is answered without a proof', changed(/Sec-.*\r\n/, ''), /^no connection: .*Sec-WebSocket-Accept/],
    ['is answered with something else', changed('websocket', 'h2c'), /^no connection: .*Upgrade/],
    [
      'brings a protocol that was not asked for',
      changed('Sec-', 'Sec-WebSocket-Protocol: chat\r\nSec-'),
      /^no connection: .*subprotocol/,
    ],
    [
      'brings compression, which was not asked for',
      changed('Sec-', 'Sec-WebSocket-Extensions: permessage-deflate\r\nSec-'),
      /^no connection: .*Sec-WebSocket-Extensions/,
    ],
    [
      'is answered with HTTP 200',
      (peer) => peer.refuse('200 OK', {}, 'hello'),
      /^the server refused the connection with HTTP status 200;/,
    ],
    ['is answered with HTTP 500', (peer) => peer.refuse('500 Oh no'), /^the server refused the connection with HTTP status 500;/],
    ['is answered with HTTP 503', (peer) => peer.refuse('503 Later'), /^the server refused the connection with HTTP status 503;/],
  ])('%s is tried again', async (_, script, words) => {
    expectSecondAttempt(await runToLast([script]), words);
  });

  test('is answered in one write with the first frames opens, and they are read', async () => {
    const run = await runToLast([
      async (peer) => peer.write(acceptance(await peer.request()), trade(1), trade(2), trade(3).subarray(0, 9)).end(),
    ]);
    expect(run.stdout).toBe([1, 2, LAST].map(tickLine).join(''));
  });

  test('is answered byte by byte opens', async () => {
    const run = await runToLast([
      async (peer) => {
        await peer.drip(Buffer.concat([Buffer.from(acceptance(await peer.request())), trade(1)]));
        peer.end();
      },
    ]);
    expect(run.stdout).toBe([1, LAST].map(tickLine).join(''));
  });

  test('never ends is given up after 10 s, whether the server is silent or sends a byte now and then', async () => {
    const silent: Script = async (peer) => peer.gone();
    const dripping: Script = async (peer) => {
      await half(peer);
      const sending = setInterval(() => peer.write('x'), 500);
      await peer.gone();
      clearInterval(sending);
    };
    for (const run of await Promise.all([runToLast([silent]), runToLast([dripping])])) {
      expectSecondAttempt(run, /^no connection: Opening handshake has timed out/);
      expect(accountIn(run.stderr)['elapsed_ms']).toBeLessThan(60_000);
    }
  });
});

describe('too many requests', () => {
  test.each([
    ['1', '10s', 1000],
    ['3600', '20ms', 20],
  ])('Retry-After: %s with --backoff-max %s is a delay of %i ms', async (retryAfter, max, delay_ms) => {
    const refuse: Script = (peer) => peer.refuse('429 Slow Down', { 'Retry-After': retryAfter });
    const run = await runToLast([refuse], { args: ['--backoff-max', max] });
    expectSecondAttempt(run, /^the server refused the connection with HTTP status 429;/);
    expect(linesIn(run.stderr)[0]).toMatchObject({ level: 'warn', delay_ms });
  });
});

describe('a refusal that would come again', () => {
  const location = `wss://user:${CANARY}@elsewhere.example/feed?token=${CANARY}#${CANARY}`;

  test.each<[string, Record<string, string>, RegExp]>([
    ['400 Bad Request', {}, /HTTP status 400: check --url$/],
    [
      '401 Unauthorized',
      { 'WWW-Authenticate': 'Bearer' },
      /HTTP status 401: check the credentials and what they are allowed to see$/,
    ],
    ['403 Forbidden', {}, /HTTP status 403: check the credentials and what they are allowed to see$/],
    ['404 Not Found', {}, /HTTP status 404: check --url$/],
    ['410 Gone', {}, /HTTP status 410: check --url$/],
    ...['301', '302', '307', '308'].map((status): [string, Record<string, string>, RegExp] => [
      `${status} There`,
      { Location: location },
      new RegExp(
        `HTTP status ${status}: it redirects to wss://elsewhere.example/feed, which is not followed; if it is right, give it as --url$`,
      ),
    ]),
  ])('%s ends the run at once, with code 69 and what to do', async (status, headers, words) => {
    const { qf, server } = await start([(peer) => peer.refuse(status, headers, `{"why":"${CANARY}"}`)]);
    const run = await qf.ended;
    expect(run.exitCode).toBe(69);
    expect(run.stdout).toBe('');
    expect(saysIn(run.stderr)).toEqual(['summary', expect.stringMatching(words)]);
    expect(saysIn(run.stderr)[1]).toMatch(/^ws:\/\/HOST\/feed: the server refused the connection with /);
    expect(run.stderr).not.toContain(CANARY);
    expect(server.clients).toBe(1);
    expect(accountIn(run.stderr)).toMatchObject({ ended: 'error', in: 0, feed: { connections: 0 } });
  });

  test('behind a connection: what came before is written', async () => {
    const { qf } = await start([
      async (peer) => {
        await peer.accept();
        peer.write(trade(1), trade(2)).end();
      },
      (peer) => peer.refuse('401 Unauthorized'),
    ]);
    const run = await qf.ended;
    expect(run.exitCode).toBe(69);
    expect(run.stdout).toBe(tickLine(1) + tickLine(2));
    expect(accountIn(run.stderr)).toMatchObject({ used: 2, written_records: 2, feed: { connections: 1 } });
  });
});

describe('--give-up', () => {
  test.each<[string, Script, string]>([
    ['a server that closes at once', async (peer) => (await peer.accept()).end(), 'the connection was lost'],
    ['a server that is busy', (peer) => peer.refuse('503 Later'), 'the server refused the connection with HTTP status 503'],
    ['a server of another kind', (peer) => peer.write('SSH-2.0-x\r\n'), 'no connection: Parse Error'],
  ])('ends the run with code 69: %s', async (_, script, words) => {
    const { qf, server } = await start([script], { args: ['--give-up', '300ms'] });
    const run = await qf.ended;
    expect(run.exitCode).toBe(69);
    const says = saysIn(run.stderr);
    expect(says.at(-1)).toMatch(new RegExp(`^ws://HOST/feed: ${words}.*; no frame for N s, given up$`));
    expect(server.clients).toBeGreaterThan(1);
    expect(says.filter((line) => line.endsWith('; next attempt in N s'))).toHaveLength(server.clients - 1);
    expect(accountIn(run.stderr)).toMatchObject({ ended: 'error', in: 0 });
  });

  test('ends the run with code 69: nobody listens', async () => {
    // Nobody does at the lowest of all ports, tcpmux.
    const { qf, server } = await start([], { args: ['--give-up', '300ms', '--url', 'ws://127.0.0.1:1/feed'] });
    const run = await qf.ended;
    expect(run.exitCode).toBe(69);
    expect(saysIn(run.stderr).at(-1)).toBe(
      'ws://HOST/feed: no connection: connect ECONNREFUSED HOST; no frame for N s, given up',
    );
    expect(server.clients).toBe(0);
  });

  test('does not end a run to which each connection brings something', async () => {
    const brief = [...Array(20).keys()].map(
      (index): Script =>
        async (peer) =>
          (await peer.accept()).write(trade(index + 1)).end(),
    );
    const run = await runToLast(brief, { args: ['--give-up', '100ms', '--backoff-max', '50ms'] });
    expect(accountIn(run.stderr)).toMatchObject({ used: 21, feed: { connections: 21 } });
  });
});

describe.skipIf(!HAS_OPENSSL)('TLS', () => {
  const bring: Script = async (peer) => (await peer.accept()).write(trade(LAST));

  test('a certificate that vouches for itself is refused', async () => {
    const { qf } = await start([bring], { certificate: selfSigned(folder, 'IP:127.0.0.1') });
    const run = await qf.ended;
    expect(run.exitCode).toBe(69);
    expect(run.stdout).toBe('');
    expect(saysIn(run.stderr)).toEqual([
      'summary',
      expect.stringMatching(
        /^wss:\/\/HOST\/feed: the server's certificate is not trusted: self-signed certificate; .* set NODE_EXTRA_CA_CERTS$/,
      ),
    ]);
  });

  test('NODE_EXTRA_CA_CERTS makes it trusted', async () => {
    const certificate = selfSigned(folder, 'IP:127.0.0.1');
    const run = await runToLast([], { certificate, env: { NODE_EXTRA_CA_CERTS: certificate.path } });
    expect(run.exitCode).toBe(130);
    expect(run.stdout).toBe(tickLine(LAST));
    expect(saysIn(run.stderr)).toEqual(['connected to wss://HOST/feed', 'summary']);
  });

  test('one for another host is refused, also where it is trusted', async () => {
    const certificate = selfSigned(folder, 'DNS:elsewhere.example');
    const { qf } = await start([bring], { certificate, env: { NODE_EXTRA_CA_CERTS: certificate.path } });
    const run = await qf.ended;
    expect(run.exitCode).toBe(69);
    expect(run.stdout).toBe('');
    expect(saysIn(run.stderr)[1]).toMatch(/the server's certificate is not trusted: .*does not match certificate's altnames/);
  });

  test('a server without TLS is tried again', async () => {
    const plain = await start([(peer) => peer.write('plain\r\n').end()]);
    const url = `wss://127.0.0.1:${plain.server.port}/feed`;
    const { qf } = await start([], { args: ['--url', url, '--give-up', '100ms'] });
    const run = await qf.ended;
    expect(run.exitCode).toBe(69);
    expect(saysIn(run.stderr).at(-1)).toMatch(
      /^wss:\/\/HOST\/feed: no connection: TLS: wrong version .*; no frame for N s, given up$/,
    );
  });
});
