import { parseDuration } from '../core/model/time.js';
import type { Stage } from '../perf/sides.js';
import { obstaclesOf } from '../perf/gate.js';
import { markdownOf } from '../perf/report.js';
import { readReport, renderReport } from '../perf/stored.js';
import { EXIT_CODES, QfError } from '../runtime/errors.js';
import { createLogger } from '../runtime/log.js';
import { failed } from './failed.js';
import { RUNS_FOLDER } from './perf-compare.js';
import { toStdout } from './to-stdout.js';

export { STAGES } from '../perf/sides.js';

const NS_PER_MS = 1e6;

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

interface Gate {
  readonly 'min-ratio': string;
  readonly 'max-p99': string | undefined;
  readonly stage: Stage | undefined;
  readonly 'log-level': string;
}

function msIn(text: string): number {
  const ns = parseDuration(text);
  if (ns === undefined) throw new QfError('usage', `--max-p99 ${text}: a duration such as 50ms`);
  return ns / NS_PER_MS;
}

/** Says what keeps a run from passing, if anything does, and gives 1 then. */
export async function judgeRun(tag: string, { stage, ...gate }: Gate): Promise<number> {
  const log = createLogger('perf-gate', gate['log-level']);
  try {
    const minRatio = Number(gate['min-ratio']);
    if (!(minRatio > 0)) throw new QfError('usage', `--min-ratio ${gate['min-ratio']}: a number above 0`);
    const maxP99_ms = gate['max-p99'] === undefined ? undefined : msIn(gate['max-p99']);
    const obstacles = obstaclesOf(readReport(RUNS_FOLDER, tag), stage, { minRatio, maxP99_ms });
    await toStdout(obstacles.length === 0 ? `${tag} passes\n` : obstacles.map((one) => `${one}\n`).join(''));
    return obstacles.length === 0 ? EXIT_CODES.ok : REFUSED;
  } catch (error) {
    return failed(log, error);
  }
}
