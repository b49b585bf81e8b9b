import type { ClientRequest, IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { messageOf, systemCodeOf } from '../../runtime/errors.js';
import type { Connection, ConnectionListener, ConnectOptions, Ending } from '../../runtime/websocket.js';

/** A header or an URL from elsewhere is shown only as far as this. */
const MAX_SHOWN = 200;

/** OpenSSL's and Node's codes for a certificate that could not be verified. */
const UNTRUSTED =
  /^(ERR_TLS_CERT_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;

/**
 * Connects with the `ws` package: no compression, certificates verified, redirects not followed. Text is not checked to be UTF-8
 * here: RFC 6455 would end the connection, and lose what comes meanwhile, where a reader can refuse the one frame.
 */
export function connect(url: URL, options: ConnectOptions, listener: ConnectionListener): Connection {
  const socket = new WebSocket(url, {
    headers: { ...options.headers },
    handshakeTimeout: options.handshakeTimeout_ms,
    maxPayload: options.maxFrameBytes,
    perMessageDeflate: false,
    skipUTF8Validation: true,
    followRedirects: false,
  });
  let isEnded = false;
  const end = (ending: Ending): void => {
    if (isEnded) return;
    isEnded = true;
    socket.terminate();
    listener.ended(ending);
  };
  socket.on('open', () => {
    if (!isEnded) listener.opened();
  });
  socket.on('message', (data, isBinary) => {
    if (!isEnded) listener.frame(data as Buffer, isBinary);
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
    end(failureOf(error));
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

function failureOf(error: Error): Ending {
  const code = systemCodeOf(error) ?? '';
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' || code === 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH')
    return { how: 'oversized' };
  if (UNTRUSTED.test(code)) return { how: 'untrusted', message: error.message };
  // Where several addresses were tried, the error has no message of its own.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return { how: 'failed', message: error.message || (first === undefined ? code : messageOf(first)) };
}
