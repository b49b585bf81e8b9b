import type { KafkaAddress } from '../../transports/kafka/address.js';
import { readLags } from '../kafka/lag.js';
import { type EndpointState, stateOf } from '../metrics.js';
import { poll } from '../process/poll.js';
import { isPortFree } from '../process/port.js';
import { runningProcess } from '../process/record.js';
import type { Stack } from '../stack.js';
import { readStages, supervisorPath } from '../supervisor/state.js';
import { type Check, type Finding, ok } from './finding.js';
import { judgeEndpoint, judgeLags, judgePort, judgeStages } from './judge.js';

/** A stage that was just started serves its metrics before this time is over. */
const START_MS = 8000;

const ANSWER_MS = 5000;

/** The stages themselves, what they export, and whether they keep up. */
export function stageChecks(stack: Stack, kafka: KafkaAddress, mend: string): Check[] {
  const names = stack.config.stages.map(({ name }) => name);
  return [
    {
      name: 'stages',
      mend: 'qf up --only apps',
      run: () => {
        const supervisorRuns = runningProcess(supervisorPath(stack)) !== undefined;
        return Promise.resolve(judgeStages(names, supervisorRuns, readStages(stack)));
      },
    },
    { name: 'metrics', mend: 'qf metrics list', run: () => endpointFindings(stack) },
    {
      name: 'lag',
      mend,
      run: async () =>
        judgeLags(
          await readLags(
            kafka,
            stack.topics.map(({ name }) => name),
            ANSWER_MS,
          ),
        ),
    },
  ];
}

/** Where a stage runs its endpoint must answer; else its port must be free for it. */
async function endpointFindings(stack: Stack): Promise<Finding[]> {
  if (stack.endpoints.length === 0) return [ok('metrics', 'no endpoints are registered')];
  const running = readStages(stack).flatMap(({ name, state }) => (state === 'running' ? [name] : []));
  return Promise.all(
    stack.endpoints.map(async (endpoint) => {
      const { stage, port } = endpoint;
      if (!running.includes(stage)) return judgePort(stage, port, await isPortFree(port), false, 'metrics');
      let state: EndpointState = await stateOf(endpoint);
      await poll(async () => state.state === 'answers' || (state = await stateOf(endpoint)).state === 'answers', START_MS);
      return judgeEndpoint(state);
    }),
  );
}
