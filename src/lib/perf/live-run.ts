import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { QfError } from '../runtime/errors.js';
import { FailedRun } from './failed-run.js';
import { type Run, type Sample, timesIn } from './measure.js';
import { endGroup, endWith } from './process-group.js';
import { RunLog } from './run-log.js';
import { TreeWatch } from './tree-watch.js';

/**
 * Tells what the command took, as `measure` does, and leaves input and output to whoever runs it. A signal to the group ends the command,
 * and bash tells its times behind it.
 */
const SCRIPT = `
set -o pipefail
trap : INT TERM
TIMEFORMAT='%R %U %S'
time { (trap : INT TERM; eval "$QF_PERF_COMMAND") 2>> "$QF_PERF_LOG"; }
`;

/** How long a command may take to end once it is asked to. */
const END_MS = 30_000;

/** A command at work, in a process group of its own, which is ended with `stop`. */
export class LiveRun {
  readonly child;
  private readonly run: Run;
  private readonly stop: AbortSignal;
  private readonly pid: number;
  private readonly said: RunLog;
  private readonly watch: TreeWatch;
  private readonly release: () => void;
  private killing: NodeJS.Timeout | undefined;

  /** Throws what `stop` was aborted with. */
  constructor(run: Run, stop: AbortSignal) {
    stop.throwIfAborted();
    this.run = run;
    this.stop = stop;
    const { command, log, env } = run;
    this.said = new RunLog(log);
    this.child = execa('bash', ['-c', SCRIPT], {
      env: { ...env, QF_PERF_COMMAND: command, QF_PERF_LOG: log },
      extendEnv: false,
      detached: true,
      stdin: 'pipe',
      stdout: 'pipe',
      buffer: { stdout: false },
      reject: false,
    });
    const { pid } = this.child;
    if (pid === undefined) throw new QfError('usage', 'bash is not installed, which runs the commands');
    this.pid = pid;
    this.release = endWith(stop, pid);
    this.watch = new TreeWatch(pid, run.sampling);
    // A command that has ended reads no more; its exit code says why.
    this.child.stdin.on('error', () => undefined);
  }

  /** Whether the command has ended, or shall. */
  get hasEnded(): boolean {
    const { exitCode, signalCode } = this.child;
    return this.stop.aborted || exitCode !== null || signalCode !== null;
  }

  /** Whether there is nobody to send to any more. */
  get isDeaf(): boolean {
    return this.hasEnded || this.child.stdin.destroyed;
  }

  /** Asks the command to end, and kills it where it does not. */
  interrupt(): void {
    endGroup(this.pid, 'SIGTERM');
    this.killing = setTimeout(() => {
      endGroup(this.pid);
    }, END_MS);
  }

  /** Waits for its end. Throws `FailedRun` where it ends otherwise than with one of these exit codes, and what `stop` was aborted with. */
  async end(exitCodes: readonly number[]): Promise<Sample> {
    const { exitCode, stderr } = await this.child;
    const seen = this.watch.stop();
    this.stop.throwIfAborted();
    const times = timesIn(stderr);
    const { command, log } = this.run;
    if (!exitCodes.includes(exitCode ?? NaN) || times === undefined)
      throw FailedRun.ofExit(command, exitCode, readFileSync(log, 'utf8'));
    return { ...times, ...seen, ...this.said.queues() };
  }

  /** Leaves nothing at work. */
  close(): void {
    clearTimeout(this.killing);
    this.watch.stop();
    this.release();
    endGroup(this.pid);
  }
}
