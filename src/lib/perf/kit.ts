import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QfError } from '../runtime/errors.js';
import { compareRecords } from './parity.js';
import { type Heard, hear } from './hear.js';
import { hearOnKafka } from './hear-on-kafka.js';
import { type RunTopics, TOPICS } from './run-topics.js';

/** What a stage is held to: the same bytes, or the same bars, in any order and with numbers as it likes to write them. */
export const LEVELS = ['strict', 'compatible'] as const;
export type Level = (typeof LEVELS)[number];

/** The stages for which there are cases, as implementations call them. */
export const KIT_STAGES = ['bars1s', 'agg'] as const;
export type KitStage = (typeof KIT_STAGES)[number];

/** One rule of the contract, with an input that shows whether it is kept. */
interface Case {
  readonly case: string;
  readonly rule: string;
  /** Lines of output that must come before the input ends. */
  readonly early?: number;
  /** Lines of input behind which the command is killed, and started again: on Kafka only, where it can go on. */
  readonly kills?: readonly number[];
}

/** What a command has made of a case. */
export interface Finding {
  readonly case: string;
  readonly rule: string;
  /** Undefined where not even the bars are right. */
  readonly level: Level | undefined;
  /** What is wrong, or written otherwise; empty where nothing is. */
  readonly said: string;
}

export interface Trial {
  readonly stage: KitStage;
  /** For a shell. */
  readonly command: string;
  /** How long a case may take. */
  readonly limit_ms: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where it runs on Kafka; undefined: in a pipe. */
  readonly topics?: RunTopics | undefined;
}

/** What each stage writes on Kafka. */
const WRITES = { bars1s: TOPICS.bars, agg: TOPICS.coarser } as const;

/** Runs every case of a stage, in the folder of cases, through the command. Throws what `stop` was aborted with. */
export async function* tryCases(folder: string, trial: Trial, stop: AbortSignal): AsyncGenerator<Finding> {
  const own = join(folder, trial.stage);
  const cases = JSON.parse(readFileSync(join(own, 'kit.json'), 'utf8')) as readonly Case[];
  for (const one of cases) if (one.kills === undefined || trial.topics !== undefined) yield await tryCase(own, one, trial, stop);
}

async function tryCase(folder: string, one: Case, trial: Trial, stop: AbortSignal): Promise<Finding> {
  const { stage, command, limit_ms, env, topics } = trial;
  const expected = join(folder, `${one.case}.out.ndjson`);
  const input = readFileSync(join(folder, `${one.case}.in.ndjson`));
  const speech = { command, input, earlyLines: one.early ?? 0, limit_ms, env };
  const heard =
    topics === undefined
      ? await hear(speech, stop)
      : await hearOnKafka(topics, { ...speech, kills: one.kills ?? [], outputs: WRITES[stage] }, stop);
  const { case: name, rule } = one;
  const wrong = faultOf(heard) ?? (await differenceOf(expected, heard.output));
  if (wrong !== undefined) return { case: name, rule, level: undefined, said: wrong };
  const ordered = topics === undefined ? (text: string): string => text : byTimeframe;
  const said = writtenOtherwise(ordered(readFileSync(expected, 'utf8')), ordered(heard.output.toString()));
  return { case: name, rule, level: said === '' ? 'strict' : 'compatible', said };
}

/** How a command has failed, if it has. */
function faultOf({ ending, exitCode, complaint }: Heard): string | undefined {
  if (exitCode === 127 || exitCode === 126) throw new QfError('usage', `the command cannot be run: ${complaint}`);
  if (ending === 'timeout') return 'it has not ended in time';
  if (ending === 'silent') return 'what is final is not written before the input ends';
  if (ending === 'flood') return 'it writes without end';
  if (exitCode !== 0) return `exit ${exitCode ?? 'by a signal'}${complaint === '' ? '' : `: ${complaint}`}`;
  return undefined;
}

/** How the bars differ, if they do. */
async function differenceOf(expected: string, output: Buffer): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'qf-kit-'));
  try {
    const actual = join(folder, 'out');
    writeFileSync(actual, output);
    const { isEqual, named } = await compareRecords(expected, actual);
    return isEqual ? undefined : (named[0] ?? '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lines with those of a timeframe together, as they stand on topics; else in their order. */
function byTimeframe(text: string): string {
  return text
    .split('\n')
    .map((line) => [/"tf":"(\w+)"/.exec(line)?.[1] ?? '', line] as const)
    .sort(([a], [b]) => (a === b ? 0 : a < b ? -1 : 1))
    .map(([, line]) => line)
    .join('\n');
}

/** The first line whose bytes are others; the bars are known to be the same. */
function writtenOtherwise(expected: string, output: string): string {
  if (expected === output) return '';
  const lines = output.split('\n');
  const at = expected.split('\n').findIndex((line, index) => line !== lines[index]);
  return `line ${at + 1}: ${lines[at] ?? 'none'}`;
}
