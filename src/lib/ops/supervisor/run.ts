import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../../core/model/configs.js';
import { systemClock } from '../../runtime/clock.js';
import { messageOf, QfError } from '../../runtime/errors.js';
import type { Log } from '../../runtime/log.js';
import { type ProcessRecord, recordOf, writeRecord } from '../process/record.js';
import { stopProcess } from '../process/stop.js';
import { PACKAGE_FOLDER, type Stack } from '../stack.js';
import { environmentOf, STAGE_STOP_MS } from '../stage-process.js';
import { type StageState, stagesPath } from './state.js';
import { type Exit, type Launched, supervise } from './supervise.js';

/** Starts all stages of the stack and keeps them running until `stop` is aborted. */
export async function runSupervisor(stack: Stack, log: Log, stop: AbortSignal): Promise<void> {
  const { stages } = stack.config;
  const states = new Map<string, StageState>(stages.map(({ name }) => [name, { name, state: 'waiting', restarts: 0 }]));
  const publish = (state: StageState): void => {
    states.set(state.name, state);
    try {
      writeRecord(stagesPath(stack), [...states.values()]);
    } catch (error) {
      // Such as on a full disk. The stages go on, and the next change is written with this one.
      log.warn({ supervised: state.name }, messageOf(error));
    }
  };
  mkdirSync(stack.logs, { recursive: true });
  const context = {
    launch: (stage: Stage) => launch(stack, stage),
    end: async (process: ProcessRecord) => {
      await stopProcess(process, 'SIGTERM', STAGE_STOP_MS);
    },
    publish,
    clock: systemClock,
    random: Math.random,
    log,
  };
  await Promise.all(stages.map((stage) => supervise(stage, context, stop)));
  // Stages that have all ended are still to be seen; whoever stops the stack stops this process.
  await systemClock.waitUntil(Number.MAX_SAFE_INTEGER, stop);
}

async function launch(stack: Stack, stage: Stage): Promise<Launched> {
  const [command, args] = commandOf(stage);
  const output = openSync(join(stack.logs, `${stage.name}.log`), 'a');
  const child = spawn(command, args, {
    cwd: stack.folder,
    env: environmentOf(stack, stage, process.env),
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const exit = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const record = child.pid === undefined ? undefined : recordOf(child.pid);
  if (record !== undefined) return { process: record, exit };
  const { code, signal } = await exit;
  throw new QfError('unavailable', `it ended at once, with ${signal ?? code ?? 'nothing'}`);
}

/** `qf` is this qf, on this Node, whatever the path says. */
function commandOf({ command: [program, ...args] }: Stage): [string, string[]] {
  return program === 'qf' ? [process.execPath, [join(PACKAGE_FOLDER, 'bin/qf'), ...args]] : [program, args];
}
