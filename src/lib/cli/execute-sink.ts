import { systemClock } from '../runtime/clock.js';
import { EXIT_CODES, QfError } from '../runtime/errors.js';
import { createLogger } from '../runtime/log.js';
import { exitCodeOf, listenForStop } from '../runtime/signals.js';
import { topicIn } from '../transports/address.js';
import { failed } from './failed.js';
import type { KafkaOptions } from './invocation.js';
import type { MetricsSettings } from './metrics-flags.js';
import { followTopic } from './sinks.js';
import { figuresWatch } from './surroundings.js';
import { logTaskSummary } from './task-summary.js';

/** The command line of a sink, parsed. */
export interface SinkInvocation {
  readonly from: string;
  readonly kafka: KafkaOptions;
  /** The environment, with what the flags say in it. */
  readonly env: NodeJS.ProcessEnv;
  readonly metrics: MetricsSettings | undefined;
  readonly logLevel: string;
}

/** Runs `sink pg` from its command line to its exit code. */
export async function executeSink({ from, kafka, env, metrics, logLevel }: SinkInvocation): Promise<number> {
  const log = createLogger('sink-pg', logLevel);
  const stop = listenForStop();
  const started_ms = systemClock.now_ms();
  try {
    const topic = topicIn(from);
    if (topic === undefined || topic === '') throw new QfError('usage', `--from "${from}": expected kafka:TOPIC`);
    const { counts, ended } = await followTopic({ topic, kafka, env, watch: figuresWatch(metrics, 'sink pg', log) }, log, stop);
    logTaskSummary(log, { counts, ended, started_ms, scope: 'by this process' });
    return exitCodeOf(ended) ?? EXIT_CODES.ok;
  } catch (error) {
    return failed(log, error);
  }
}
