import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { QfError } from '../runtime/errors.js';
import type { Entry } from './contest.js';
import type { Side, Stage } from './sides.js';
import { FailedRun } from './failed-run.js';
import { linesIn } from './lines.js';
import type { Implementation } from './implementation.js';
import type { Observer } from './observer.js';
import { type Place, USUAL } from './place.js';
import { type Plan, speedOf, TRADED_S } from './plan.js';

/** What is right: what the reference makes. */
export const REFERENCE = {
  bars1s: 'qf bars1s --engine reference --max-future off',
  baragg: 'qf agg --engine reference --tf 3m,5m,15m',
  bars1sOnKafka:
    'qf bars1s --engine reference --max-future off --from kafka:$PERF_INPUT --to kafka:$PERF_OUTPUT{} --group $PERF_GROUP --until-end',
} as const;

/** Behind the last second that is measured, so that it is final before the end. */
const CLOSING_S = 4;

/** Of symbols, one follows another. */
const PAIR_EVERY = 4;

/** What a comparison makes its inputs with. */
export interface Workshop {
  readonly plan: Plan;
  /** Where files are made. */
  readonly folder: string;
  readonly make: (command: string, input: string, output: string, env: Readonly<Record<string, string>>) => Promise<void>;
  readonly observer: Observer;
}

/** The command that makes the market of so many symbols. */
export function simOf(load: number, plan: Plan): string {
  const { ticks, seed, scenario, mode, live } = plan;
  if (mode === 'load') {
    const speed = speedOf(plan);
    const rate = (tps: number): string => String(Number((tps / speed).toPrecision(6)));
    const hot = `--hot-rate ${rate(live.hot_tps)} --hot-pct ${live.hot_symbol_pct / 100} --hot-rotate ${Math.round(live.hot_rotate_s * speed)}s`;
    const length_s = scenario === 'paper-flow' ? TRADED_S : live.warmup_s + live.stage_s + CLOSING_S;
    return `qf ingest sim --symbols ${load} --duration ${length_s}s --rate ${rate(live.base_tps)} ${hot} --step-ms ${live.step_ms} --seed ${seed} --pace max`;
  }
  const sparse = scenario === 'pipeline' ? '' : ` --rate ${(ticks / (load * TRADED_S)).toPrecision(6)} --hot-pct 0`;
  return `qf ingest sim --symbols ${load} --count ${ticks} --seed ${seed}${sparse} --pace max`;
}

/** Makes the market of so many symbols, and what is right to come of it: what there is to compare at a place. */
export async function entriesOf(load: number, place: Place, workshop: Workshop): Promise<Entry[]> {
  const { plan, folder, make, observer } = workshop;
  const path = (name: string): string => `${folder}/${name}-${load}.ndjson`;
  const env = {
    PERF_SYMBOLS: String(load),
    PERF_TICKS: String(plan.ticks),
    PERF_SEED: String(plan.seed),
    PERF_PAIRS: pairsFile(load, workshop),
  };
  const [market, bars, coarser, fills] = [path('ticks'), path('bars'), path('coarser'), path('fills')];
  await make(simOf(load, plan), '/dev/null', market, env);
  await make(REFERENCE.bars1s, market, bars, env);
  await make(REFERENCE.baragg, bars, coarser, env);
  const [ticks, count] = [await linesIn(market), await linesIn(bars)];
  observer.said(`${load} symbols: ${ticks.toLocaleString('en')} ticks, ${count.toLocaleString('en')} bars of a second`);
  if (plan.scenario === 'paper-flow') await makeFills(coarser, fills, env, workshop);
  await place.bring(load);
  const both = (of: (side: Implementation) => string): Entry['commands'] => ({ a: of(plan.sides.a), b: of(plan.sides.b) });
  const inputs: Record<Stage, Pick<Entry, 'input' | 'records' | 'expectedOf'>> = {
    ingest: { input: market, records: ticks, expectedOf: () => Promise.resolve(market) },
    bars1s: { input: market, records: ticks, expectedOf: () => Promise.resolve(bars) },
    baragg: { input: bars, records: count, expectedOf: () => Promise.resolve(coarser) },
    pipeline: { input: market, records: ticks, expectedOf: () => Promise.resolve(coarser) },
    flow: { input: '/dev/null', records: plan.ticks, expectedOf: (side) => ownBars(load, side, env, workshop) },
    'paper-flow': { input: market, records: ticks, expectedOf: () => Promise.resolve(fills) },
  };
  return place.stages.map((stage) => ({
    ...{ stage, load, env, within: { bars, coarser } },
    ...inputs[stage],
    commands: both((side) => place.commandOf(side, stage)),
    triedCommands: both((side) => place.triedCommandOf(side, stage)),
  }));
}

/** The reference's bars of the ticks that a side's own ingest brings. Throws `FailedRun` where those are not as many as it was asked for. */
async function ownBars(load: number, side: Side, env: Readonly<Record<string, string>>, workshop: Workshop): Promise<string> {
  const { plan, folder, make } = workshop;
  const path = (name: string): string => `${folder}/own-${name}-${load}-${side}.ndjson`;
  const [ticks, bars, coarser] = [path('ticks'), path('bars'), path('coarser')];
  try {
    await make(plan.sides[side].stages.ingest ?? USUAL.ingest, '/dev/null', ticks, env);
  } catch (error) {
    throw error instanceof QfError ? new FailedRun(error.message) : error;
  }
  const brought = await linesIn(ticks);
  if (brought !== plan.ticks) throw new FailedRun(`its ingest brings ${brought} ticks, not $PERF_TICKS, which is ${plan.ticks}`);
  await make(REFERENCE.bars1s, ticks, bars, env);
  await make(REFERENCE.baragg, bars, coarser, env);
  return coarser;
}

/** Throws a usage error where the market is too small to be traded. */
async function makeFills(
  bars: string,
  fills: string,
  env: Readonly<Record<string, string>>,
  { make, plan, observer }: Workshop,
): Promise<void> {
  await make(USUAL.paper, bars, fills, env);
  const count = await linesIn(fills);
  observer.said(`${env['PERF_SYMBOLS'] ?? ''} symbols: ${count.toLocaleString('en')} fills`);
  if (count === 0)
    throw new QfError(
      'usage',
      `no fills come of this market: ${plan.mode === 'load' ? 'a higher --sim-base-tps' : 'more --ticks'}, fewer symbols, or a shorter --pair-lookback`,
    );
}

/** The configuration of the pairs of a market: each symbol that follows another, with that one. */
function pairsFile(load: number, { plan, folder }: Workshop): string {
  const { tf, lookback, count, min_ready } = plan.pairs;
  const most = Math.max(1, Math.min(count, Math.floor((load + 2) / PAIR_EVERY)));
  const name = (index: number): string => `SIM${String(index).padStart(4, '0')}`;
  const pairs = Array.from({ length: most }, (_, at) => ({ a: name(at * PAIR_EVERY + 2), b: name(at * PAIR_EVERY + 1) }));
  const defaults = {
    tf,
    lookback,
    beta: 1,
    entry_z: 2,
    exit_z: 0.5,
    stop_z: 4,
    max_hold: '2h',
    min_ready,
    bucket: 'MED',
    base_notional: 100_000,
    leverage: 2,
  };
  const path = `${folder}/pairs-${load}.yaml`;
  writeFileSync(path, stringify({ defaults, pairs }));
  return path;
}
