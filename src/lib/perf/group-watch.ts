import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { kafkaError } from '../transports/kafka/failure.js';
import { kafkaOf } from '../transports/kafka/kafkajs.js';
import type { Cluster } from '../transports/kafka/cluster.js';
import { FailedRun } from './failed-run.js';
import { READY_MS, type Running, untilReady } from './readiness.js';

const LAG_LOOK_MS = 1000;

/** The consumer groups of a run that goes on. */
export class GroupWatch {
  /** The most records that one of them had still to commit, seen each second; stages of qf commit to their group every five seconds. */
  peak = 0;
  private readonly admin: Admin;
  private readonly prefix: string;
  private readonly stopped = new AbortController();
  private looking: Promise<void> = Promise.resolve();

  private constructor(admin: Admin, prefix: string) {
    this.admin = admin;
    this.prefix = prefix;
  }

  /**
   * Waits until so many groups that begin with `prefix` have shared their partitions out, and looks at them from then on. Throws `FailedRun`
   * where that does not come about.
   */
  static async ready(cluster: Cluster, prefix: string, groups: number, run: Running, limit_ms = READY_MS): Promise<GroupWatch> {
    const admin = kafkaOf(cluster.address).admin();
    const watch = new GroupWatch(admin, prefix);
    try {
      await admin.connect();
      await watch.untilStable(groups, run, limit_ms);
    } catch (error) {
      await admin.disconnect();
      throw error instanceof FailedRun ? error : kafkaError(error);
    }
    watch.looking = watch.look();
    return watch;
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.looking;
    await this.admin.disconnect();
  }

  private async untilStable(groups: number, run: Running, limit_ms: number): Promise<void> {
    let stable = 0;
    const areStable = async (): Promise<boolean> => {
      const ids = await this.ids();
      const { groups: described } = ids.length === 0 ? { groups: [] } : await this.admin.describeGroups(ids);
      stable = described.filter(({ state }) => state === 'Stable').length;
      return stable >= groups;
    };
    const missing = (): string => `of ${groups} groups that begin with $PERF_GROUP ${stable} have shared their partitions out`;
    await untilReady(areStable, missing, run, limit_ms);
  }

  private async ids(): Promise<string[]> {
    const { groups } = await this.admin.listGroups();
    return groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(this.prefix));
  }

  private async look(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      // A look that fails says nothing: the next one does.
      const lags = await this.lags().catch(() => []);
      this.peak = Math.max(this.peak, ...lags);
      await sleep(LAG_LOOK_MS, undefined, { signal: this.stopped.signal }).catch(() => undefined);
    }
  }

  /** Of each group, how many records are in its topics behind what it has committed. */
  private async lags(): Promise<number[]> {
    const lags: number[] = [];
    for (const groupId of await this.ids()) {
      let lag = 0;
      for (const { topic, partitions } of await this.admin.fetchOffsets({ groupId })) {
        const committed = new Map(partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
        for (const { partition, high } of await this.admin.fetchTopicOffsets(topic))
          lag += Math.max(0, Number(high) - (committed.get(partition) ?? 0));
      }
      lags.push(lag);
    }
    return lags;
  }
}
