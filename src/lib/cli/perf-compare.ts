import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import { PACKAGE_FOLDER } from '../ops/stack.js';
import { compare, isRight } from '../perf/compare.js';
import { readImplementation, withReplacements } from '../perf/implementation.js';
import type { MarketMakers } from '../perf/kafka-place.js';
import { livePipePlace } from '../perf/live-place.js';
import { type Place, pipePlace } from '../perf/place.js';
import { MAX_LOAD, type Mode, type Plan, type Scenario, type Transport } from '../perf/plan.js';
import { type Observer, observedBy } from '../perf/observer.js';
import { markdownOf } from '../perf/report.js';
import { RunFigures } from '../perf/run-figures.js';
import { RunProgress } from '../perf/run-progress.js';
import { readReport } from '../perf/stored.js';
import { EXIT_CODES, QfError } from '../runtime/errors.js';
import { createLogger } from '../runtime/log.js';
import { clearProgress, showLine } from '../runtime/progress.js';
import { exitCodeOf, listenForStop } from '../runtime/signals.js';
import { failed } from './failed.js';
import { logLevelFlag } from './log-level.js';
import { metricsFlags, type MetricsFlags, metricsSettings } from './metrics-flags.js';
import { figuresWatch, kafkaIn } from './surroundings.js';
import { toStdout } from './to-stdout.js';

/** Where runs are kept, each in a folder of its tag. */
export const RUNS_FOLDER = 'runs/perf_compare';

export { MODES, SCENARIOS, TRANSPORTS } from '../perf/plan.js';

const TAG = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

interface Asked {
  readonly a: string;
  readonly b: string;
  readonly scenario: Scenario;
  readonly mode: Mode;
  readonly 'stage-sec': number;
  readonly 'warmup-sec': number;
  readonly 'sim-base-tps': string;
  readonly 'sim-hot-tps': string;
  readonly 'sim-hot-symbol-pct': string;
  readonly 'sim-hot-rotate-sec': number;
  readonly 'sim-step-ms': number;
  readonly transport: Transport;
  readonly 'pair-tf': string;
  readonly 'pair-lookback': number;
  readonly 'pair-count': number;
  readonly 'pair-min-ready': number;
  readonly loads: string;
  readonly ticks: number;
  readonly rounds: number;
  readonly seed: number;
  readonly 'sample-sec': number;
  readonly tag: string | undefined;
}

/** The flags that say how a comparison is watched while it runs. */
export const watchedFlags = { ...metricsFlags('QF_PERF_COMPARE_METRICS_PORT', 'COMMON'), 'log-level': logLevelFlag('COMMON') };

type Watched = { readonly 'log-level': string } & MetricsFlags;

/** Carries a comparison out and writes its page to stdout; gives the exit code that says how it has ended. */
export function runComparison(asked: Asked & Watched): Promise<number> {
  return carriedOut(asked, () => planOf(asked));
}

/** Throws a usage error where what is asked for does not go together. */
function planOf(asked: Asked): Plan {
  const known = join(PACKAGE_FOLDER, 'configs/implementations');
  const { a, b, scenario, mode, transport, loads, ticks, rounds, seed } = asked;
  if ((scenario === 'paper-flow' || mode === 'load') && (process.env['INGEST_CMD'] ?? '') !== '')
    throw new QfError('usage', 'INGEST_CMD is compared with --scenario pipeline and --mode capacity');
  if (asked['pair-min-ready'] > asked['pair-lookback']) throw new QfError('usage', '--pair-min-ready: at most --pair-lookback');
  return {
    tag: tagOf(asked.tag),
    sides: { a: readImplementation(known, a), b: withReplacements(readImplementation(known, b), process.env) },
    scenario,
    mode,
    transport,
    loads: loadsIn(loads),
    ticks,
    rounds,
    seed,
    sample_s: asked['sample-sec'],
    pairs: {
      tf: asked['pair-tf'],
      lookback: asked['pair-lookback'],
      count: asked['pair-count'],
      min_ready: asked['pair-min-ready'],
    },
    live: {
      stage_s: asked['stage-sec'],
      warmup_s: asked['warmup-sec'],
      base_tps: numberIn('--sim-base-tps', asked['sim-base-tps']),
      hot_tps: numberIn('--sim-hot-tps', asked['sim-hot-tps']),
      hot_symbol_pct: numberIn('--sim-hot-symbol-pct', asked['sim-hot-symbol-pct']),
      hot_rotate_s: asked['sim-hot-rotate-sec'],
      step_ms: asked['sim-step-ms'],
    },
    knobs: knobsIn(process.env),
    command: commandOf(asked),
  };
}

/** The command that asks for the same, with what matters to it. */
function commandOf(asked: Asked): string {
  const flags = ['scenario', 'mode', 'a', 'b', 'transport', 'loads', 'rounds', 'seed', 'sample-sec'] as const;
  const ofLoad = [
    'stage-sec',
    'warmup-sec',
    'sim-base-tps',
    'sim-hot-tps',
    'sim-hot-symbol-pct',
    'sim-hot-rotate-sec',
    'sim-step-ms',
  ] as const;
  const ofPairs = ['pair-tf', 'pair-lookback', 'pair-count', 'pair-min-ready'] as const;
  const own = asked.mode === 'load' ? ofLoad : (['ticks'] as const);
  const names = [...flags, ...own, ...(asked.scenario === 'paper-flow' ? ofPairs : [])];
  return ['qf perf compare', ...names.map((name) => `--${name} ${asked[name]}`)].join(' ');
}

/** Variables that the commands of an implementation may look at. */
const KNOB = /^(HOT|GO)_(PRODUCE|BAR1S|BAR1M|BARAGG)_(WORKERS|QUEUE|MAX_BATCH|FLUSH_MS)$/;

function knobsIn(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value = '']) => (KNOB.test(name) ? [[name, value]] : [])));
}

/** The plan says which of them are set. */
function withoutKnobs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !KNOB.test(name)));
}

function numberIn(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0) || value === Infinity)
    throw new QfError('usage', `${flag} ${text}: a number from 0 up`);
  return value;
}

/** Carries out again what a run was: the same commands, markets, rounds and seeds. */
export function rerunComparison(again: string, tag: string | undefined, watched: Watched): Promise<number> {
  return carriedOut(watched, () => ({
    ...readReport(RUNS_FOLDER, again).plan,
    tag: tagOf(tag),
    command: `qf perf rerun ${again}`,
  }));
}

async function carriedOut(watched: Watched, planned: () => Plan): Promise<number> {
  const log = createLogger('perf-compare', watched['log-level']);
  try {
    const plan = planned();
    const figures = new RunFigures();
    await figuresWatch(metricsSettings(watched), 'perf compare', log)?.(figures.metrics());
    const progress = new RunProgress(Date.now);
    const endProgress = showLine(() => progress.text());
    const observer = observedBy([figures, progress, loggedBy(log)]);
    return await comparisonOf(plan, observer, log).finally(endProgress);
  } catch (error) {
    return failed(log, error);
  }
}

async function comparisonOf(plan: Plan, observer: Observer, log: Logger): Promise<number> {
  const stop = listenForStop();
  const paths = [join(PACKAGE_FOLDER, 'bin'), dirname(process.execPath)];
  const openPlace = (makers: MarketMakers): Promise<Place> => placeOf(plan, makers);
  const report = await compare(plan, {
    folder: RUNS_FOLDER,
    env: withoutKnobs(process.env),
    paths,
    openPlace,
    now: new Date(),
    stop,
    observer,
  });
  log.info({ report: join(RUNS_FOLDER, plan.tag, 'report.md') }, 'written');
  const ended = stop.aborted ? exitCodeOf(String(stop.reason)) : undefined;
  await toStdout(markdownOf(report));
  return ended ?? (isRight(report) ? EXIT_CODES.ok : EXIT_CODES.bad_data);
}

/** Says what was done in the log. */
function loggedBy(log: Logger): Observer {
  const ignored = (): void => undefined;
  const said = (text: string): void => {
    clearProgress();
    log.info(text);
  };
  return { planned: ignored, said, began: ignored, sampled: ignored, ended: ignored };
}

async function placeOf(plan: Plan, makers: MarketMakers): Promise<Place> {
  const { transport, mode } = plan;
  if (transport === 'pipe') return mode === 'load' ? livePipePlace(plan) : pipePlace(plan);
  if (mode === 'load') {
    const { LiveKafkaPlace } = await import('../perf/live-kafka-place.js');
    return LiveKafkaPlace.open(await kafkaIn(process.env), plan, makers);
  }
  const { KafkaPlace } = await import('../perf/kafka-place.js');
  return KafkaPlace.open(await kafkaIn(process.env), plan, makers);
}

function tagOf(given: string | undefined): string {
  const tag = given ?? new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  if (!TAG.test(tag)) throw new QfError('usage', `--tag ${tag}: letters, digits, dots, hyphens and underscores, at most 64`);
  return tag;
}

function loadsIn(text: string): number[] {
  return text.split(',').map((word) => {
    const load = Number(word);
    if (/^\d+$/.test(word) && load >= 1 && load <= MAX_LOAD) return load;
    throw new QfError('usage', `--loads ${text}: numbers of symbols from 1 to ${MAX_LOAD}, with commas between them`);
  });
}
