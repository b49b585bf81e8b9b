import { fileURLToPath } from 'node:url';
import type { CostsConfig, PairsConfig, RiskConfig } from '../core/model/configs.js';
import { parseDuration, parseTimeframe } from '../core/model/time.js';
import { exact, ZERO } from '../core/money.js';
import { pairIdOf, type PairSettings } from '../core/pairs/settings.js';
import { configuration, type ConfigurationOption } from '../runtime/options.js';
import { type ConfigFile, openConfig, parseConfig } from './config-file.js';
import { TimeZone } from './time-zone.js';

const NS_PER_S = 1e9;
const MINUTE_S = 60;

const FOLDER = fileURLToPath(new URL('../../../configs/', import.meta.url));

type PairConfig = PairsConfig['pairs'][number];
type Place = readonly (string | number)[];

/** What a pair must say, or the defaults for it. */
const NEEDED = ['tf', 'lookback', 'entry_z', 'exit_z', 'stop_z', 'max_hold', 'bucket', 'base_notional'] as const;
type Complete = PairConfig & Required<Pick<PairConfig, (typeof NEEDED)[number]>>;

/** The pairs of a configuration, in its order. Throws a usage error that names the line. */
export function readPairs(path: string, text: string): readonly PairSettings[] {
  const file = openConfig(path, text, 'pairs');
  const { defaults = {}, pairs } = file.config;
  const lines = new Map<string, number>();
  return pairs.map((pair, index) => {
    const placeOf = (name: string): Place => (name in pair ? ['pairs', index, name] : ['defaults', name]);
    const settings = pairOf({ ...defaults, ...pair }, file, ['pairs', index], placeOf);
    const other = lines.get(settings.pair_id);
    if (other !== undefined)
      throw file.mistake(['pairs', index], `is ${settings.pair_id}, as pairs.${other} is: a pair is there once for each tf`);
    lines.set(settings.pair_id, index);
    return settings;
  });
}

function pairOf(
  pair: PairConfig,
  { mistake }: ConfigFile<PairsConfig>,
  place: Place,
  placeOf: (name: string) => Place,
): PairSettings {
  const lacking = NEEDED.find((name) => pair[name] === undefined);
  if (lacking !== undefined) throw mistake(place, `lacks "${lacking}", and the defaults do not say it`);
  const given = pair as Complete;
  const { a, b, lookback, min_ready = 0, session_tz = 'UTC', flatten = 'off', exit_z, stop_z } = given;
  if (a === b) throw mistake([...place, 'b'], `is ${b} as well: a pair has two symbols`);
  const tf_s = parseTimeframe(given.tf);
  if (tf_s === undefined || tf_s % MINUTE_S !== 0)
    throw mistake(placeOf('tf'), `must be a timeframe of whole minutes, such as 3m or 1h`);
  const hold_ns = parseDuration(String(given.max_hold));
  if (hold_ns === undefined) throw mistake(placeOf('max_hold'), 'must be a duration, such as 90m or 2h');
  if (min_ready > lookback) throw mistake(placeOf('min_ready'), `must be at most lookback, which is ${lookback}`);
  if (stop_z <= exit_z) throw mistake(placeOf('stop_z'), `must be above exit_z, which is ${exit_z}`);
  if (!isZone(session_tz)) throw mistake(placeOf('session_tz'), 'must be a time zone, such as UTC or Asia/Kolkata');
  return {
    pair_id: pairIdOf({ a, b, tf_s }),
    a,
    b,
    tf_s,
    lookback,
    beta: given.beta ?? 'ols',
    beta_lookback: given.beta_lookback ?? lookback,
    fixed_beta: given.fixed_beta ?? 1,
    entry_z: given.entry_z,
    exit_z,
    stop_z,
    max_hold_s: hold_ns / NS_PER_S,
    min_ready,
    flatten_minute: flatten === 'off' ? undefined : Number(flatten.slice(0, 2)) * MINUTE_S + Number(flatten.slice(3)),
    session_tz,
    bucket: given.bucket,
    base_notional: given.base_notional,
    leverage: given.leverage ?? 1,
  };
}

function isZone(name: string): boolean {
  try {
    new TimeZone(name);
    return true;
  } catch {
    return false;
  }
}

/** Throws a usage error that names the line. */
export function readRisk(path: string, text: string): RiskConfig {
  const { config, mistake } = openConfig(path, text, 'risk');
  const { LOW, MED, HIGH } = config.buckets;
  // 0.1 + 0.2 + 0.7 is more than 1 in doubles.
  const sum = [LOW, MED, HIGH].reduce((total, { split }) => total.plus(exact(split)), ZERO);
  if (sum.gt(1)) throw mistake(['buckets'], 'have splits that are together more than 1');
  return config;
}

/** Throws a usage error that names the line. */
export function readCosts(path: string, text: string): CostsConfig {
  return parseConfig(path, text, 'costs');
}

/** The configurations of the paper flow: each by its name in `configs/`, with what reads it. */
export const PAPER_CONFIGS = { 'pairs.yaml': readPairs, 'risk.yaml': readRisk, 'costs.yaml': readCosts } as const;

/** The option that names a configuration. */
export function paperConfig<N extends keyof typeof PAPER_CONFIGS>(
  name: N,
  summary: string,
): ConfigurationOption<ReturnType<(typeof PAPER_CONFIGS)[N]>> {
  const read = PAPER_CONFIGS[name] as (path: string, text: string) => ReturnType<(typeof PAPER_CONFIGS)[N]>;
  return configuration({ summary, fallback: { name: `configs/${name} of qf`, path: FOLDER + name }, read });
}

/** Minutes of local days, for pairs. */
export function localMinutes(): (zone: string, ts: number) => number {
  const zones = new Map<string, TimeZone>();
  return (name, ts) => {
    let zone = zones.get(name);
    if (zone === undefined) zones.set(name, (zone = new TimeZone(name)));
    return zone.minuteOfDay(ts);
  };
}
