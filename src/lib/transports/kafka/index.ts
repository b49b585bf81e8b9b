import type { Counts } from '../../runtime/counts.js';
import { Runner } from './runner.js';
import { type SinkJob, sinkWork } from './sink-work.js';
import { layOut } from './layout.js';
import { type StageJob, StageWork } from './stage-work.js';
import { ThreadedWork, type Threads } from './threads.js';

export { runJoinedOnKafka } from './joined-work.js';
export { ResumingSink } from './resuming-sink.js';
export { TickSink } from './tick-sink.js';

/**
 * Runs a stage on those partitions of its input that the group gives it, each a task, until the end or a stop; in `threads`, or in
 * this one where there are none. Throws `usage` where its topics are not as they must be.
 */
export async function runStageOnKafka(
  job: StageJob,
  threads?: Threads,
): Promise<{ readonly counts: Counts; readonly ended: string }> {
  const layout = await layOut(job);
  const work = new StageWork(job, layout);
  if (threads === undefined) return new Runner(work, job).run();
  const threaded = new ThreadedWork(work, layout, threads);
  try {
    return await new Runner(threaded, job).run();
  } finally {
    await threaded.close();
  }
}

/** Stores the partitions of a topic that the group gives this process, each a task, until the end or a stop. */
export async function runSinkOnKafka<Row>(job: SinkJob<Row>): Promise<{ readonly counts: Counts; readonly ended: string }> {
  return new Runner(await sinkWork(job), job).run();
}
