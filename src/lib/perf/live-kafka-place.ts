import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { withAdmin } from '../ops/kafka/admin.js';
import { systemClock } from '../runtime/clock.js';
import { TickSink } from '../transports/kafka/tick-sink.js';
import { CommittedLines } from './committed-lines.js';
import type { Entry } from './contest.js';
import type { Stage } from './sides.js';
import { FailedRun } from './failed-run.js';
import { feed, type Sent } from './feed.js';
import { KafkaPlace } from './kafka-place.js';
import { latencyOf, type Measured, timesOf } from './latency.js';
import { LiveRun } from './live-run.js';
import type { Run, Sample } from './measure.js';
import { ADMIN_MS } from './run-topics.js';
import { Schedule } from './schedule.js';

/** How long a command may take until it has its partitions, and bars behind the last tick. */
const READY_MS = 60_000;
const SETTLE_MS = 10_000;
const LOOK_MS = 200;

/** Time to open what is read, before the first tick. */
const START_MS = 500;

/** A program that a signal has ended may say so. */
const ENDINGS = [0, 130, 143];

const MS_PER_S = 1000;

/** Topics that are fed at the pace of the market, whose committed bars are awaited. */
export class LiveKafkaPlace extends KafkaPlace {
  override readonly stages: readonly Stage[] = ['bars1s'];

  tryOut(entry: Entry, run: Run, stop: AbortSignal): Promise<Sample> {
    return super.perform(entry, run, stop);
  }

  override async perform(entry: Entry, run: Run, stop: AbortSignal): Promise<Sample> {
    const { prefix, group } = this.ownNames();
    const [input, output] = [`${prefix}ticks`, `${prefix}bars.1s`];
    await this.topics.create([input, output]);
    const env = { ...run.env, ...this.topics.surroundings(input, prefix, group, true) };
    const live = new LiveRun({ ...run, env }, stop);
    live.child.stdin.end();
    live.child.stdout.resume();
    try {
      await this.ready(group, live);
      return await this.timed(entry, run, live, { input, output });
    } finally {
      live.close();
      await this.topics.remove(prefix, group);
    }
  }

  /** Sends the market, and reads the bars until all are there or no more come. */
  private async timed(
    entry: Entry,
    run: Run,
    live: LiveRun,
    { input, output }: { readonly input: string; readonly output: string },
  ): Promise<Sample> {
    const schedule = new Schedule(run.input);
    const { cluster, partitions } = this.topics;
    const { address, clock } = cluster;
    const sink = await TickSink.open({ address, topic: input, compression: 'none', batchSize: 5000, linger_ms: 1, clock });
    const first_ms = performance.now() + START_MS;
    const bars = await CommittedLines.open(cluster, output, partitions, run.output, first_ms);
    let sent: Sent;
    let figures: Measured;
    try {
      sent = await feed(
        schedule,
        first_ms,
        (lines) => sink.write(lines),
        () => live.hasEnded,
      ).finally(() => sink.close());
      figures = await this.settled(bars, entry, run, { schedule, live });
    } finally {
      await bars.close();
    }
    live.interrupt();
    const sample = await live.end(ENDINGS);
    const offered_per_s = (entry.records / sent.length_ms) * MS_PER_S;
    return { ...sample, latency: { ...figures, offered_per_s, sent_late_ms: sent.late_ms } };
  }

  /** What the bars tell once all have come, or no more do. */
  private async settled(
    bars: CommittedLines,
    entry: Entry,
    run: Run,
    { schedule, live }: { readonly schedule: Schedule; readonly live: LiveRun },
  ): Promise<Measured> {
    const expected = await entry.expectedOf('a');
    for (;;) {
      const seen = bars.count;
      await sleep(SETTLE_MS / 10);
      bars.check();
      if (live.hasEnded) throw new FailedRun('it ended before it was asked to');
      const isQuiet = performance.now() - bars.newest_ms > SETTLE_MS;
      if (bars.count > seen || (bars.count === 0 && !isQuiet)) continue;
      const figures = await latencyOf(run.output, bars.arrivals, expected, schedule, timesOf(this.plan));
      if (figures.dropped === 0 || isQuiet) return figures;
    }
  }

  /** Waits until some group of the run has shared its partitions out. Throws `FailedRun` where that does not come about. */
  private async ready(group: string, live: LiveRun): Promise<void> {
    await withAdmin(this.topics.cluster.address, ADMIN_MS, async (admin) => {
      const end_ms = systemClock.now_ms() + READY_MS;
      while (systemClock.now_ms() < end_ms && !live.hasEnded) {
        const { groups } = await admin.listGroups();
        const ids = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(group));
        const { groups: described } = ids.length === 0 ? { groups: [] } : await admin.describeGroups(ids);
        if (described.some(({ state }) => state === 'Stable')) return;
        await sleep(LOOK_MS);
      }
      throw new FailedRun(
        `it has no partitions after ${READY_MS / MS_PER_S} s: no group that begins with $PERF_GROUP is at work`,
      );
    });
  }
}
