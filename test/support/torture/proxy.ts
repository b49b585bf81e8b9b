import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** What becomes of bytes on their way: they come later, or not at all. */
export interface Disturbance {
  readonly delay_ms: number;
  readonly dropsRequests: boolean;
  readonly dropsAnswers: boolean;
}

const NONE: Disturbance = { delay_ms: 0, dropsRequests: false, dropsAnswers: false };

/** A way to a port of this machine that can be disturbed. */
export class Proxy {
  readonly port: number;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private disturbance = NONE;

  private constructor(server: Server, port: number) {
    this.server = server;
    this.port = port;
  }

  static async to(target: number): Promise<Proxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new Proxy(server, (server.address() as { port: number }).port);
    server.on('connection', (near) => {
      proxy.join(near, connect(target, '127.0.0.1'));
    });
    return proxy;
  }

  /** Disturbs for a time, and then cuts: what was dropped would never come. */
  async disturb(disturbance: Partial<Disturbance>, length_ms: number): Promise<void> {
    this.disturbance = { ...NONE, ...disturbance };
    await setTimeout(length_ms);
    this.disturbance = NONE;
    this.cut();
  }

  /** Resets all connections. */
  cut(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  private join(near: Socket, far: Socket): void {
    this.forward(near, far, 'dropsRequests');
    this.forward(far, near, 'dropsAnswers');
  }

  private forward(from: Socket, to: Socket, drops: 'dropsRequests' | 'dropsAnswers'): void {
    this.sockets.add(from);
    let before: Promise<unknown> = Promise.resolve();
    from.on('error', () => undefined);
    from.on('data', (bytes) => {
      const { delay_ms, [drops]: isDropped } = this.disturbance;
      if (isDropped) return;
      before = Promise.all([before, delay_ms > 0 ? setTimeout(delay_ms) : undefined]).then(() => to.write(bytes));
    });
    from.on('close', () => {
      this.sockets.delete(from);
      void before.then(() => to.destroy());
    });
  }
}
