import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { messageOf, QfError } from '../runtime/errors.js';
import { contest, type ContestResult, type Entry, SIDES } from './contest.js';
import { machineFacts } from './machine.js';
import { FailedRun, measure } from './measure.js';
import type { MarketMakers } from './kafka-place.js';
import type { Place } from './place.js';
import type { Plan, Report } from './plan.js';
import { makeRunFolder, storeReport } from './stored.js';

/** What is right: the reference's own bars. */
const REFERENCE = {
  bars1s: 'qf bars1s --engine reference --max-future off',
  baragg: 'qf agg --engine reference --tf 3m,5m,15m',
  bars1sOnKafka:
    'qf bars1s --engine reference --max-future off --from kafka:$PERF_INPUT --to kafka:$PERF_OUTPUT{} --group $PERF_GROUP --until-end',
} as const;

/** What a comparison needs of the process. */
export interface Surroundings {
  /** Where `<tag>/` is made. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders with what commands may name without a path: `qf`, and the Node that it shall run on. */
  readonly paths: readonly string[];
  /** Where the implementations run. */
  readonly openPlace: (makers: MarketMakers) => Promise<Place>;
  readonly now: Date;
  readonly stop: AbortSignal;
  readonly progress: (text: string) => void;
}

/**
 * Runs two implementations of the pipe's stages, each alone and both in one pipe, on the same simulated markets, and writes
 * `report.json`, `report.md` and `report.html`. Throws a usage error where the tag is taken.
 */
export async function compare(plan: Plan, { folder, env, paths, openPlace, now, stop, progress }: Surroundings): Promise<Report> {
  const machine = machineFacts();
  const own = makeRunFolder(folder, plan.tag);
  const work = join(own, 'work');
  mkdirSync(work);
  const settings = {
    ...plan,
    folder: work,
    env: { ...env, PATH: [...paths, env['PATH'] ?? ''].join(delimiter) },
    stop,
    progress,
  };
  const contests: ContestResult[] = [];
  let place: Place | undefined;
  try {
    place = await openPlace(makersOf(settings));
    for (const load of plan.loads) await contestAll(load, place, settings, contests);
  } catch (error) {
    if (!stop.aborted) {
      rmSync(own, { recursive: true });
      throw error;
    }
  } finally {
    // What was measured counts, whether or not everything could be deleted behind it.
    await place?.close().catch((error: unknown) => progress(`not everything could be deleted: ${messageOf(error)}`));
    rmSync(work, { recursive: true, force: true });
  }
  const report: Report = { schema: 1, date: now.toISOString(), machine, plan, isPartial: stop.aborted, contests };
  storeReport(folder, report);
  return report;
}

/** Whether both sides were right wherever they were run. */
export function isRight({ contests }: Report): boolean {
  return contests.every(({ outcomes }) => SIDES.every((side) => outcomes[side].parity?.isEqual === true));
}

type Settings = Plan & Pick<Surroundings, 'folder' | 'env' | 'stop' | 'progress'>;

/** Adds what each contest on the market of so many symbols has come to. */
async function contestAll(load: number, place: Place, settings: Settings, contests: ContestResult[]): Promise<void> {
  for (const entry of await prepare(load, place, settings))
    contests.push(await contest(entry, { ...settings, perform: (...run) => place.perform(...run) }));
}

/** Makes the ticks of a market, and what is right to come of them. */
async function prepare(load: number, place: Place, settings: Settings): Promise<Entry[]> {
  const { folder, ticks, sides, progress } = settings;
  const path = (name: string): string => join(folder, `${name}-${load}.ndjson`);
  const [market, bars, coarser] = [path('ticks'), path('bars'), path('coarser')];
  await make(simOf(load, settings), '/dev/null', market, settings);
  await make(REFERENCE.bars1s, market, bars, settings);
  await make(REFERENCE.baragg, bars, coarser, settings);
  const count = await linesIn(bars);
  progress(`${load} symbols: ${ticks.toLocaleString('en')} ticks, ${count.toLocaleString('en')} bars of a second`);
  await place.bring(load);
  const inputs = {
    bars1s: { input: market, records: ticks, expected: bars },
    baragg: { input: bars, records: count, expected: coarser },
    pipeline: { input: market, records: ticks, expected: coarser },
  };
  return place.stages.map((stage) => ({
    stage,
    load,
    ...inputs[stage],
    commands: { a: place.commandOf(sides.a, stage), b: place.commandOf(sides.b, stage) },
  }));
}

function simOf(load: number, { ticks, seed }: Settings): string {
  return `qf ingest sim --symbols ${load} --count ${ticks} --seed ${seed} --pace max`;
}

function makersOf(settings: Settings): MarketMakers {
  return {
    sim: (load) => simOf(load, settings),
    bars1s: REFERENCE.bars1sOnKafka,
    make: (command, env) => make(command, '/dev/null', '/dev/null', { ...settings, env: { ...settings.env, ...env } }),
  };
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
