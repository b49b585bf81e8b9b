import { createReadStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { QfError } from '../runtime/errors.js';
import { contest, type ContestResult, type Entry, SIDES, type Side } from './contest.js';
import type { Implementation } from './implementation.js';
import { machineFacts } from './machine.js';
import { FailedRun, measure } from './measure.js';
import type { Plan, Report } from './plan.js';
import { markdownOf } from './report.js';

/** What is right: the reference's own bars. */
const REFERENCE = {
  bars1s: 'qf bars1s --engine reference --max-future off',
  baragg: 'qf agg --engine reference --tf 3m,5m,15m',
} as const;

/** What a comparison needs of the process. */
export interface Surroundings {
  /** Where `<tag>/` is made. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders with what commands may name without a path: `qf`, and the Node that it shall run on. */
  readonly paths: readonly string[];
  readonly now: Date;
  readonly stop: AbortSignal;
  readonly progress: (text: string) => void;
}

/**
 * Runs two implementations of the pipe's stages, each alone and both in one pipe, on the same simulated markets, and writes
 * `report.json` and `report.md`. Throws a usage error where the tag is taken.
 */
export async function compare(plan: Plan, { folder, env, paths, now, stop, progress }: Surroundings): Promise<Report> {
  const machine = machineFacts();
  const own = join(folder, plan.tag);
  const work = join(own, 'work');
  try {
    mkdirSync(folder, { recursive: true });
    mkdirSync(own);
  } catch {
    throw new QfError('usage', `${own} is there already, or cannot be made: choose another --tag`);
  }
  mkdirSync(work);
  const settings = {
    ...plan,
    folder: work,
    env: { ...env, PATH: [...paths, env['PATH'] ?? ''].join(delimiter) },
    stop,
    progress,
  };
  const contests: ContestResult[] = [];
  try {
    for (const load of plan.loads)
      for (const entry of await prepare(load, settings)) contests.push(await contest(entry, settings));
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const report: Report = { schema: 1, date: now.toISOString(), machine, plan, isPartial: stop.aborted, contests };
  writeFileSync(join(own, 'report.json'), `${JSON.stringify(report, undefined, 1)}\n`);
  writeFileSync(join(own, 'report.md'), markdownOf(report));
  return report;
}

/** Whether both sides were right wherever they were run. */
export function isRight({ contests }: Report): boolean {
  return contests.every(({ outcomes }) => SIDES.every((side) => outcomes[side].parity?.isEqual === true));
}

type Settings = Plan & Pick<Surroundings, 'folder' | 'env' | 'stop' | 'progress'>;

/** Makes the ticks of a market, and what is right to come of them. */
async function prepare(load: number, settings: Settings): Promise<Entry[]> {
  const { folder, ticks, seed, sides, progress } = settings;
  const path = (name: string): string => join(folder, `${name}-${load}.ndjson`);
  const sim = `qf ingest sim --symbols ${load} --count ${ticks} --seed ${seed} --pace max`;
  const [market, bars, coarser] = [path('ticks'), path('bars'), path('coarser')];
  await make(sim, '/dev/null', market, settings);
  await make(REFERENCE.bars1s, market, bars, settings);
  await make(REFERENCE.baragg, bars, coarser, settings);
  const count = await linesIn(bars);
  progress(`${load} symbols: ${ticks.toLocaleString('en')} ticks, ${count.toLocaleString('en')} bars of a second`);
  const commandsOf = (of: (side: Implementation) => string): Record<Side, string> => ({ a: of(sides.a), b: of(sides.b) });
  return [
    { stage: 'bars1s', load, input: market, records: ticks, expected: bars, commands: commandsOf(({ stages }) => stages.bars1s) },
    {
      stage: 'baragg',
      load,
      input: bars,
      records: count,
      expected: coarser,
      commands: commandsOf(({ stages }) => stages.baragg),
    },
    {
      stage: 'pipeline',
      load,
      input: market,
      records: ticks,
      expected: coarser,
      commands: commandsOf(({ stages: { bars1s, baragg } }) => `${bars1s} | ${baragg}`),
    },
  ];
}

async function make(command: string, input: string, output: string, { folder, env, stop }: Settings): Promise<void> {
  try {
    await measure({ command, input, output, log: join(folder, 'prepare.log'), env }, stop);
  } catch (error) {
    throw error instanceof FailedRun ? new QfError('fault', error.message, { cause: error }) : error;
  }
}

async function linesIn(path: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>)
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
  return lines;
}
