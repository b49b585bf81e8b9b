import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { askBroker } from '../../src/lib/ops/kafka/api-versions.js';
import { freePorts } from '../../src/lib/ops/process/port.js';

const LIMIT_MS = 60_000;

const servers: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Something that listens, and answers the first bytes it gets with `answer`. */
async function listener(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', () => answer(socket));
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** An answer with one API, the feature `metadata.version` at 27, and another tag in front of it. */
const name = Buffer.from('metadata.version');
const features = [2, name.length + 1, ...name, 0, 27, 0, 7, 0];
const body = [0, 0, 0, 1, 0, 0, 2, 0, 18, 0, 0, 0, 4, 0, 0, 0, 0, 0, 2, 1, 1, 0xff, 2, features.length, ...features];
const ANSWER = Buffer.from([0, 0, 0, body.length, ...body]);

describe('askBroker', () => {
  test('reads the metadata level, however the answer is cut', async () => {
    const address = await listener((socket) => {
      for (const byte of ANSWER) socket.write(Buffer.from([byte]));
    });
    expect(await askBroker(address, LIMIT_MS)).toEqual({ metadataLevel: 27 });
  });

  test.each<[string, (socket: Socket) => void, string]>([
    ['a web server', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'is not a broker'],
    ['one that hangs up', (socket) => socket.end(), 'it closed the connection'],
    ['an answer that is cut short', (socket) => socket.end(Buffer.from([0, 0, 0, 4, 0, 0, 0, 1])), 'is not a Kafka broker'],
    ['an answer with an error', (socket) => socket.end(Buffer.from([0, 0, 0, 6, 0, 0, 0, 1, 0, 35])), 'is not a Kafka broker'],
    ['a length below 0', (socket) => socket.end(Buffer.from([255, 255, 255, 255])), 'is not a broker'],
  ])('%s is no broker', async (_, answer, message) => {
    await expect(askBroker(await listener(answer), LIMIT_MS)).rejects.toThrow(message);
  });

  test('one that is silent is given up, and so is a port where nothing listens', async () => {
    await expect(askBroker(await listener(() => undefined), 50)).rejects.toThrow('no answer within 0.05 s');
    const [port = 0] = await freePorts(1);
    await expect(askBroker(`127.0.0.1:${port}`, LIMIT_MS)).rejects.toThrow('ECONNREFUSED');
  });
});
