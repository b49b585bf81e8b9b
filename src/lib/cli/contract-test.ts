import { join } from 'node:path';
import { PACKAGE_FOLDER } from '../ops/stack.js';
import { type Finding, type KitStage, type Level, tryCases } from '../perf/kit.js';
import type { Transport } from '../perf/plan.js';
import type { RunTopics } from '../perf/run-topics.js';
import { EXIT_CODES } from '../runtime/errors.js';
import { createLogger } from '../runtime/log.js';
import { exitCodeOf, listenForStop } from '../runtime/signals.js';
import { failed } from './failed.js';
import { kafkaIn } from './surroundings.js';
import { toStdout } from './to-stdout.js';

export { KIT_STAGES, LEVELS } from '../perf/kit.js';
export { TRANSPORTS } from '../perf/plan.js';

/** Exit code of a program that does not keep all rules. */
const REFUSED = 1;

const MS_PER_S = 1000;

interface Asked {
  readonly stage: KitStage;
  readonly cmd: string;
  readonly level: Level;
  readonly transport: Transport;
  readonly limit: number;
  readonly 'log-level': string;
}

/** Tries every rule of a stage on a command, and writes a line for each to stdout. */
export async function testContract({
  stage,
  cmd: command,
  level,
  transport,
  limit,
  'log-level': logLevel,
}: Asked): Promise<number> {
  const log = createLogger('contract-test', logLevel);
  const stop = listenForStop();
  try {
    const topics = transport === 'pipe' ? undefined : await topicsOf(process.env);
    const trial = { stage, command, limit_ms: limit * MS_PER_S, env: process.env, topics };
    const findings: Finding[] = [];
    for await (const finding of tryCases(join(PACKAGE_FOLDER, 'kit'), trial, stop)) {
      findings.push(finding);
      await toStdout(lineOf(finding));
    }
    const reached = (wanted: Level): number =>
      findings.filter((finding) => finding.level === 'strict' || finding.level === wanted).length;
    const [strict, compatible] = [reached('strict'), reached('compatible')];
    await toStdout(`\n${compatible} of ${findings.length} rules of ${stage} are kept, ${strict} of them to the byte\n`);
    return (level === 'strict' ? strict : compatible) === findings.length ? EXIT_CODES.ok : REFUSED;
  } catch (error) {
    return (stop.aborted ? exitCodeOf(String(stop.reason)) : undefined) ?? failed(log, error);
  }
}

/** Kafka's client is loaded only where it is used. */
async function topicsOf(env: NodeJS.ProcessEnv): Promise<RunTopics> {
  const { RunTopics } = await import('../perf/run-topics.js');
  return RunTopics.open(await kafkaIn(env));
}

function lineOf({ case: name, rule, level, said }: Finding): string {
  const detail = said === '' ? '' : `${' '.repeat(12)}${said}\n`;
  return `${(level ?? 'FAILS').padEnd(11)} ${name.padEnd(13)} ${rule}\n${detail}`;
}
