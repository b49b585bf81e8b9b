import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach } from 'vitest';
import { type ClientFrame, ClientFrames } from './websocket-frames.js';

/** RFC 6455, section 1.3. */
const HANDSHAKE_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const HEAD_END = '\r\n\r\n';

/** One client of a hostile server. What is done to it is written by hand, byte by byte. */
export class HostilePeer {
  readonly socket: Socket;
  private readonly frames = new ClientFrames();
  private readonly waiting: ClientFrame[] = [];
  private head = '';
  private hasHead = false;
  private wakers: (() => void)[] = [];
  private isGone = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay();
    // The other side may go at any time; what a test expects of it, it sees in what the program says.
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.take(chunk);
    });
    socket.on('drain', () => {
      this.wake();
    });
    socket.on('close', () => {
      this.isGone = true;
      this.wake();
    });
  }

  /** Resolves to the request of the handshake, with all its headers. */
  async request(): Promise<string> {
    await this.until(() => this.hasHead);
    return this.head;
  }

  /** Lets the client in. */
  async accept(): Promise<this> {
    return this.write(acceptance(await this.request()));
  }

  /** Answers the handshake with something else than a connection. */
  async refuse(status: string, headers: Readonly<Record<string, string>> = {}, body = ''): Promise<void> {
    await this.request();
    const lines = Object.entries({ 'Content-Length': String(body.length), ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    this.socket.end(`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}${HEAD_END}${body}`);
  }

  /** All in one write. */
  write(...parts: readonly (Buffer | string)[]): this {
    this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))));
    return this;
  }

  /** Hands over one byte after the other, each in a segment of its own. */
  async drip(bytes: Buffer): Promise<void> {
    for (const byte of bytes) await new Promise((resolve) => this.socket.write(Buffer.of(byte), resolve));
  }

  /** Writes as fast as the client takes it, until all is written or the client has gone. */
  async pour(parts: Iterable<Buffer>): Promise<void> {
    for (const part of parts) {
      if (this.isGone) return;
      if (!this.socket.write(part)) await this.until(() => !this.socket.writableNeedDrain);
    }
  }

  /** FIN: the connection ends behind what was written. */
  end(): void {
    this.socket.end();
  }

  /** RST: the connection is broken at once. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** The next frame of the client; undefined when it has gone. */
  async nextFrame(): Promise<ClientFrame | undefined> {
    await this.until(() => this.waiting.length > 0);
    return this.waiting.shift();
  }

  /** Resolves when the client has gone. */
  async gone(): Promise<void> {
    await this.until(() => false);
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.isGone) await new Promise<void>((resolve) => this.wakers.push(resolve));
  }

  private take(chunk: Buffer): void {
    let bytes = chunk;
    if (!this.hasHead) {
      this.head += chunk.toString('latin1');
      const end = this.head.indexOf(HEAD_END);
      if (end === -1) return;
      bytes = Buffer.from(this.head.slice(end + HEAD_END.length), 'latin1');
      this.head = this.head.slice(0, end);
      this.hasHead = true;
    }
    this.waiting.push(...this.frames.push(bytes));
    this.wake();
  }

  private wake(): void {
    for (const wake of this.wakers.splice(0)) wake();
  }
}

/** The answer to a handshake that opens the connection. */
export function acceptance(request: string): string {
  const key = /^sec-websocket-key: *(\S+)/im.exec(request)?.[1] ?? '';
  const accept = createHash('sha1')
    .update(key + HANDSHAKE_GUID)
    .digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}${HEAD_END}`;
}

/** What is done to one client; a promise is waited for. */
export type Script = (peer: HostilePeer) => unknown;

export interface HostileServer {
  readonly port: number;
  /** Clients that have come so far. */
  readonly clients: number;
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * Opens servers on the loopback address, which are closed behind the test. Each client gets the next script, and all further ones
 * the last.
 */
export function hostileServers(): (scripts: readonly Script[], certificate?: Certificate) => Promise<HostileServer> {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });
  return async (scripts, certificate) => {
    let clients = 0;
    const serve = (socket: Socket): void => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      const script = scripts[Math.min(clients, scripts.length - 1)] as Script;
      clients++;
      void Promise.resolve(script(new HostilePeer(socket)));
    };
    const server = certificate === undefined ? createServer(serve) : createTlsServer(certificate, serve);
    // A client that does not like the certificate ends the handshake, which is an error here.
    server.on('tlsClientError', () => undefined);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      port: (server.address() as AddressInfo).port,
      get clients() {
        return clients;
      },
    };
  };
}
