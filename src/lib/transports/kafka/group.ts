import { Consumer } from './client.js';
import { Backoff } from '../../runtime/backoff.js';
import type { Clock } from '../../runtime/clock.js';
import { givenUp, messageOf } from '../../runtime/errors.js';
import type { Log } from '../../runtime/log.js';
import { connectionOptions, type KafkaAddress } from './address.js';
import { kafkaError } from './failure.js';
import type { Offsets } from './group-offsets.js';

/** A member that is silent for this long is replaced; shorter than a transaction may stay open. */
const SESSION_MS = 8000;
const HEARTBEAT_MS = 1000;

/** How long a member that ends waits for the brokers to take note of it. */
const LEAVE_MS = 3000;

const MIN_REJOIN_MS = 200;
const MAX_REJOIN_MS = 3000;

const NO_LEADER_EPOCH = -1;

/** What a group is and where. */
export interface GroupSettings {
  readonly address: KafkaAddress;
  readonly groupId: string;
  readonly topic: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How long the brokers may be away, ms. */
  readonly giveUp_ms: number;
}

/** Membership in a consumer group, which only shares partitions out: what is read and committed, the tasks know. */
export class GroupMember {
  private readonly consumer: Consumer;
  private readonly settings: GroupSettings;
  private readonly changed: (partitions: readonly number[]) => void;
  private confirmations: (() => void)[] = [];
  private hasLeft = false;
  private isRejoining = false;

  /** `changed` is called with the partitions that are this member's, whenever they have been shared out. */
  constructor(settings: GroupSettings, changed: (partitions: readonly number[]) => void) {
    this.settings = settings;
    this.changed = changed;
    this.consumer = new Consumer({
      clientId: 'qf',
      groupId: settings.groupId,
      bootstrapBrokers: [...settings.address.brokers],
      ...connectionOptions(settings.address),
      sessionTimeout: SESSION_MS,
      rebalanceTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
    });
    this.consumer.topics.trackAll(settings.topic);
    this.consumer.on('consumer:group:join', ({ assignments = [] }) => {
      this.confirm();
      this.changed(assignments.find(({ topic }) => topic === settings.topic)?.partitions ?? []);
    });
    this.consumer.on('consumer:heartbeat:end', () => {
      this.confirm();
    });
    // Behind a heartbeat that has failed there is no other one: the library ends them.
    this.consumer.on('consumer:heartbeat:error', () => {
      this.rejoin();
    });
    this.consumer.on('error', () => {
      this.rejoin();
    });
  }

  /** Throws `unavailable` where no broker answers in time, `usage` where they refuse. */
  async join(stop: AbortSignal): Promise<void> {
    const { clock, log, giveUp_ms, groupId } = this.settings;
    const backoff = new Backoff(MIN_REJOIN_MS, MAX_REJOIN_MS, Math.random);
    const begun_ms = clock.now_ms();
    while (!stop.aborted && !this.hasLeft) {
      try {
        await this.consumer.joinGroup({});
        return;
      } catch (error) {
        const failure = kafkaError(error, `Kafka: cannot join the group ${groupId}`);
        const away_ms = clock.now_ms() - begun_ms;
        if (failure.code !== 'unavailable') throw failure;
        if (away_ms >= giveUp_ms) throw givenUp(failure, away_ms);
        log.warn({ group: groupId, away_ms }, `${failure.message}; trying again`);
        await clock.waitUntil(clock.now_ms() + backoff.next(), stop);
      }
    }
  }

  /** Resolves as soon as the group has said again that this process is a member of it, or `stop` is aborted. */
  async confirmed(stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    await new Promise<void>((resolve) => {
      this.confirmations.push(resolve);
      stop.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
  }

  /** Stores offsets as those of the group, under this member's id and generation. */
  async store(offsets: Offsets): Promise<void> {
    if (this.hasLeft || this.consumer.memberId === null) throw new Error('this process is no member of the group');
    const { topic } = this.settings;
    await this.consumer.commit({
      offsets: [...offsets].map(([partition, offset]) => ({ topic, partition, offset, leaderEpoch: NO_LEADER_EPOCH })),
    });
  }

  async leave(): Promise<void> {
    this.hasLeft = true;
    // Closing leaves the group. Where that is not possible any more, the group sees it by the silence.
    const closed = new Promise<void>((resolve) => {
      this.consumer.close(true, () => {
        resolve();
      });
    });
    const { clock } = this.settings;
    await Promise.race([closed, clock.waitUntil(clock.now_ms() + LEAVE_MS, new AbortController().signal)]);
  }

  private confirm(): void {
    const waiting = this.confirmations;
    this.confirmations = [];
    for (const resolve of waiting) resolve();
  }

  /** Where it fails for good, the tasks see for themselves that there is no broker. */
  private rejoin(): void {
    if (this.isRejoining || this.hasLeft) return;
    this.isRejoining = true;
    this.join(new AbortController().signal)
      .catch((error: unknown) => {
        this.settings.log.warn({ group: this.settings.groupId }, messageOf(error));
      })
      .finally(() => {
        this.isRejoining = false;
      });
  }
}
