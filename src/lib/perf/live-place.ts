import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import type { Writable } from 'node:stream';
import { arrivalsAt } from './arrivals.js';
import type { Entry } from './contest.js';
import { feed } from './feed.js';
import { latencyOf, latenciesWithin, timesOf } from './latency.js';
import { LiveRun } from './live-run.js';
import type { Run, Sample } from './measure.js';
import { BETWEEN, type Place, tappedIn, tryOutInPipe } from './place.js';
import { type Plan, speedOf } from './plan.js';
import { type ReadyPlaces, readyPlacesOf, ReadyPorts } from './readiness.js';
import { Schedule } from './schedule.js';
import type { Flow, Stage } from './sides.js';
import { Taps } from './taps.js';

/** A run of so many seconds has coarser bars that end in it. */
const COARSE_S = 180;

/** Time between the start of a command and the first tick, at least: not all commands say when they are ready. */
const START_MS = 500;

const MS_PER_S = 1000;

/** Pipes that are fed at the pace of the market, whose bars are awaited. */
export function livePipePlace(plan: Plan): Place {
  const places = new Map<string, readonly ReadyPlaces[]>();
  return {
    stages: liveStagesOf(plan),
    commandOf: (implementation, stage) => {
      const command = tappedIn(implementation, stage);
      places.set(command, readyPlacesOf(implementation, stage, implementation.stages.paper !== undefined));
      return command;
    },
    triedCommandOf: tappedIn,
    bring: () => Promise.resolve(),
    tryOut: tryOutInPipe,
    perform: async (entry, run, stop) => performLive(entry, run, plan, await ReadyPorts.of(places.get(run.command) ?? []), stop),
    close: () => Promise.resolve(),
  };
}

/** What is measured at the pace of a market. */
export function liveStagesOf({ scenario, live }: Plan): readonly Stage[] {
  if (scenario === 'paper-flow') return ['paper-flow'];
  return live.stage_s >= COARSE_S ? ['bars1s', 'pipeline'] : ['bars1s'];
}

async function performLive(entry: Entry, run: Run, plan: Plan, ports: ReadyPorts, stop: AbortSignal): Promise<Sample> {
  const within = new Set(Object.keys(entry.within) as Flow[]);
  const taps = await Taps.open(BETWEEN[entry.stage].inner, within, run.output);
  try {
    return await performTapped(entry, run, plan, { ports, taps, stop });
  } finally {
    taps.close();
  }
}

interface Aids {
  readonly ports: ReadyPorts;
  readonly taps: Taps;
  readonly stop: AbortSignal;
}

async function performTapped(entry: Entry, run: Run, plan: Plan, { ports, taps, stop }: Aids): Promise<Sample> {
  const live = new LiveRun({ ...run, env: { ...run.env, ...taps.env, ...ports.env } }, stop);
  const started_ms = performance.now();
  const schedule = new Schedule(run.input, speedOf(plan));
  try {
    const coming = arrivalsAt(live.child.stdout, run.output);
    await ports.answer(live);
    const first_ms = Math.max(performance.now(), started_ms + START_MS);
    const sent = await feed(schedule, first_ms, senderTo(live.child.stdin), () => live.isDeaf);
    live.child.stdin.end();
    const arrivals = await coming;
    const sample = await live.end([0]);
    const times = timesOf(plan, first_ms);
    const figures = await latencyOf(run.output, arrivals, await entry.expectedOf('a'), schedule, times);
    const inner = await latenciesWithin(await taps.end(), entry.within, schedule, times);
    const offered_per_s = (entry.records / sent.length_ms) * MS_PER_S;
    return { ...sample, latency: { ...figures, ...inner, offered_per_s, sent_late_ms: sent.late_ms } };
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
