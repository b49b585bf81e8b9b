import { tableOf } from '../formats/layout.js';
import { messageOf } from '../runtime/errors.js';
import type { Endpoint } from './endpoints.js';
import { LOOPBACK, type Stack } from './stack.js';

const ANSWER_MS = 3000;

/** The head of a metric of qf. */
const TYPE = /^# TYPE qf_/gm;

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

/** Asks all endpoints of a stack at once, also those of tools. */
export async function endpointStates({ endpoints, tools }: Stack): Promise<EndpointState[]> {
  return Promise.all([...endpoints.map(stateOf), ...tools.map(toolState)]);
}

/** Of a tool it is no fault that it does not answer. */
async function toolState(endpoint: Endpoint): Promise<EndpointState> {
  const state = await stateOf(endpoint);
  return state.state === 'answers' ? state : { ...state, detail: 'it runs only now and then' };
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
export async function stateOf(endpoint: Endpoint): Promise<EndpointState> {
  const { stage } = endpoint;
  const { text, detail } = await pageOf(endpoint);
  if (text === undefined) return { stage, endpoint: urlOf(endpoint), state: 'silent', metrics: 0, detail };
  return { stage, endpoint: urlOf(endpoint), state: 'answers', metrics: text.match(TYPE)?.length ?? 0 };
}

/** What an endpoint serves, or why that is nothing. */
export async function pageOf(endpoint: Endpoint): Promise<{ text: string | undefined; detail: string }> {
  try {
    const response = await fetch(urlOf(endpoint), { signal: AbortSignal.timeout(ANSWER_MS) });
    const text = await response.text();
    if (text.search(TYPE) !== -1) return { text, detail: '' };
    return { text: undefined, detail: 'what answers there is no stage of qf' };
  } catch (error) {
    // What fetch throws says only that it has failed.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { text: undefined, detail: messageOf(cause) };
  }
}

function urlOf({ port }: Endpoint): string {
  return `http://${LOOPBACK}:${port}/metrics`;
}
