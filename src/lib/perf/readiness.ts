import { poll } from '../ops/process/poll.js';
import { freePorts } from '../ops/process/port.js';
import { FailedRun } from './failed-run.js';
import type { Implementation } from './implementation.js';
import type { Stage } from './sides.js';

/** How long commands may take until they are ready for their input: seven that start at once on a busy machine take their time. */
export const READY_MS = 300_000;

/** How long one answer may take. */
const ANSWER_MS = 1000;

const MS_PER_S = 1000;

/** A run, as far as it matters whether it still goes on. */
export interface Running {
  readonly hasEnded: boolean;
  /** Its end; throws `FailedRun` where it has another exit code. */
  end(exitCodes: readonly number[]): Promise<unknown>;
}

/** Waits until `isReady` says so. Throws `FailedRun` where it does not in time, with what is missing then, and where the run ends before. */
export async function untilReady(
  isReady: () => Promise<boolean>,
  missing: () => string,
  run: Running,
  limit_ms = READY_MS,
): Promise<void> {
  const isDone = await poll(async () => run.hasEnded || (await isReady()), limit_ms);
  if (run.hasEnded) await run.end([]);
  if (isDone) return;
  throw new FailedRun(`it is not ready after ${limit_ms / MS_PER_S} s: ${missing()}`);
}

/** Where commands say that they are ready: by the variable that tells each of them its port. */
export interface ReadyPlaces {
  readonly path: string;
  readonly variables: readonly string[];
}

/** Those of the usual stages of the paper flow. */
const USUAL_PAPER = ['PAIRS_WATCH', 'PAIRS_EXEC', 'RISK_SIZE', 'RISK_GUARD', 'PAPER_MATCH'].map(
  (name) => `QF_${name}_METRICS_PORT`,
);

const READY_PATH = '/readyz';

/** Those of a stage, which may be several commands; `hasPaper`: whether the stages of the paper flow are the implementation's own. */
export function readyPlacesOf({ ready }: Implementation, stage: Stage, hasPaper: boolean): ReadyPlaces[] {
  const { bars1s, baragg, paper } = ready?.ports ?? {};
  const isPaper = stage === 'paper-flow';
  const own = [bars1s, ...(stage === 'bars1s' ? [] : [baragg]), ...(isPaper && hasPaper ? [paper] : [])];
  return [
    { path: ready?.path ?? '', variables: own.flatMap((variable) => variable ?? []) },
    { path: READY_PATH, variables: isPaper && !hasPaper ? USUAL_PAPER : [] },
  ];
}

/** Ports that commands are told. */
export class ReadyPorts {
  /** The variables with the ports. */
  readonly env: Readonly<Record<string, string>>;
  private readonly urls: readonly string[];

  private constructor(env: Readonly<Record<string, string>>, urls: readonly string[]) {
    this.env = env;
    this.urls = urls;
  }

  static async of(places: readonly ReadyPlaces[]): Promise<ReadyPorts> {
    const all = places.flatMap(({ path, variables }) => variables.map((variable) => ({ path, variable })));
    const ports = await freePorts(all.length);
    return new ReadyPorts(
      Object.fromEntries(all.map(({ variable }, index) => [variable, String(ports[index])])),
      all.map(({ path }, index) => `http://127.0.0.1:${ports[index] ?? 0}${path}`),
    );
  }

  /** Waits until all have answered. Throws `FailedRun` where one does not. */
  async answer(run: Running, limit_ms = READY_MS): Promise<void> {
    const waiting = new Set(this.urls);
    const isReady = async (): Promise<boolean> => {
      for (const url of waiting) if (await isServing(url)) waiting.delete(url);
      return waiting.size === 0;
    };
    await untilReady(isReady, () => `${waiting.size} of its commands do not answer that they are`, run, limit_ms);
  }
}

async function isServing(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
