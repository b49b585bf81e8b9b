import type { Logger } from 'pino';
import { systemClock } from '../runtime/clock.js';
import type { Counts } from '../runtime/counts.js';
import { EXIT_CODES, QfError } from '../runtime/errors.js';
import { countMetrics } from '../runtime/metrics.js';
import { exitCodeOf } from '../runtime/signals.js';
import type { TransformSpec } from '../runtime/stage.js';
import { accountText, countFields } from '../runtime/summary.js';
import { topicIn } from '../transports/address.js';
import { failed } from './failed.js';
import type { Invocation } from './invocation.js';
import { contextOf, kafkaIn, serveMetricsAt } from './surroundings.js';

/** Stands for the contract's name in the name of a topic. */
const OWN_NAME = '{}';

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
      throw new QfError('usage', `--rejects is for pipes: from Kafka, refused records go to the topic dlq.${spec.name}`);
    const { options, metricsPort, kafka } = invocation;
    const context = contextOf(invocation, log);
    // Loaded only where it is used: it would be half of the start of every stage.
    const { runOnKafka } = await import('../transports/kafka/index.js');
    const { counts, ended } = await runOnKafka({
      ...kafka,
      stage: spec.name,
      address: kafkaIn(invocation.env),
      input: input === '' ? onLog.input : input,
      outputs: outputsOf(onLog.outputs(options), invocation.to),
      options: JSON.stringify(Object.fromEntries(onLog.fixed.map((name) => [name, options[name]]))),
      make: (partition) => onLog.create(options, context, partition),
      clock: systemClock,
      log,
      stop,
      watch: metricsPort === undefined ? undefined : (total) => serveMetricsAt(metricsPort, spec.name, countMetrics(total), log),
    });
    logSummary(log, counts, ended, systemClock.now_ms() - started_ms);
    return exitCodeOf(ended) ?? EXIT_CODES.ok;
  } catch (error) {
    return failed(log, error);
  }
}

/** The topic of each stream. Throws `usage` where that is not what was asked for. */
function outputsOf(streams: readonly string[], to: readonly string[]): Map<string, string> {
  const [address = '', ...others] = to;
  const template = topicIn(address);
  if (template === undefined || others.length > 0)
    throw new QfError(
      'usage',
      `--to ${to.join(' --to ')}: from Kafka the output goes to Kafka, once: --to kafka or --to kafka:TOPIC`,
    );
  if (template !== '' && streams.length > 1 && !template.includes(OWN_NAME))
    throw new QfError(
      'usage',
      `--to ${address}: there are ${streams.length} outputs; ${OWN_NAME} in the topic stands for ${streams.join(', ')}`,
    );
  return new Map(streams.map((stream) => [stream, (template === '' ? OWN_NAME : template).replace(OWN_NAME, stream)]));
}

/** Counts over the whole life of the group's state, not of this process alone. */
function logSummary(log: Logger, counts: Counts, ended: string, elapsed_ms: number): void {
  const text = `${accountText(counts)}; out ${counts.out.toLocaleString('en-US')}, over all runs of the group; ${ended}`;
  if (process.stderr.isTTY) log.info(text);
  else log.info({ ended, ...countFields(counts), elapsed_ms: Math.round(elapsed_ms) }, 'summary');
}
