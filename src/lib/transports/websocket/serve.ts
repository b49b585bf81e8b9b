import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SessionServer, SessionStep } from '../../runtime/websocket.js';

const HOST = '127.0.0.1';

/** A client has little to say. */
const MAX_REQUEST_BYTES = 1024 * 1024;

/** Bytes that may wait for a client before the session does. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Close codes of RFC 6455, section 7.4.1, and of its registry. */
const NORMAL = 1000;
const INTERNAL_ERROR = 1011;
const SERVICE_RESTART = 1012;

/** See `WebSockets.serve`. */
export async function serve(steps: AsyncIterable<SessionStep>): Promise<SessionServer> {
  const server = new WebSocketServer({ host: HOST, port: 0, perMessageDeflate: false, maxPayload: MAX_REQUEST_BYTES });
  await once(server, 'listening');
  const closed = new AbortController();
  const clients = clientsOf(server, closed.signal);
  void play(steps, clients).finally(() => {
    server.close();
  });
  return {
    url: new URL(`ws://${HOST}:${(server.address() as AddressInfo).port}/`),
    close: () => {
      closed.abort();
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

/** Clients in the order in which they come, until `stop`. */
async function* clientsOf(server: WebSocketServer, stop: AbortSignal): AsyncGenerator<WebSocket> {
  const waiting: WebSocket[] = [];
  let wake: (() => void) | undefined;
  server.on('connection', (client) => {
    // What goes wrong with a client ends its connection; the next one gets what follows.
    client.on('error', () => undefined);
    waiting.push(client);
    wake?.();
  });
  stop.addEventListener('abort', () => wake?.());
  while (!stop.aborted) {
    const client = waiting.shift();
    if (client !== undefined) yield client;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}

async function play(steps: AsyncIterable<SessionStep>, clients: AsyncGenerator<WebSocket>): Promise<void> {
  let client: WebSocket | undefined;
  const nextClient = async (): Promise<WebSocket | undefined> => {
    const next = await clients.next();
    return next.done === true ? undefined : next.value;
  };
  try {
    client = await nextClient();
    for await (const step of steps) {
      if (step.what === 'reconnect') client?.close(SERVICE_RESTART);
      while (client !== undefined && client.readyState !== client.OPEN) client = await nextClient();
      if (client === undefined) return;
      if (step.what === 'frame') await send(client, step);
    }
    client?.close(NORMAL);
  } catch {
    // Whoever gave the steps knows what failed.
    client?.close(INTERNAL_ERROR);
  }
}

/** Hands a frame over; waits where the client is slow. */
async function send(client: WebSocket, { bytes, isBinary }: Extract<SessionStep, { what: 'frame' }>): Promise<void> {
  const options = { binary: isBinary };
  if (client.bufferedAmount < MAX_WAITING_BYTES) client.send(bytes, options);
  // A client that has gone is noticed at the next frame.
  else
    await new Promise<void>((resolve) => {
      client.send(bytes, options, () => {
        resolve();
      });
    });
}
