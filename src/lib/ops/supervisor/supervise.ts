import type { Stage } from '../../core/model/configs.js';
import { Backoff } from '../../runtime/backoff.js';
import type { Clock } from '../../runtime/clock.js';
import { messageOf } from '../../runtime/errors.js';
import type { Log } from '../../runtime/log.js';
import type { ProcessRecord } from '../process/record.js';
import type { StageState } from './state.js';

/** How a stage's process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A stage's process. */
export interface Launched {
  readonly process: ProcessRecord;
  readonly exit: Promise<Exit>;
}

export interface SupervisorContext {
  /** Starts the stage. Throws where its program cannot be started. */
  readonly launch: (stage: Stage) => Promise<Launched>;
  /** Ends a stage's process, and resolves when it has ended. */
  readonly end: (process: ProcessRecord) => Promise<void>;
  /** Is told whenever a stage's state changes. */
  readonly publish: (state: StageState) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;

/** A stage that has run for so long has recovered: its earlier failures no longer count. */
const RECOVERED_MS = 60_000;

/** Failures one after the other until a stage is left alone. With the delays between them that is about three minutes. */
export const MAX_FAILURES = 10;

/** Exit codes that another start does not change: wrong usage, bad data, and a task that another owner has taken over. */
const FINAL_CODES: readonly (number | null)[] = [2, 65, 75];

/** Keeps one stage running until `stop` is aborted, it ends in order, or it has failed too often. */
export async function supervise(stage: Stage, context: SupervisorContext, stop: AbortSignal): Promise<void> {
  const { clock, log, publish } = context;
  const backoff = new Backoff(MIN_DELAY_MS, MAX_DELAY_MS, context.random);
  const state = { name: stage.name, restarts: 0 };
  const isStopped = (): boolean => stop.aborted;
  for (let failures = 0; !isStopped(); state.restarts++) {
    const begun_ms = clock.now_ms();
    const exit = await runOnce(stage, context, state.restarts, stop);
    if (isStopped()) break;
    const reason = wordsOf(exit);
    if (exit.code === 0) {
      publish({ ...state, state: 'ended', reason });
      return;
    }
    if (clock.now_ms() - begun_ms >= RECOVERED_MS) {
      failures = 0;
      backoff.reset();
    }
    failures++;
    if (FINAL_CODES.includes(exit.code) || failures === MAX_FAILURES) {
      log.warn({ supervised: stage.name, reason, failures }, `${stage.name} is not started again`);
      publish({ ...state, state: 'gave_up', reason });
      return;
    }
    const delay_ms = backoff.next();
    log.warn({ supervised: stage.name, reason, failures, delay_ms: Math.round(delay_ms) }, `${stage.name} is started again`);
    publish({ ...state, state: 'waiting', reason });
    await clock.waitUntil(clock.now_ms() + delay_ms, stop);
  }
  publish({ ...state, state: 'stopped' });
}

/** An exit, or why there was no process to exit. */
type Ending = Exit & { readonly error?: string };

async function runOnce(stage: Stage, context: SupervisorContext, restarts: number, stop: AbortSignal): Promise<Ending> {
  let launched: Launched;
  try {
    launched = await context.launch(stage);
  } catch (error) {
    return { code: null, signal: null, error: messageOf(error) };
  }
  context.publish({ name: stage.name, state: 'running', process: launched.process, restarts });
  let ending: Promise<void> | undefined;
  const end = (): void => void (ending = context.end(launched.process));
  if (stop.aborted) end();
  else stop.addEventListener('abort', end, { once: true });
  const exit = await launched.exit;
  stop.removeEventListener('abort', end);
  await ending;
  return exit;
}

function wordsOf({ code, signal, error }: Ending): string {
  if (error !== undefined) return error;
  return signal === null ? `exit code ${code ?? 'unknown'}` : `ended by ${signal}`;
}
