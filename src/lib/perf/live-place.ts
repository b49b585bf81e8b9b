import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { QfError } from '../runtime/errors.js';
import type { Entry, Stage } from './contest.js';
import { FailedRun } from './failed-run.js';
import { type Arrival, latencyOf } from './latency.js';
import { measure, type Run, type Sample, timesIn } from './measure.js';
import { commandIn, type Place } from './place.js';
import type { LoadPlan, Plan } from './plan.js';
import { endWith } from './process-group.js';
import { Schedule } from './schedule.js';
import { TreeMemory } from './tree-memory.js';

/** Tells what the command took, as `measure` does, and leaves input and output to whoever runs it. */
const SCRIPT = `
set -o pipefail
TIMEFORMAT='%R %U %S'
time { eval "$QF_PERF_COMMAND" 2>> "$QF_PERF_LOG"; }
`;

/** A run of so many seconds has coarser bars that end in it. */
const COARSE_S = 180;

/** Time between the start of a command and the first tick. */
const START_MS = 500;

/** Pipes that are fed at the pace of the market, whose bars are awaited. */
export function livePipePlace({ live }: Plan): Place {
  const stages: readonly Stage[] = live.stage_s >= COARSE_S ? ['bars1s', 'pipeline'] : ['bars1s'];
  return {
    stages,
    commandOf: commandIn,
    bring: () => Promise.resolve(),
    tryOut: (_, run, stop) => measure(run, stop),
    perform: (entry, run, stop) => performLive(entry, run, live, stop),
    close: () => Promise.resolve(),
  };
}

async function performLive(entry: Entry, run: Run, { warmup_s }: LoadPlan, stop: AbortSignal): Promise<Sample> {
  stop.throwIfAborted();
  const { command, log, env } = run;
  const child = execa('bash', ['-c', SCRIPT], {
    env: { ...env, QF_PERF_COMMAND: command, QF_PERF_LOG: log },
    extendEnv: false,
    detached: true,
    stdin: 'pipe',
    stdout: 'pipe',
    buffer: { stdout: false },
    reject: false,
  });
  const { pid } = child;
  if (pid === undefined) throw new QfError('usage', 'bash is not installed, which runs the commands');
  const release = endWith(stop, pid);
  const memory = new TreeMemory(pid);
  const schedule = new Schedule(run.input);
  const first_ms = performance.now() + START_MS;
  try {
    const coming = arrivalsAt(child.stdout, run.output, first_ms);
    const sent_late_ms = await feed(schedule, child.stdin, first_ms, stop);
    const sending_ms = performance.now() - first_ms;
    const arrivals = await coming;
    const { exitCode, stderr } = await child;
    const peak_rss_mb = memory.stop();
    stop.throwIfAborted();
    const times = timesIn(stderr);
    if (exitCode !== 0 || times === undefined) throw FailedRun.ofExit(command, exitCode, readFileSync(log, 'utf8'));
    const figures = await latencyOf(run.output, arrivals, await entry.expectedOf('a'), schedule, warmup_s * 1000);
    const latency = { ...figures, offered_per_s: (entry.records / sending_ms) * 1000, sent_late_ms };
    return { ...times, peak_rss_mb, latency };
  } finally {
    memory.stop();
    release();
  }
}

/** Sends every tick when it is due, or as soon after it as the command reads; gives by how much one was late at most, ms. */
async function feed(schedule: Schedule, input: Writable, first_ms: number, stop: AbortSignal): Promise<number> {
  let late_ms = 0;
  const gone = once(input, 'close').then(() => undefined);
  // A command that has ended reads no more; its exit code says why.
  input.on('error', () => undefined);
  for await (const { due_ms, lines } of schedule.batches()) {
    const wait_ms = first_ms + due_ms - performance.now();
    if (wait_ms > 0) await sleep(wait_ms);
    if (stop.aborted || input.destroyed) break;
    if (!input.write(lines)) await Promise.race([once(input, 'drain'), gone]);
    late_ms = Math.max(late_ms, performance.now() - first_ms - due_ms);
  }
  input.end();
  return late_ms;
}

/** Keeps what comes in a file, and tells when. */
async function arrivalsAt(output: Readable, path: string, first_ms: number): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  const file = openSync(path, 'w');
  let bytes = 0;
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      const at_ms = performance.now() - first_ms;
      bytes += chunk.length;
      arrivals.push({ bytes, at_ms });
      writeSync(file, chunk);
    }
  } finally {
    closeSync(file);
  }
  return arrivals;
}
