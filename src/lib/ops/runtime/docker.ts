import { join } from 'node:path';
import { execa } from 'execa';
import { messageOf, QfError } from '../../runtime/errors.js';
import type { Stack } from '../stack.js';
import type { Row, Runtime } from './runtime.js';

const ASK_MS = 5000;
const WORK_MS = 600_000;

const INSTALL = 'start the Docker engine, install Docker with its compose plugin, or use --runtime native';

/** Whether an engine answers that can run a compose file. */
export async function hasDocker(): Promise<boolean> {
  const asked = await Promise.all(
    [['version'], ['compose', 'version']].map((args) =>
      execa('docker', args, { timeout: ASK_MS, reject: false, stdin: 'ignore' }),
    ),
  );
  return asked.every(({ failed }) => !failed);
}

/** The services as containers. */
export function dockerRuntime(stack: Stack): Runtime {
  const { name, kafka, postgres } = stack.config;
  const compose = ['docker', 'compose', '--project-name', name, '--file', join(stack.generated, 'compose.yaml')];
  const run = (args: readonly string[]): Promise<string> => output([...compose, ...args]);
  const services = async (): Promise<Row[]> => {
    const running = containersIn(await run(['ps', '--all', '--format', 'json']));
    return [
      { name: 'kafka', port: kafka.port },
      { name: 'postgres', port: postgres.port },
    ].map((service) => ({ ...service, state: running.get(service.name) ?? 'stopped' }));
  };
  return {
    name: 'docker',
    plan: [
      `start the containers apache/kafka:${kafka.version} on port ${kafka.port} and postgres:${postgres.version} on port ${postgres.port}`,
    ],
    async start(log) {
      await run(['up', '--detach', '--wait']);
      log.info({ project: name }, 'the containers are healthy');
    },
    async stop(removeData) {
      const wasRunning = (await services()).some(({ state }) => state !== 'stopped');
      await run(['down', ...(removeData ? ['--volumes'] : [])]);
      return wasRunning;
    },
    services,
    logCommand: (names, follow) => [...compose, 'logs', ...(follow ? ['--follow'] : []), ...names],
  };
}

async function output([command = '', ...args]: readonly string[]): Promise<string> {
  try {
    return (await execa(command, args, { timeout: WORK_MS, stdin: 'ignore' })).stdout;
  } catch (error) {
    throw new QfError('unavailable', `${messageOf(error)}: ${INSTALL}`, { cause: error });
  }
}

/** The state of each service. Compose prints an object a line; older versions print one list. */
function containersIn(text: string): Map<string, string> {
  const values: unknown[] = text.startsWith('[')
    ? (JSON.parse(text) as unknown[])
    : text.split('\n').flatMap((line): unknown[] => (line === '' ? [] : [JSON.parse(line)]));
  return new Map((values as { Service: string; State: string }[]).map(({ Service, State }) => [Service, State]));
}
