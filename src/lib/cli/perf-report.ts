import type { Stage } from '../perf/contest.js';
import { obstaclesOf } from '../perf/gate.js';
import { markdownOf } from '../perf/report.js';
import { readReport, renderReport } from '../perf/stored.js';
import { EXIT_CODES } from '../runtime/errors.js';
import { createLogger } from '../runtime/log.js';
import { failed } from './failed.js';
import { RUNS_FOLDER, toStdout } from './perf-compare.js';

export { STAGES } from '../perf/contest.js';

/** Exit code of a run that does not pass. */
const REFUSED = 1;

/** Makes the pages of a run anew, and writes the one in Markdown to stdout. */
export async function renderRun(tag: string, level: string): Promise<number> {
  const log = createLogger('perf-report', level);
  try {
    const report = readReport(RUNS_FOLDER, tag);
    renderReport(RUNS_FOLDER, report);
    await toStdout(markdownOf(report));
    return EXIT_CODES.ok;
  } catch (error) {
    return failed(log, error);
  }
}

/** Says what keeps a run from passing, if anything does, and gives 1 then. */
export async function judgeRun(tag: string, stage: Stage, minRatio: number, level: string): Promise<number> {
  const log = createLogger('perf-gate', level);
  try {
    const obstacles = obstaclesOf(readReport(RUNS_FOLDER, tag), stage, minRatio);
    await toStdout(obstacles.length === 0 ? `${tag} passes\n` : obstacles.map((one) => `${one}\n`).join(''));
    return obstacles.length === 0 ? EXIT_CODES.ok : REFUSED;
  } catch (error) {
    return failed(log, error);
  }
}
