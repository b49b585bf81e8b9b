import { describe, expect, it } from 'vitest';
import type { Ending } from '../../src/lib/runtime/websocket.js';
import { describe as say, isFinal, printable, retryAfter_ms } from '../../src/lib/venues/ending.js';

/** An answer to the handshake. */
function refused(status: number, fields: { location?: string; retryAfter?: string } = {}): Ending {
  return { how: 'refused', status, ...fields };
}

describe('another attempt', () => {
  it.each([300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 410])('is in vain behind HTTP status %d', (status) => {
    expect(isFinal(refused(status))).toBe(true);
  });

  it.each([200, 304, 402, 405, 408, 418, 425, 429, 451, 500, 502, 503, 504])('is made behind HTTP status %d', (status) => {
    expect(isFinal(refused(status))).toBe(false);
  });

  it('is in vain where the certificate is not trusted', () => {
    expect(isFinal({ how: 'untrusted', message: 'self-signed certificate' })).toBe(true);
  });

  it.each<Ending>([
    { how: 'closed', code: 1000, reason: '' },
    { how: 'closed', code: 1006, reason: '' },
    { how: 'closed', code: 1008, reason: 'policy' },
    { how: 'oversized' },
    { how: 'broken', message: 'invalid opcode' },
    { how: 'failed', message: 'connect ECONNREFUSED' },
  ])('is made behind %o', (ending) => {
    expect(isFinal(ending)).toBe(false);
  });
});

describe('an ending', () => {
  it.each<[Ending, string]>([
    [{ how: 'closed', code: 1006, reason: '' }, 'the connection was lost'],
    [{ how: 'closed', code: 1001, reason: '' }, 'the server closed the connection (1001)'],
    [{ how: 'closed', code: 4000, reason: 'too slow' }, 'the server closed the connection (4000 too slow)'],
    [{ how: 'oversized' }, 'a frame was larger than is read, and the connection was closed'],
    [
      { how: 'broken', message: 'invalid opcode 3' },
      'what the server sent cannot be read, and the connection was closed: invalid opcode 3',
    ],
    [{ how: 'failed', message: 'getaddrinfo ENOTFOUND host' }, 'no connection: getaddrinfo ENOTFOUND host'],
    [
      { how: 'untrusted', message: 'self-signed certificate' },
      "the server's certificate is not trusted: self-signed certificate; for an authority of your own set NODE_EXTRA_CA_CERTS",
    ],
    [refused(429), 'the server refused the connection with HTTP status 429'],
    [refused(503), 'the server refused the connection with HTTP status 503'],
    [refused(404), 'the server refused the connection with HTTP status 404: check --url'],
    [
      refused(401),
      'the server refused the connection with HTTP status 401: check the credentials and what they are allowed to see',
    ],
    [
      refused(403),
      'the server refused the connection with HTTP status 403: check the credentials and what they are allowed to see',
    ],
    [
      refused(301, { location: 'wss://other/feed' }),
      'the server refused the connection with HTTP status 301: it redirects to wss://other/feed, which is not followed; ' +
        'if it is right, give it as --url',
    ],
    [refused(400, { location: 'wss://other/' }), 'the server refused the connection with HTTP status 400: check --url'],
    [refused(302), 'the server refused the connection with HTTP status 302: check --url'],
    [refused(503, { location: 'wss://other/' }), 'the server refused the connection with HTTP status 503'],
  ])('is said of %o', (ending, text) => {
    expect(say(ending)).toBe(text);
  });

  it('says nothing that may be secret of where it redirects to', () => {
    for (const location of [
      'wss://other/feed?api_key=secret',
      'wss://other/feed#secret',
      'wss://secret:secret@other/feed',
      'wss://secret@other/feed?token=\nsecret',
    ]) {
      const text = say(refused(302, { location }));
      expect(text).toContain('it redirects to wss://other/feed, which');
      expect(text).not.toContain('secret');
    }
    expect(say(refused(302, { location: '/login?token=secret' }))).toContain('it redirects to /login, which');
  });

  it('steers no terminal by what the server says', () => {
    const evil = '\u001b[2J\r\n\u009b31m\u0007ü';
    for (const ending of [
      { how: 'closed', code: 1008, reason: evil },
      { how: 'broken', message: evil },
      { how: 'untrusted', message: evil },
      { how: 'failed', message: evil },
    ] as const satisfies readonly Ending[]) {
      expect(say(ending)).toContain('?[2J???31m?ü');
      expect(say(ending)).not.toMatch(/\p{Cc}/u);
    }
    expect(say(refused(302, { location: evil }))).not.toMatch(/\p{Cc}/u);
  });
});

describe('printable text', () => {
  it('has ? for what steers a terminal, and the rest as it is', () => {
    expect(printable('a\tb\u001b[0m\u007f\u0085ü😀 "\\')).toBe('a?b?[0m??ü😀 "\\');
  });
});

describe('the time that a server asks to wait', () => {
  const MAX_MS = 30_000;

  it.each([
    ['0', 0],
    ['7', 7000],
    ['30', 30_000],
    ['31', MAX_MS],
    ['999999999', MAX_MS],
  ])('is Retry-After: %s, up to the longest delay', (retryAfter, expected_ms) => {
    expect(retryAfter_ms(refused(429, { retryAfter }), MAX_MS)).toBe(expected_ms);
    expect(retryAfter_ms(refused(503, { retryAfter }), MAX_MS)).toBe(expected_ms);
  });

  it.each(['', 'soon', '-5', '1.5', '5 s', '1e3', '9999999999999999999999'])(
    'is nothing where it is Retry-After: %j',
    (retryAfter) => {
      expect(retryAfter_ms(refused(429, { retryAfter }), MAX_MS)).toBe(0);
    },
  );

  it('is nothing where there is none', () => {
    expect(retryAfter_ms(refused(429), MAX_MS)).toBe(0);
    expect(retryAfter_ms({ how: 'closed', code: 1013, reason: '5' }, MAX_MS)).toBe(0);
  });
});
