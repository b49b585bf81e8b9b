import type { Counts } from '../../runtime/counts.js';
import { Runner } from './runner.js';
import { type SinkJob, sinkWork } from './sink-work.js';
import { type StageJob, stageWork } from './stage-work.js';

export { ResumingSink } from './resuming-sink.js';
export { TickSink } from './tick-sink.js';

/** Runs a stage on those partitions of its input that the group gives it, each a task, until the end or a stop. */
export async function runStageOnKafka(job: StageJob): Promise<{ readonly counts: Counts; readonly ended: string }> {
  return new Runner(await stageWork(job), job).run();
}

/** Stores the partitions of a topic that the group gives this process, each a task, until the end or a stop. */
export async function runSinkOnKafka<Row>(job: SinkJob<Row>): Promise<{ readonly counts: Counts; readonly ended: string }> {
  return new Runner(await sinkWork(job), job).run();
}
