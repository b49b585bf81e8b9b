import { QfError } from '../runtime/errors.js';
import type { Environment } from './addresses.js';
import { runTool } from './run-tool.js';
import { currentRuntime } from './runtime/choose.js';
import type { Stack } from './stack.js';
import { tailCommand } from './tail.js';

const SERVICES = ['kafka', 'postgres'];

/** Shows the logs of one service or stage, or of all; gives the exit code of the program that shows them. */
export async function showLogs(stack: Stack, env: Environment, name: string | undefined, follow: boolean): Promise<number> {
  const stages = ['supervisor', ...stack.config.stages.map((stage) => stage.name)];
  if (name !== undefined && ![...SERVICES, ...stages].includes(name))
    throw new QfError('usage', `there is no ${name} in the stack, only ${[...SERVICES, ...stages].join(', ')}`);
  const runtime = await currentRuntime(stack, env);
  // What containers log is with Docker, what the others log is in the stack's folder.
  const command =
    runtime.name !== 'native' && (name === undefined || SERVICES.includes(name))
      ? runtime.logCommand(name === undefined ? SERVICES : [name], follow)
      : tailCommand(stack, name === undefined ? [...SERVICES, ...stages] : [name], follow);
  if (command === undefined)
    throw new QfError('unavailable', `nothing has been logged in ${stack.logs}: has the stack been started?`);
  return runTool(command, 'it is not on the path');
}
