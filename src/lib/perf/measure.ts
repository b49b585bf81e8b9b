import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { QfError } from '../runtime/errors.js';
import { FailedRun } from './failed-run.js';
import type { Latency } from './latency.js';
import { endWith } from './process-group.js';
import { RunLog } from './run-log.js';
import { type Point, type Sampling, TreeWatch } from './tree-watch.js';

/**
 * Feeds the file through a pipe to the command, and tells how long the command took: wall clock, user and system seconds, of itself and
 * of all that it has waited for. It runs in a shell of its own, which it may leave by exit or exec.
 */
const SCRIPT = `
set -o pipefail
TIMEFORMAT='%R %U %S'
time { (eval "$QF_PERF_COMMAND"); } < <(exec cat "$QF_PERF_INPUT") > "$QF_PERF_OUTPUT" 2>> "$QF_PERF_LOG"
`;

/** One run of a command. */
export interface Sample {
  readonly wall_s: number;
  readonly cpu_s: number;
  /** Undefined where the system does not tell. */
  readonly peak_rss_mb: number | undefined;
  /** What it took in the course of time, where it was long enough to look at. */
  readonly points?: readonly Point[];
  /** Of a run at a given load. */
  readonly latency?: Latency;
  /** The most records that a stage on Kafka had still to commit, of such a run. */
  readonly lag_peak_records?: number;
  /** How full the fullest queue was at most, of those that programs tell of behind their end. */
  readonly queue_peak_pct?: number;
}

/** A shell command that reads a file and writes another, with a file for what it has to say. */
export interface Run {
  readonly command: string;
  readonly input: string;
  readonly output: string;
  readonly log: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Undefined: nobody looks at it while it goes on. */
  readonly sampling?: Sampling;
}

/**
 * Runs a command once, in a process group of its own, which is ended with `stop`. Throws `FailedRun`, with the end of its log, where it
 * fails, and what `stop` was aborted with.
 */
export async function measure({ command, input, output, log, env, sampling }: Run, stop: AbortSignal): Promise<Sample> {
  stop.throwIfAborted();
  const said = new RunLog(log);
  const own = { QF_PERF_COMMAND: command, QF_PERF_INPUT: input, QF_PERF_OUTPUT: output, QF_PERF_LOG: log };
  const child = execa('bash', ['-c', SCRIPT], {
    env: { ...env, ...own },
    extendEnv: false,
    detached: true,
    stdin: 'ignore',
    stdout: 'ignore',
    reject: false,
  });
  const { pid } = child;
  if (pid === undefined) throw new QfError('usage', 'bash is not installed, which runs the commands');
  const release = endWith(stop, pid);
  const watch = new TreeWatch(pid, sampling);
  try {
    const { exitCode, stderr } = await child;
    const seen = watch.stop();
    stop.throwIfAborted();
    const times = timesIn(stderr);
    if (exitCode !== 0 || times === undefined) throw FailedRun.ofExit(command, exitCode, readFileSync(log, 'utf8'));
    return { ...times, ...seen, ...said.queues() };
  } finally {
    watch.stop();
    release();
  }
}

/** What bash's `time` has said, as the scripts ask it to; undefined where it has not. */
export function timesIn(said: string): Pick<Sample, 'wall_s' | 'cpu_s'> | undefined {
  const times = /^([\d.,]+) ([\d.,]+) ([\d.,]+)$/m.exec(said);
  if (times === null) return undefined;
  // In some languages bash writes a comma.
  const [wall_s, user_s, system_s] = times.slice(1).map((text) => Number(text.replace(',', '.'))) as [number, number, number];
  return { wall_s, cpu_s: user_s + system_s };
}
