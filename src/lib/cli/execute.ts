import type { Logger } from 'pino';
import { systemClock } from '../runtime/clock.js';
import { EXIT_CODES, QfError } from '../runtime/errors.js';
import { createLogger } from '../runtime/log.js';
import { showProgress } from '../runtime/progress.js';
import { type Job, type RunReport, runStage } from '../runtime/run.js';
import { exitCodeOf, listenForStop } from '../runtime/signals.js';
import type { SourceStage, StageSpec } from '../runtime/stage.js';
import { summaryFields, summaryText } from '../runtime/summary.js';
import type { Sink } from '../runtime/transport.js';
import { openSink, openSource, pathIn, PG_FORM, topicIn } from '../transports/address.js';
import { checkOutputs } from '../transports/conflicts.js';
import { FileSink, STDIN } from '../transports/file.js';
import { executeOnKafka } from './execute-on-kafka.js';
import { failed } from './failed.js';
import type { Invocation } from './invocation.js';
import { contextOf, databaseIn, kafkaIn, serveMetricsAt } from './surroundings.js';

/** Where ticks go on Kafka. */
const DEFAULT_TOPIC = 'ticks';

/** Runs a stage from its command line to its exit code. */
export async function execute(spec: StageSpec, invocation: Invocation): Promise<number> {
  const log = createLogger(spec.name.replace(' ', '-'), invocation.logLevel);
  const stop = listenForStop();
  const input = topicIn(invocation.from);
  if (input !== undefined && spec.kind !== 'source') return executeOnKafka(spec, invocation, input, log, stop);
  let report: RunReport;
  try {
    await checkFiles(spec, invocation);
    const { source, processor } = await assemble(spec, invocation, log);
    const { sinks, rejects } = await openSinks(spec, invocation);
    log.debug({ from: invocation.from, to: invocation.to }, 'started');
    const endProgress = showProgress(spec.name, processor.counts);
    const watch = watcherOf(spec, invocation, log);
    report = await runStage({ source, processor, sinks, rejects, clock: systemClock, stop, ...(watch && { watch }) });
    endProgress();
  } catch (error) {
    return failed(log, error);
  }
  const isWrongUse = report.error instanceof QfError && report.error.code === 'usage';
  if (!isWrongUse) logSummary(log, report);
  if (report.error !== undefined) return failed(log, report.error, lossText(report.error, report));
  return exitCodeOf(report.ended) ?? EXIT_CODES.ok;
}

function watcherOf({ name }: StageSpec, { metricsPort }: Invocation, log: Logger): Job<unknown>['watch'] {
  return metricsPort === undefined ? undefined : (metrics) => serveMetricsAt(metricsPort, name, metrics, log);
}

function logSummary(log: Logger, report: RunReport): void {
  if (process.stderr.isTTY) log.info(summaryText(report));
  else log.info(summaryFields(report), 'summary');
}

async function assemble(spec: StageSpec, invocation: Invocation, log: Logger): Promise<SourceStage<unknown>> {
  const context = contextOf(invocation, log);
  if (spec.kind === 'source') return spec.create(invocation.options, context);
  return { source: await openSource(invocation.from), processor: spec.create(invocation.options, context) };
}

/** Before anything is opened: a file that is written is emptied by that. */
async function checkFiles(spec: StageSpec, { args, options, from, to, rejects }: Invocation): Promise<void> {
  const given = (use: 'read' | 'write'): string[] =>
    Object.entries(spec.options).flatMap(([name, option]) => {
      const path = option.kind === 'value' && option.file === use ? options[name] : undefined;
      return typeof path === 'string' ? [path] : [];
    });
  const inputs = [...(spec.kind === 'source' ? args : [pathIn(from) ?? STDIN]), ...given('read')];
  const outputs = [...to.map(pathIn), rejects, ...given('write')].filter((path) => path !== undefined);
  await checkOutputs({ inputs, outputs, usesStdout: to.includes('stdout') });
}

async function openSinks(spec: StageSpec, invocation: Invocation): Promise<{ sinks: Sink[]; rejects: Sink | undefined }> {
  const { to, rejects } = invocation;
  const sinks: Sink[] = [];
  for (const address of to) sinks.push(await openAny(spec, address, invocation));
  return { sinks, rejects: rejects === undefined ? undefined : await FileSink.open(rejects) };
}

/** Clients of services are loaded only where they are used. */
async function openAny(spec: StageSpec, address: string, { env, kafka }: Invocation): Promise<Sink> {
  if (address === PG_FORM) {
    const { PgSink } = await import('../transports/postgres/pg-sink.js');
    return PgSink.open({ ...databaseIn(env), clock: systemClock });
  }
  const topic = topicIn(address);
  if (topic === undefined) return openSink(address);
  if (spec.kind !== 'source')
    throw new QfError('usage', `--to ${address} needs --from kafka, from which the stage goes on where it was`);
  const { TickSink } = await import('../transports/kafka/index.js');
  return TickSink.open({
    ...kafka,
    address: kafkaIn(env),
    topic: topic === '' ? DEFAULT_TOPIC : topic,
    clock: systemClock,
  });
}

function lossText(error: unknown, report: RunReport): string {
  if (!(error instanceof QfError) || error.code !== 'io') return '';
  const { written, unwritten } = report;
  return (
    `; written: ${written.records} records (${written.bytes} bytes), finished but not written: ` +
    `${unwritten.records} records (${unwritten.bytes} bytes), input is used up to record ${report.counts.in}`
  );
}
