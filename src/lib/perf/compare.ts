import { mkdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { messageOf, QfError } from '../runtime/errors.js';
import { contest, type ContestResult } from './contest.js';
import { SIDES } from './sides.js';
import { FailedRun } from './failed-run.js';
import type { Implementation } from './implementation.js';
import { isBusy, machineFacts } from './machine.js';
import { entriesOf, REFERENCE, simOf } from './markets.js';
import { measure } from './measure.js';
import type { MarketMakers } from './kafka-place.js';
import type { Observer } from './observer.js';
import type { Place } from './place.js';
import type { Plan, Report } from './plan.js';
import { makeRunFolder, storeReport } from './stored.js';

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
  readonly observer: Observer;
}

/**
 * Runs two implementations of the stages on the same simulated markets, and writes `report.json`, `report.md`, `report.html` and what the
 * commands had to say, in `logs`. Throws a usage error where the tag is taken.
 */
export async function compare(plan: Plan, { folder, env, paths, openPlace, now, stop, observer }: Surroundings): Promise<Report> {
  const machine = await machineFacts();
  const own = makeRunFolder(folder, plan.tag);
  for (const knob of unseenKnobs(plan)) observer.said(`${knob} is set, and no command names it`);
  if (isBusy(machine)) observer.said(`only ${machine.idle_pct ?? 0} % of the CPU is idle: figures will be noisy`);
  const [work, logs] = [join(own, 'work'), join(own, 'logs')];
  for (const one of [work, logs]) mkdirSync(one);
  const settings = {
    plan,
    folder: work,
    logs,
    env: { ...env, ...plan.knobs, PATH: [...paths, env['PATH'] ?? ''].join(delimiter) },
    stop,
    observer,
  };
  const contests: ContestResult[] = [];
  let place: Place | undefined;
  try {
    for (const side of SIDES) await build(plan.sides[side], settings);
    place = await openPlace(makersOf(settings));
    observer.planned(plan.loads.length * place.stages.length, plan.rounds);
    for (const load of plan.loads) await contestAll(load, place, settings, contests);
  } catch (error) {
    if (!stop.aborted) {
      rmSync(own, { recursive: true });
      throw error;
    }
  } finally {
    // What was measured counts, whether or not everything could be deleted behind it.
    await place?.close().catch((error: unknown) => observer.said(`not everything could be deleted: ${messageOf(error)}`));
    rmSync(work, { recursive: true, force: true });
  }
  const report: Report = { schema: 1, date: now.toISOString(), machine, plan, isPartial: stop.aborted, contests };
  storeReport(folder, report);
  return report;
}

function unseenKnobs({ knobs, sides }: Plan): string[] {
  const commands = SIDES.map((side) => JSON.stringify(sides[side])).join(' ');
  return Object.keys(knobs).filter((name) => !commands.includes(`\${${name}`) && !commands.includes(`$${name}`));
}

/** Whether both sides were right wherever they were run. */
export function isRight({ contests }: Report): boolean {
  return contests.every(({ outcomes }) => SIDES.every((side) => outcomes[side].parity?.isEqual === true));
}

type Settings = Pick<Surroundings, 'env' | 'stop' | 'observer'> & {
  readonly plan: Plan;
  readonly folder: string;
  readonly logs: string;
};

/** Adds what each contest on the market of so many symbols has come to. */
async function contestAll(load: number, place: Place, settings: Settings, contests: ContestResult[]): Promise<void> {
  const { plan, folder, logs, env, stop, observer } = settings;
  const entries = await entriesOf(load, place, {
    plan,
    folder,
    observer,
    make: (command, input, output, own) => make(command, input, output, { ...settings, env: { ...env, ...own } }),
  });
  const { rounds, seed, sample_s, sides } = plan;
  const sideEnv = { a: sides.a.env ?? {}, b: sides.b.env ?? {} };
  const perform: Place['perform'] = (...run) => place.perform(...run);
  const tryOut: Place['tryOut'] = (...run) => place.tryOut(...run);
  for (const entry of entries)
    contests.push(await contest(entry, { rounds, seed, sample_s, perform, tryOut, folder, logs, env, sideEnv, stop, observer }));
}

/** Makes an implementation that has to be made first. Throws a usage error where that fails. */
async function build(implementation: Implementation, settings: Settings): Promise<void> {
  const { name, build: command, env: own = {} } = implementation;
  if (command === undefined) return;
  settings.observer.said(`${name}: ${command}`);
  try {
    await make(command, '/dev/null', '/dev/null', { ...settings, env: { ...settings.env, ...own } });
  } catch (error) {
    if (!(error instanceof QfError)) throw error;
    throw new QfError('usage', `the build of ${name} failed: ${error.message}`, { cause: error });
  }
}

function makersOf(settings: Settings): MarketMakers {
  return {
    sim: (load) => simOf(load, settings.plan),
    bars1s: REFERENCE.bars1sOnKafka,
    make: (command, env) => make(command, '/dev/null', '/dev/null', { ...settings, env: { ...settings.env, ...env } }),
  };
}

async function make(command: string, input: string, output: string, { logs, env, stop }: Settings): Promise<void> {
  try {
    await measure({ command, input, output, log: join(logs, 'prepare.log'), env }, stop);
  } catch (error) {
    throw error instanceof FailedRun ? new QfError('fault', error.message, { cause: error }) : error;
  }
}
