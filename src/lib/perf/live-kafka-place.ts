import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { TickSink } from '../transports/kafka/tick-sink.js';
import { CommittedLines } from './committed-lines.js';
import type { Entry } from './contest.js';
import { feed, type Sent } from './feed.js';
import { GroupWatch } from './group-watch.js';
import type { Implementation } from './implementation.js';
import { commandsOnKafka, groupsOf, together } from './kafka-commands.js';
import { KafkaPlace } from './kafka-place.js';
import { latenciesWithin, type Latency, latencyOf, timesOf } from './latency.js';
import { liveStagesOf } from './live-place.js';
import { LiveRun } from './live-run.js';
import type { Run, Sample } from './measure.js';
import { BETWEEN } from './place.js';
import { speedOf } from './plan.js';
import { type ReadyPlaces, readyPlacesOf, ReadyPorts } from './readiness.js';
import { Schedule } from './schedule.js';
import type { Flow, Stage } from './sides.js';

/** How long nothing may come of any stage, behind the last tick, until the rest counts as dropped. */
const QUIET_MS = 60_000;

const LOOK_MS = 1000;

/** A program that a signal has ended may say so. */
const ENDINGS = [0, 130, 143];

const MS_PER_S = 1000;

/** What is read of a run while it goes on. */
interface Watched {
  readonly flow: Flow;
  readonly path: string;
  readonly lines: CommittedLines;
}

/** Topics that are fed at the pace of the market, and what is committed behind them. */
export class LiveKafkaPlace extends KafkaPlace {
  override readonly stages: readonly Stage[] = liveStagesOf(this.plan);
  /** How its programs are seen to be ready, of a command. */
  private readonly starts = new Map<string, { readonly groups: number; readonly places: readonly ReadyPlaces[] }>();

  override commandOf(implementation: Implementation, stage: Stage): string {
    const commands = commandsOnKafka(implementation, stage);
    const command = together(commands);
    const places = readyPlacesOf(implementation, stage, implementation.kafka?.paper !== undefined);
    this.starts.set(command, { groups: groupsOf(commands), places });
    return command;
  }

  override async perform(entry: Entry, run: Run, stop: AbortSignal): Promise<Sample> {
    const { prefix, group } = this.ownNames();
    await this.topics.createFor(prefix, 'ticks');
    await this.createOutputs(prefix, entry.stage);
    const [input = ''] = this.topics.named(prefix, 'ticks');
    const { groups = 1, places = [] } = this.starts.get(run.command) ?? {};
    const ports = await ReadyPorts.of(places);
    const env = { ...run.env, ...ports.env, ...this.topics.surroundings(input, prefix, group, true) };
    const live = new LiveRun({ ...run, env }, stop);
    live.child.stdin.end();
    live.child.stdout.resume();
    try {
      await ports.answer(live);
      const watch = await GroupWatch.ready(this.topics.cluster, group, groups, live);
      const latency = await this.timed(entry, run, live, prefix).finally(() => watch.stop());
      live.interrupt();
      return { ...(await live.end(ENDINGS)), latency, lag_peak_records: watch.peak };
    } finally {
      live.close();
      await this.topics.remove(prefix, group);
    }
  }

  /** Sends the market, and reads what comes of it until all is there or no more comes. */
  private async timed(entry: Entry, run: Run, live: LiveRun, prefix: string): Promise<Latency> {
    const schedule = new Schedule(run.input, speedOf(this.plan), 'kafka');
    const { address, clock } = this.topics.cluster;
    const [input = ''] = this.topics.named(prefix, 'ticks');
    const watched: Watched[] = [];
    try {
      for await (const one of this.watch(entry, run, prefix)) watched.push(one);
      const sink = await TickSink.open({ address, topic: input, compression: 'none', batchSize: 5000, linger_ms: 1, clock });
      const first_ms = performance.now();
      const sent: Sent = await feed(
        schedule,
        first_ms,
        (lines) => sink.write(lines),
        () => live.hasEnded,
      ).finally(() => sink.close());
      const figures = await this.settled(watched, entry, { schedule, live, first_ms });
      const offered_per_s = (entry.records / sent.length_ms) * MS_PER_S;
      return { ...figures, offered_per_s, sent_late_ms: sent.late_ms };
    } finally {
      for (const { lines } of watched) await lines.close();
    }
  }

  /** Opens what comes out at the end, first, and what goes from one stage to the next, where it is known what is right. */
  private async *watch({ stage, within }: Entry, run: Run, prefix: string): AsyncGenerator<Watched> {
    const { inner, last } = BETWEEN[stage];
    for (const flow of [last, ...inner.filter((one) => within[one] !== undefined)]) {
      const path = flow === last ? run.output : `${run.output}.${flow}`;
      const topics = this.topics.named(prefix, flow);
      yield { flow, path, lines: await CommittedLines.open(this.topics.cluster, topics, path) };
    }
  }

  /** What the records tell once all have come, or no more do. */
  private async settled(
    watched: readonly Watched[],
    entry: Entry,
    { schedule, live, first_ms }: { readonly schedule: Schedule; readonly live: LiveRun; readonly first_ms: number },
  ): Promise<Omit<Latency, 'offered_per_s' | 'sent_late_ms'>> {
    const [{ lines, path }, ...inner] = watched as [Watched, ...Watched[]];
    const expected = await entry.expectedOf('a');
    const times = timesOf(this.plan, first_ms);
    const sent_ms = performance.now();
    for (;;) {
      const seen = lines.count;
      await sleep(LOOK_MS);
      for (const one of watched) one.lines.check();
      if (live.hasEnded) await live.end([]);
      const newest_ms = Math.max(sent_ms, ...watched.map((one) => one.lines.newest_ms));
      const isQuiet = performance.now() - newest_ms > QUIET_MS;
      if (lines.count > seen || (lines.count === 0 && !isQuiet)) continue;
      const figures = await latencyOf(path, lines.arrivals, expected, schedule, times);
      if (figures.dropped > 0 && !isQuiet) continue;
      const came = inner.map((one) => ({ flow: one.flow, path: one.path, arrivals: one.lines.arrivals }));
      return { ...figures, ...(await latenciesWithin(came, entry.within, schedule, times)) };
    }
  }
}
