// A venue for the benchmark: sends a prepared session of frames to one client at a time, as fast as it takes them, and closes.
// Whoever asks a second time gets 401, which ends a client that would connect again. Usage: ws-server.mjs FRAMES; prints its port.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { sessionChunks } from './ws-input.mjs';

/** RFC 6455, section 1.3 and section 5.5.1. */
const ACCEPT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const CLOSE_NORMAL = Buffer.from([0x88, 0x02, 0x03, 0xe8]);

const chunks = [...sessionChunks(Number(process.argv[2]))];
let served = 0;

const server = createServer();
server.on('upgrade', async (request, socket) => {
  socket.on('error', () => undefined);
  if (served++ % 2 === 1) {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    return;
  }
  // A program that never connects again after the session leaves no second request: its query says so.
  if (request.url.endsWith('?once')) served++;
  const accept = createHash('sha1')
    .update(request.headers['sec-websocket-key'] + ACCEPT)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  for (const chunk of chunks) if (!socket.write(chunk)) await once(socket, 'drain');
  socket.end(CLOSE_NORMAL);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
