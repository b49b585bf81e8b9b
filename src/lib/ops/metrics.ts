import { tableOf } from '../formats/layout.js';
import { messageOf } from '../runtime/errors.js';
import type { Endpoint } from './endpoints.js';
import { LOOPBACK, type Stack } from './stack.js';

const ANSWER_MS = 3000;

const COLUMNS = ['stage', 'endpoint', 'state', 'metrics', 'detail'] as const;
const TEXT_COLUMNS = ['stage', 'endpoint', 'state', 'detail'];

/** An endpoint as it is now. */
export interface EndpointState {
  readonly stage: string;
  readonly endpoint: string;
  readonly state: 'answers' | 'silent';
  readonly metrics: number;
  /** Why it counts as silent. */
  readonly detail?: string;
}

/** Asks all endpoints of a stack at once. */
export async function endpointStates({ endpoints }: Stack): Promise<EndpointState[]> {
  return Promise.all(endpoints.map(stateOf));
}

export function endpointTable(states: readonly EndpointState[]): string {
  const rows = states.map(({ stage, endpoint, state, metrics, detail = '' }) => [
    stage,
    endpoint,
    state,
    String(metrics),
    detail,
  ]);
  return tableOf(COLUMNS, rows, TEXT_COLUMNS);
}

/** Asks an endpoint; only metrics of qf count as an answer. */
export async function stateOf({ stage, port }: Endpoint): Promise<EndpointState> {
  const endpoint = `http://${LOOPBACK}:${port}/metrics`;
  try {
    const response = await fetch(endpoint, { signal: AbortSignal.timeout(ANSWER_MS) });
    const metrics = (await response.text()).match(/^# TYPE qf_/gm)?.length ?? 0;
    if (metrics > 0) return { stage, endpoint, state: 'answers', metrics };
    return { stage, endpoint, state: 'silent', metrics, detail: 'what answers there is no stage of qf' };
  } catch (error) {
    // What fetch throws says only that it has failed.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { stage, endpoint, state: 'silent', metrics: 0, detail: messageOf(cause) };
  }
}
