import type { Logger } from 'pino';
import { systemClock } from '../runtime/clock.js';
import type { Counts } from '../runtime/counts.js';
import { accountText, countFields } from '../runtime/summary.js';

/** What tasks have come to. */
export interface TaskSummary {
  readonly counts: Counts;
  readonly ended: string;
  readonly started_ms: number;
  /** What the counts are over. */
  readonly scope: string;
}

/** Says at the end what became of the records. */
export function logTaskSummary(log: Logger, { counts, ended, started_ms, scope }: TaskSummary): void {
  const elapsed_ms = systemClock.now_ms() - started_ms;
  const text = `${accountText(counts)}; out ${counts.out.toLocaleString('en-US')}, ${scope}; ${ended}`;
  if (process.stderr.isTTY) log.info(text);
  else log.info({ ended, ...countFields(counts), elapsed_ms: Math.round(elapsed_ms) }, 'summary');
}
