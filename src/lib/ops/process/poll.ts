import { setTimeout as delay } from 'node:timers/promises';

/** Time between two looks at something that tells nobody when it changes. */
const POLL_MS = 50;

/** Looks until `isDone`, for at most `patience_ms`; whether it was done. */
export async function poll(isDone: () => Promise<boolean>, patience_ms: number): Promise<boolean> {
  const end_ms = performance.now() + patience_ms;
  while (performance.now() < end_ms) {
    if (await isDone()) return true;
    await delay(POLL_MS);
  }
  return isDone();
}
