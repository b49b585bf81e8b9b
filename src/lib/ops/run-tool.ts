import { execa } from 'execa';
import { QfError } from '../runtime/errors.js';

/**
 * Runs a program that talks to the user itself. Ctrl-C reaches both: the program decides what it means, and its end is ours.
 */
export async function runTool(
  [command = '', ...args]: readonly string[],
  howToInstall: string,
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  try {
    const { exitCode, signal, isTerminated } = await execa(command, args, { stdio: 'inherit', env, reject: false });
    if (exitCode === undefined && !isTerminated) throw new QfError('unavailable', `cannot run ${command}: ${howToInstall}`);
    return exitCode ?? (signal === 'SIGINT' ? 130 : 143);
  } finally {
    process.off('SIGINT', ignore);
  }
}
