import type { Logger } from 'pino';
import { systemClock } from '../runtime/clock.js';
import { topicNameOf } from '../runtime/catalogue.js';
import { EXIT_CODES, QfError } from '../runtime/errors.js';
import { exitCodeOf } from '../runtime/signals.js';
import type { GaugeSpec } from '../runtime/metrics.js';
import type { TransformSpec } from '../runtime/stage.js';
import type { TaskProcessor } from '../runtime/task-processor.js';
import { PG_FORM, topicIn } from '../transports/address.js';
import { inputsOf, outputsOf } from './topics.js';
import { failed } from './failed.js';
import type { Invocation, KafkaOptions } from './invocation.js';
import { followTopic } from './sinks.js';
import { jobOf, prepared, type PreparedStage, type StagePlan } from './stage-plan.js';
import { figuresWatch, kafkaIn } from './surroundings.js';
import { logTaskSummary } from './task-summary.js';
import { type Endable, together } from './together.js';

const STAGE_THREAD = new URL('./stage-thread.js', import.meta.url);

/** Runs a stage on a topic from its command line to its exit code. `input`: the topic, or '' for the stage's own. */
export async function executeOnKafka(
  spec: TransformSpec,
  invocation: Invocation,
  input: string,
  log: Logger,
  stop: AbortSignal,
): Promise<number> {
  const started_ms = systemClock.now_ms();
  try {
    const { onLog } = spec;
    if (onLog === undefined) throw new QfError('usage', `${spec.name} does not read from Kafka`);
    if (invocation.rejects !== undefined)
      throw new QfError(
        'usage',
        `--rejects is for pipes: from Kafka, refused records go to the topic dlq.${topicNameOf(spec.name)}`,
      );
    const { kafka, env } = invocation;
    const { addresses, storesToo } = withoutPg(invocation.to);
    const stage = await prepared(spec, onLog, invocation, log);
    const outputs = outputsOf(onLog.outputs(stage.options), addresses);
    const plan: StagePlan = {
      stage: spec.name,
      texts: invocation.texts,
      isStrict: invocation.isStrict,
      logLevel: invocation.logLevel,
      group: kafka.group,
      compression: kafka.compression,
      batchSize: kafka.batchSize,
      address: await kafkaIn(env),
      input: input === '' ? onLog.input : input,
      outputs,
      commitInterval_ms: kafka.commitInterval_ms,
      giveUp_ms: kafka.giveUp_ms,
      untilEnd: kafka.untilEnd,
    };
    const work = await workOf(stage, plan, spec.gauges ?? [], invocation, log);
    const { counts, ended } = await (storesToo ? withSinks(work, [...outputs.values()], invocation, log, stop) : work(stop));
    logTaskSummary(log, { counts, ended, started_ms, scope: 'over all runs of the group' });
    return exitCodeOf(ended) ?? EXIT_CODES.ok;
  } catch (error) {
    return failed(log, error);
  }
}

/** Partitions that a group shares out, or one task that joins them. */
async function workOf(
  stage: PreparedStage,
  plan: StagePlan,
  gauges: readonly GaugeSpec[],
  { from, kafka, metrics }: Invocation,
  log: Logger,
): Promise<Endable<Outcome>> {
  // Loaded only where it is used: it would be half of the start of every stage.
  const { runJoinedOnKafka, runStageOnKafka } = await import('../transports/kafka/index.js');
  const watch = figuresWatch(metrics, plan.stage, log);
  const job = jobOf(stage, plan, log);
  const { joined } = stage.onLog;
  if (joined === undefined) {
    const threads = kafka.workers === 1 ? undefined : { count: kafka.workers, entry: STAGE_THREAD, data: plan };
    return (stop) => runStageOnKafka({ ...job, stop, watch }, threads);
  }
  const inputs = inputsOf(stage.onLog, stage.options, topicIn(from) ?? '');
  const input = job.input.replaceAll(',', '-');
  const make = (): TaskProcessor => stage.onLog.create(stage.options, stage.context, { topic: input, partition: 0 });
  const { timeOf, partitions = new Map() } = joined;
  return (stop) => runJoinedOnKafka({ ...job, input, inputs, timeOf, partitions, make, gauges, stop, watch });
}

type Outcome = Awaited<ReturnType<typeof followTopic>>;

function withoutPg(to: readonly string[]): { readonly addresses: readonly string[]; readonly storesToo: boolean } {
  return { addresses: to.filter((address) => address !== PG_FORM), storesToo: to.includes(PG_FORM) };
}

/**
 * A stage, and Postgres that follows its outputs. To the end: one behind the other, because the outputs' end is known only then.
 * Else at a time; a database that is away is waited for as long as it takes, so that it never stops the stage.
 */
async function withSinks(
  work: Endable<Outcome>,
  topics: readonly string[],
  { kafka, env }: Invocation,
  log: Logger,
  stop: AbortSignal,
): Promise<Outcome> {
  const sinks = (options: KafkaOptions): Endable<Outcome>[] =>
    topics.map((topic) => (signal) => followTopic({ topic, kafka: options, env }, log, signal));
  if (kafka.untilEnd === undefined) {
    const [outcome] = await together(stop, [work, ...sinks({ ...kafka, giveUp_ms: Infinity })]);
    return outcome as Outcome;
  }
  const outcome = await work(stop);
  if (outcome.ended !== 'end') return outcome;
  const stored = await together(stop, sinks(kafka));
  return { counts: outcome.counts, ended: stored.find(({ ended }) => ended !== 'end')?.ended ?? 'end' };
}
