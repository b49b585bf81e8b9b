import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Schedule } from './schedule.js';

/** What a run at the pace of a market has sent. */
export interface Sent {
  /** By how much a tick was sent late at most. */
  readonly late_ms: number;
  readonly length_ms: number;
}

/**
 * Sends every tick when it is due after `first_ms`, never before, and as soon after it as `send` takes it. `isOver`: whether nobody takes any more.
 * Time is that of `performance.now()`.
 */
export async function feed(
  schedule: Schedule,
  first_ms: number,
  send: (lines: Buffer) => Promise<void>,
  isOver: () => boolean,
): Promise<Sent> {
  let late_ms = 0;
  for await (const { due_ms, lines } of schedule.batches()) {
    const due = first_ms + due_ms;
    // A timer may go off a little early.
    while (performance.now() < due) await sleep(Math.ceil(due - performance.now()));
    if (isOver()) break;
    await send(lines);
    late_ms = Math.max(late_ms, performance.now() - due);
  }
  return { late_ms, length_ms: performance.now() - first_ms };
}
