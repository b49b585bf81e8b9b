import type { Logger } from 'pino';
import { systemClock } from '../runtime/clock.js';
import { topicNameOf } from '../runtime/catalogue.js';
import { EXIT_CODES, QfError } from '../runtime/errors.js';
import { createLogger } from '../runtime/log.js';
import { showProgress } from '../runtime/progress.js';
import { loaded } from '../runtime/options.js';
import { type RunReport, runStage } from '../runtime/run.js';
import { exitCodeOf, listenForStop } from '../runtime/signals.js';
import type { SourceStage, StageSpec } from '../runtime/stage.js';
import { summaryFields, summaryText } from '../runtime/summary.js';
import type { Sink } from '../runtime/transport.js';
import { openSink, pathIn, PG_FORM, topicIn } from '../transports/address.js';
import { checkOutputs } from '../transports/conflicts.js';
import { FileSink, STDIN } from '../transports/file.js';
import { executeOnKafka } from './execute-on-kafka.js';
import { failed } from './failed.js';
import type { Invocation } from './invocation.js';
import { contextOf, databaseIn, figuresWatch, kafkaIn } from './surroundings.js';
import { DEFAULT_TOPIC } from './topics.js';
import { sourceOf } from './view-source.js';

/** Runs a stage from its command line to its exit code. */
export async function execute(spec: StageSpec, invocation: Invocation): Promise<number> {
  const log = createLogger(topicNameOf(spec.name), invocation.logLevel);
  const stop = listenForStop();
  const input = topicIn(invocation.from);
  if (input !== undefined && spec.kind === 'transform') return executeOnKafka(spec, invocation, input, log, stop);
  let report: RunReport;
  try {
    await checkFiles(spec, invocation);
    const { source, processor } = await assemble(spec, invocation, log);
    const { sinks, rejects } = await openSinks(spec, invocation, log, stop);
    log.debug({ from: invocation.from, to: invocation.to }, 'started');
    const endProgress = showProgress(spec.name, processor.counts);
    const watch = figuresWatch(invocation.metrics, spec.name, log);
    const { gauges } = spec;
    report = await runStage({ source, processor, sinks, rejects, clock: systemClock, stop, gauges, ...(watch && { watch }) });
    endProgress();
  } catch (error) {
    return failed(log, error);
  }
  const isWrongUse = report.error instanceof QfError && report.error.code === 'usage' && report.written.records === 0;
  if (!isWrongUse) logSummary(log, report);
  if (report.error !== undefined) return failed(log, report.error, lossText(report.error, report));
  return exitCodeOf(report.ended) ?? EXIT_CODES.ok;
}

function logSummary(log: Logger, report: RunReport): void {
  if (process.stderr.isTTY) log.info(summaryText(report));
  else log.info(summaryFields(report), 'summary');
}

async function assemble(spec: StageSpec, invocation: Invocation, log: Logger): Promise<SourceStage<unknown>> {
  const context = contextOf(invocation, log);
  const options = await loaded(spec.options, invocation.options, (path) => context.files.readText(path));
  if (spec.kind === 'source') return spec.create(options, context);
  const source = await sourceOf(spec, invocation);
  return spec.join?.(options, context, source) ?? { source, processor: spec.create(options, context) };
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

async function openSinks(
  spec: StageSpec,
  invocation: Invocation,
  log: Logger,
  stop: AbortSignal,
): Promise<{ sinks: Sink[]; rejects: Sink | undefined }> {
  const { to, rejects } = invocation;
  const sinks: Sink[] = [];
  for (const address of to) {
    const topic = topicIn(address);
    sinks.push(
      topic === undefined
        ? await openAny(address, invocation.env)
        : await openTopic(spec, invocation, topic === '' ? DEFAULT_TOPIC : topic, log, stop),
    );
  }
  return { sinks, rejects: rejects === undefined ? undefined : await FileSink.open(rejects) };
}

/** Clients of services are loaded only where they are used. */
async function openAny(address: string, env: NodeJS.ProcessEnv): Promise<Sink> {
  if (address === PG_FORM) {
    const { PgSink } = await import('../transports/postgres/pg-sink.js');
    return PgSink.open({ ...(await databaseIn(env)), clock: systemClock });
  }
  return openSink(address);
}

async function openTopic(spec: StageSpec, invocation: Invocation, topic: string, log: Logger, stop: AbortSignal): Promise<Sink> {
  if (spec.kind !== 'source')
    throw new QfError('usage', '--to kafka needs --from kafka, from which the stage goes on where it was');
  const { ResumingSink, TickSink } = await import('../transports/kafka/index.js');
  const address = await kafkaIn(invocation.env);
  const { options, kafka } = invocation;
  if (spec.isRepeatable?.(options) !== true) return TickSink.open({ ...kafka, address, topic, clock: systemClock });
  const input = { stage: topicNameOf(spec.name), identity: identityOf(spec, invocation) };
  return ResumingSink.open({ ...kafka, address, topic, input, clock: systemClock, log, stop });
}

/**
 * What was asked for, but for how fast and by which code: of a source that can be read again it decides what comes. As it was typed: a
 * default that changes in a later version shall not make it another input.
 */
function identityOf({ name }: StageSpec, { args, texts }: Invocation): string {
  const options = Object.entries(texts).filter(([option]) => option !== 'pace' && option !== 'engine');
  return JSON.stringify([name, args, options]);
}

function lossText(error: unknown, report: RunReport): string {
  if (!(error instanceof QfError) || error.code !== 'io') return '';
  const { written, unwritten } = report;
  return (
    `; written: ${written.records} records (${written.bytes} bytes), finished but not written: ` +
    `${unwritten.records} records (${unwritten.bytes} bytes), input is used up to record ${report.counts.in}`
  );
}
