import type { Logger } from 'pino';
import { systemClock } from '../runtime/clock.js';
import { EXIT_CODES, QfError } from '../runtime/errors.js';
import { createLogger } from '../runtime/log.js';
import type { OptionSpecs, OptionValues } from '../runtime/options.js';
import { showProgress } from '../runtime/progress.js';
import { type Job, type RunReport, runStage } from '../runtime/run.js';
import { exitCodeOf, listenForStop } from '../runtime/signals.js';
import type { SourceStage, StageContext, StageSpec } from '../runtime/stage.js';
import { summaryFields, summaryText } from '../runtime/summary.js';
import type { Sink } from '../runtime/transport.js';
import { openSink, openSource, pathIn } from '../transports/address.js';
import { checkOutputs } from '../transports/conflicts.js';
import { FileSink, nodeFiles, STDIN } from '../transports/file.js';
import { failed } from './failed.js';

/** A stage's command line, parsed. */
export interface Invocation {
  readonly args: readonly string[];
  readonly options: OptionValues<OptionSpecs>;
  readonly from: string;
  readonly to: readonly string[];
  readonly rejects: string | undefined;
  readonly isStrict: boolean;
  readonly logLevel: string;
  /** undefined: no metrics are served. */
  readonly metricsPort: number | undefined;
}

/** Runs a stage from its command line to its exit code. */
export async function execute(spec: StageSpec, invocation: Invocation): Promise<number> {
  const log = createLogger(spec.name.replace(' ', '-'), invocation.logLevel);
  const stop = listenForStop();
  let report: RunReport;
  try {
    await checkFiles(spec, invocation);
    const { source, processor } = await assemble(spec, invocation, log);
    const { sinks, rejects } = await openSinks(invocation);
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
  if (metricsPort === undefined) return undefined;
  return async (metrics) => {
    // Loaded only here: few stages in a pipe are watched.
    const { serveMetrics } = await import('../transports/metrics-server.js');
    const url = await serveMetrics(metricsPort, name, metrics);
    log.info({ url }, `metrics at ${url}`);
  };
}

function logSummary(log: Logger, report: RunReport): void {
  if (process.stderr.isTTY) log.info(summaryText(report));
  else log.info(summaryFields(report), 'summary');
}

async function assemble(spec: StageSpec, invocation: Invocation, log: Logger): Promise<SourceStage<unknown>> {
  const context: StageContext = {
    clock: systemClock,
    random: Math.random,
    log,
    env: process.env,
    files: nodeFiles,
    websockets: async () => (await import('../transports/websocket/index.js')).nodeWebSockets,
    isStrict: invocation.isStrict,
    args: invocation.args,
    terminal: process.stdout.isTTY ? { rows: process.stdout.rows } : undefined,
  };
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

async function openSinks({ to, rejects }: Invocation): Promise<{ sinks: Sink[]; rejects: Sink | undefined }> {
  const sinks: Sink[] = [];
  for (const address of to) sinks.push(await openSink(address));
  return { sinks, rejects: rejects === undefined ? undefined : await FileSink.open(rejects) };
}

function lossText(error: unknown, report: RunReport): string {
  if (!(error instanceof QfError) || error.code !== 'io') return '';
  const { written, unwritten } = report;
  return (
    `; written: ${written.records} records (${written.bytes} bytes), finished but not written: ` +
    `${unwritten.records} records (${unwritten.bytes} bytes), input is used up to record ${report.counts.in}`
  );
}
