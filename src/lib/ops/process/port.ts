import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { QfError } from '../../runtime/errors.js';
import { LOOPBACK } from '../stack.js';

/** Whether a program could listen on this port of 127.0.0.1. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Below those that systems give to outgoing connections: nobody gets one by chance until it is used, or while its service starts again. */
const FIRST_PORT = 15_000;
const LAST_PORT = 30_000;

/** So many ports that no program listens at. Throws `unavailable` where there are too few. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let attempt = FIRST_PORT; attempt < LAST_PORT && ports.size < count; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (await isPortFree(port)) ports.add(port);
  }
  if (ports.size < count) throw new QfError('unavailable', `no ${count} ports from ${FIRST_PORT} to ${LAST_PORT} are free`);
  return [...ports];
}
