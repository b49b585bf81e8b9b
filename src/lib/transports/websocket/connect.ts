import type { ClientRequest, IncomingMessage } from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';
import { messageOf, QfError, systemCodeOf } from '../../runtime/errors.js';
import type { Connection, ConnectionListener, ConnectOptions, Ending } from '../../runtime/websocket.js';

/** A header or an URL from elsewhere is shown only as far as this. */
const MAX_SHOWN = 200;

/** Bytes that may wait for a server that does not read. */
const MAX_UNSENT_BYTES = 64 * 1024;

/** OpenSSL's and Node's codes for a certificate that could not be verified. */
const UNTRUSTED =
  /^(ERR_TLS_CERT_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;

/** Throws a usage error where the address or a header cannot be sent. */
function socketTo(url: URL, options: ClientOptions): WebSocket {
  try {
    return new WebSocket(url, options);
  } catch (error) {
    throw new QfError('usage', `${url.host}: ${messageOf(error)}`, { cause: error });
  }
}

/** The words in what OpenSSL writes, between numbers and places in its source. */
const TLS_ERROR = /^.*:SSL routines:[^:]*:([^:]+):.*$/s;

/**
 * Connects with the `ws` package: no compression, certificates verified, redirects not followed. Text is not checked to be UTF-8
 * here: RFC 6455 would end the connection, and lose what comes meanwhile, where a reader can refuse the one frame.
 */
export function connect(url: URL, options: ConnectOptions, listener: ConnectionListener): Connection {
  const socket = socketTo(url, {
    headers: { ...options.headers },
    maxPayload: options.maxFrameBytes,
    perMessageDeflate: false,
    skipUTF8Validation: true,
    followRedirects: false,
    // `ws` would hang up on a server whose pings come many at once, as they do behind a pause, and lose what is behind them.
    autoPong: false,
  });
  let isEnded = false;
  let isOpened = false;
  const end = (ending: Ending): void => {
    if (isEnded) return;
    isEnded = true;
    clearTimeout(deadline);
    socket.terminate();
    listener.ended(ending);
  };
  // The timeout of `ws` begins anew with every byte that comes.
  const deadline = setTimeout(() => {
    end({ how: 'failed', message: 'Opening handshake has timed out' });
  }, options.handshakeTimeout_ms);
  socket.on('open', () => {
    clearTimeout(deadline);
    isOpened = true;
    if (!isEnded) listener.opened();
  });
  socket.on('message', (data, isBinary) => {
    if (!isEnded) listener.frame(data as Buffer, isBinary);
  });
  socket.on('ping', (data) => {
    // Of pings that come faster than they can be answered, some may stay without (RFC 6455, section 5.5.3).
    if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < MAX_UNSENT_BYTES) socket.pong(data);
  });
  for (const event of ['ping', 'pong'] as const) {
    socket.on(event, () => {
      if (!isEnded) listener.sign();
    });
  }
  socket.on('unexpected-response', (request: ClientRequest, response: IncomingMessage) => {
    request.destroy();
    end(refusalOf(response));
  });
  // `terminate` before the connection is open reports an error as well, when nobody listens any more.
  socket.on('error', (error) => {
    end(failureOf(error, isOpened));
  });
  socket.on('close', (code, reason) => {
    end({ how: 'closed', code, reason: reason.toString('utf8') });
  });
  return {
    // A connection that is closing takes no more; its end is reported.
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
    terminate: () => {
      end({ how: 'closed', code: 1006, reason: '' });
    },
  };
}

function refusalOf({ statusCode = 0, headers }: IncomingMessage): Ending {
  const { location, 'retry-after': retryAfter } = headers;
  return {
    how: 'refused',
    status: statusCode,
    ...(location === undefined ? {} : { location: location.slice(0, MAX_SHOWN) }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

function failureOf(error: Error, isOpened: boolean): Ending {
  const code = systemCodeOf(error) ?? '';
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' || code === 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH')
    return { how: 'oversized' };
  if (isOpened) return { how: 'broken', message: error.message };
  if (UNTRUSTED.test(code)) return { how: 'untrusted', message: error.message };
  // Where several addresses were tried, the error has no message of its own.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const message = error.message || (first === undefined ? code : messageOf(first));
  return { how: 'failed', message: message.replace(TLS_ERROR, 'TLS: $1') };
}
