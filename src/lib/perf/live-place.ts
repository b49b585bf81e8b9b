import { closeSync, openSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { Readable, Writable } from 'node:stream';
import type { Entry } from './contest.js';
import type { Stage } from './sides.js';
import { feed } from './feed.js';
import { type Arrival, latencyOf, timesOf } from './latency.js';
import { LiveRun } from './live-run.js';
import { measure, type Run, type Sample } from './measure.js';
import { commandIn, type Place } from './place.js';
import { type Plan, speedOf } from './plan.js';
import { Schedule } from './schedule.js';

/** A run of so many seconds has coarser bars that end in it. */
const COARSE_S = 180;

/** Time between the start of a command and the first tick. */
const START_MS = 500;

const MS_PER_S = 1000;

/** Pipes that are fed at the pace of the market, whose bars are awaited. */
export function livePipePlace(plan: Plan): Place {
  return {
    stages: stagesOf(plan),
    commandOf: commandIn,
    bring: () => Promise.resolve(),
    tryOut: (_, run, stop) => measure(run, stop),
    perform: (entry, run, stop) => performLive(entry, run, plan, stop),
    close: () => Promise.resolve(),
  };
}

function stagesOf({ scenario, live }: Plan): readonly Stage[] {
  if (scenario === 'paper-flow') return ['paper-flow'];
  return live.stage_s >= COARSE_S ? ['bars1s', 'pipeline'] : ['bars1s'];
}

async function performLive(entry: Entry, run: Run, plan: Plan, stop: AbortSignal): Promise<Sample> {
  const live = new LiveRun(run, stop);
  const schedule = new Schedule(run.input, speedOf(plan));
  const first_ms = performance.now() + START_MS;
  try {
    const coming = arrivalsAt(live.child.stdout, run.output, first_ms);
    const sent = await feed(schedule, first_ms, senderTo(live.child.stdin), () => live.isDeaf);
    live.child.stdin.end();
    const arrivals = await coming;
    const sample = await live.end([0]);
    const figures = await latencyOf(run.output, arrivals, await entry.expectedOf('a'), schedule, timesOf(plan));
    const offered_per_s = (entry.records / sent.length_ms) * MS_PER_S;
    return { ...sample, latency: { ...figures, offered_per_s, sent_late_ms: sent.late_ms } };
  } finally {
    live.close();
  }
}

function senderTo(input: Writable): (lines: Buffer) => Promise<void> {
  const gone = once(input, 'close').then(() => undefined);
  return async (lines) => {
    if (!input.write(lines)) await Promise.race([once(input, 'drain'), gone]);
  };
}

/** Keeps what comes in a file, and tells when. */
async function arrivalsAt(output: Readable, path: string, first_ms: number): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  const file = openSync(path, 'w');
  let bytes = 0;
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      arrivals.push({ bytes, at_ms: performance.now() - first_ms });
      writeSync(file, chunk);
    }
  } finally {
    closeSync(file);
  }
  return arrivals;
}
