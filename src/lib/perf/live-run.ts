import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { QfError } from '../runtime/errors.js';
import { FailedRun } from './failed-run.js';
import { type Run, type Sample, timesIn } from './measure.js';
import { endWith } from './process-group.js';
import { TreeMemory } from './tree-memory.js';

/**
 * Tells what the command took, as `measure` does, and leaves input and output to whoever runs it. A signal to the group ends the command,
 * and bash tells its times behind it.
 */
const SCRIPT = `
set -o pipefail
trap : INT TERM
TIMEFORMAT='%R %U %S'
time { eval "$QF_PERF_COMMAND" 2>> "$QF_PERF_LOG"; }
`;

// The type of what execa gives depends on all of these.
// eslint-disable-next-line @typescript-eslint/explicit-function-return-type
function begin({ command, log, env }: Run) {
  return execa('bash', ['-c', SCRIPT], {
    env: { ...env, QF_PERF_COMMAND: command, QF_PERF_LOG: log },
    extendEnv: false,
    detached: true,
    stdin: 'pipe',
    stdout: 'pipe',
    buffer: { stdout: false },
    reject: false,
  });
}

/** A command at work, in a process group of its own, which is ended with `stop`. */
export class LiveRun {
  readonly child: ReturnType<typeof begin>;
  private readonly run: Run;
  private readonly stop: AbortSignal;
  private readonly pid: number;
  private readonly memory: TreeMemory;
  private readonly release: () => void;

  /** Throws what `stop` was aborted with. */
  constructor(run: Run, stop: AbortSignal) {
    stop.throwIfAborted();
    this.run = run;
    this.stop = stop;
    this.child = begin(run);
    const { pid } = this.child;
    if (pid === undefined) throw new QfError('usage', 'bash is not installed, which runs the commands');
    this.pid = pid;
    this.release = endWith(stop, pid);
    this.memory = new TreeMemory(pid);
    // A command that has ended reads no more; its exit code says why.
    this.child.stdin.on('error', () => undefined);
  }

  /** Whether the command has ended, or shall. */
  get hasEnded(): boolean {
    return this.stop.aborted || this.child.exitCode !== null;
  }

  /** Whether there is nobody to send to any more. */
  get isDeaf(): boolean {
    return this.hasEnded || this.child.stdin.destroyed;
  }

  /** Asks the command to end. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGTERM');
  }

  /** Waits for its end. Throws `FailedRun` where it ends otherwise than with one of these exit codes, and what `stop` was aborted with. */
  async end(exitCodes: readonly number[]): Promise<Sample> {
    const { exitCode, stderr } = await this.child;
    const peak_rss_mb = this.memory.stop();
    this.stop.throwIfAborted();
    const times = timesIn(stderr);
    const { command, log } = this.run;
    if (!exitCodes.includes(exitCode ?? NaN) || times === undefined)
      throw FailedRun.ofExit(command, exitCode, readFileSync(log, 'utf8'));
    return { ...times, peak_rss_mb };
  }

  /** Leaves nothing at work. */
  close(): void {
    this.memory.stop();
    this.release();
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}
