import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { QfError } from '../../runtime/errors.js';
import type { Log } from '../../runtime/log.js';
import { poll } from '../process/poll.js';
import { isAlive, runningProcess } from '../process/record.js';
import { startRecorded } from '../process/start.js';
import { stopProcess } from '../process/stop.js';
import { PACKAGE_FOLDER, type Stack } from '../stack.js';
import { STAGE_STOP_MS } from '../stage-process.js';
import { readStages, stagesPath, supervisorPath } from './state.js';

const START_MS = 20_000;

/** Time for the supervisor to end behind its stages. */
const STOP_MS = STAGE_STOP_MS + 15_000;

/** Starts the supervisor, which starts the stages; does nothing where it runs. */
export async function startSupervisor(stack: Stack, log: Log): Promise<void> {
  const path = supervisorPath(stack);
  if (runningProcess(path) !== undefined) return;
  await stopStages(stack);
  const logPath = join(stack.logs, 'supervisor.log');
  const program = {
    command: process.execPath,
    args: [join(PACKAGE_FOLDER, 'bin/qf'), 'supervise', '--config', stack.configPath],
    cwd: stack.folder,
    env: process.env,
    log: logPath,
  };
  const record = await startRecorded(program, path);
  await poll(() => Promise.resolve(!isAlive(record) || existsSync(stagesPath(stack))), START_MS);
  if (!isAlive(record) || !existsSync(stagesPath(stack)))
    throw new QfError('unavailable', `the supervisor of the stages did not start; see ${logPath}`);
  log.info({ pid: record.pid }, `${stack.config.stages.length} stages run under supervision`);
}

/** Ends the supervisor and the stages, also those that a killed supervisor left behind. Whether anything ran. */
export async function stopStages(stack: Stack): Promise<boolean> {
  const supervisor = runningProcess(supervisorPath(stack));
  if (supervisor !== undefined) await stopProcess(supervisor, 'SIGTERM', STOP_MS);
  const left = readStages(stack).flatMap((state) => (state.process && isAlive(state.process) ? [state.process] : []));
  await Promise.all(left.map((process) => stopProcess(process, 'SIGTERM', STAGE_STOP_MS)));
  for (const path of [supervisorPath(stack), stagesPath(stack)]) rmSync(path, { force: true });
  return supervisor !== undefined || left.length > 0;
}
