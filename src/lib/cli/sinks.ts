import type { Logger } from 'pino';
import { systemClock } from '../runtime/clock.js';
import type { Counts } from '../runtime/counts.js';
import type { Figure } from '../runtime/metrics.js';
import type { KafkaOptions } from './invocation.js';
import { databaseIn, kafkaIn } from './surroundings.js';

/** A topic that Postgres follows. */
export interface PgSinkPlan {
  readonly topic: string;
  readonly kafka: KafkaOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly watch?: ((figures: readonly Figure[]) => Promise<void>) | undefined;
}

/** Stores what is committed on a topic, until the end or a stop. */
export async function followTopic(
  { topic, kafka, env, watch }: PgSinkPlan,
  log: Logger,
  stop: AbortSignal,
): Promise<{ readonly counts: Counts; readonly ended: string }> {
  const { runSinkOnKafka } = await import('../transports/kafka/index.js');
  const { pgTarget } = await import('../transports/postgres/sink-target.js');
  return runSinkOnKafka({
    target: pgTarget({ ...(await databaseIn(env)), clock: systemClock }),
    address: await kafkaIn(env),
    group: kafka.group,
    input: topic,
    commitInterval_ms: kafka.commitInterval_ms,
    giveUp_ms: kafka.giveUp_ms,
    untilEnd: kafka.untilEnd !== undefined,
    clock: systemClock,
    log,
    stop,
    watch,
  });
}
