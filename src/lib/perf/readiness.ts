import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FailedRun } from './failed-run.js';

/** How long commands may take until they are ready for their input. */
export const READY_MS = 60_000;

const LOOK_MS = 200;
const MS_PER_S = 1000;

/** A run, as far as it matters whether it still goes on. */
export interface Running {
  readonly hasEnded: boolean;
  /** Its end; throws `FailedRun` where it has another exit code. */
  end(exitCodes: readonly number[]): Promise<unknown>;
}

/** Looks until `isReady` says so. Throws `FailedRun` where it does not in time, with what is missing then, and where the run ends before. */
export async function untilReady(
  isReady: () => Promise<boolean>,
  missing: () => string,
  run: Running,
  limit_ms = READY_MS,
): Promise<void> {
  const end_ms = performance.now() + limit_ms;
  while (performance.now() < end_ms && !run.hasEnded) {
    if (await isReady()) return;
    await sleep(LOOK_MS);
  }
  if (run.hasEnded) await run.end([]);
  throw new FailedRun(`it is not ready after ${limit_ms / MS_PER_S} s: ${missing()}`);
}

/** Waits until stages of qf whose metrics are at these ports do their usual work. */
export async function untilServing(ports: readonly number[], run: Running): Promise<void> {
  const waiting = new Set(ports);
  const isReady = async (): Promise<boolean> => {
    for (const port of waiting) if (await isServing(port)) waiting.delete(port);
    return waiting.size === 0;
  };
  await untilReady(isReady, () => `${waiting.size} of its stages do not answer at /readyz`, run);
}

async function isServing(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** So many ports that nobody listens at. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map(async (server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
