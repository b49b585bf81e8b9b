import { Counts } from '../../runtime/counts.js';
import { QfError } from '../../runtime/errors.js';
import { countMetrics, gaugeMetrics, type GaugeSpec } from '../../runtime/metrics.js';
import { Task } from '../../runtime/task.js';
import { TaskMetrics } from '../../runtime/task-metrics.js';
import type { OutputRecord, TaskProcessor } from '../../runtime/task-processor.js';
import type { Compression } from './compression.js';
import { JoinedReader } from './joined-reader.js';
import { type JoinedLayout, type JoinedTopics, layOutJoined } from './layout.js';
import type { RunSettings } from './runner.js';
import { takeOverRecords } from './stage-ownership.js';
import type { Offsets } from './state-topic.js';

/** A stage that reads all partitions of its inputs as one task. */
export interface JoinedJob extends RunSettings, JoinedTopics {
  readonly make: () => TaskProcessor;
  /** Those that such a processor has values for. */
  readonly gauges: readonly GaugeSpec[];
  readonly compression: Compression;
  readonly batchSize: number;
  readonly commitInterval_ms: number;
  readonly untilEnd: { readonly closes: boolean } | undefined;
}

/** Until the end or a stop. Throws `fenced` where another process takes the task over: there is nobody to share it with. */
export async function runJoinedOnKafka(job: JoinedJob): Promise<{ readonly counts: Counts; readonly ended: string }> {
  const layout = await layOutJoined(job);
  const metrics = new TaskMetrics(job.batchSize);
  const task = taskOf(job, layout, metrics);
  await job.watch?.([
    ...countMetrics(() => task.counts ?? new Counts()),
    ...gaugeMetrics(job.gauges, () => task.gauges()),
    ...metrics.figures(),
  ]);
  const outcome = await task.run(job.stop);
  if (outcome === 'fenced')
    throw new QfError('fenced', `another process runs ${job.stage} in the group ${job.group}: there may be one`);
  return { counts: task.counts ?? new Counts(), ended: outcome === 'end' ? 'end' : String(job.stop.reason) };
}

function taskOf(job: JoinedJob, layout: JoinedLayout, metrics: TaskMetrics): Task<OutputRecord, Offsets> {
  const { make, clock, log, batchSize, commitInterval_ms, giveUp_ms, untilEnd, timeOf, outputs, compression } = job;
  const name = `${job.group}/${job.stage}/${job.input}/0`;
  const closes = untilEnd?.closes === true;
  const partitions = layout.partitions.map((one) => (untilEnd === undefined ? { ...one, end: undefined } : one));
  const open = (from: Offsets | undefined): Promise<JoinedReader> => JoinedReader.open(job, from, { partitions, timeOf, closes });
  return new Task({
    name,
    takeOver: () => takeOverRecords({ name, cluster: job, layout, outputs, partition: 0, compression, open }),
    make,
    clock,
    log,
    batchSize,
    commitInterval_ms,
    giveUp_ms,
    closes,
    observer: metrics.observerOf(0),
    settled: () => undefined,
  });
}
