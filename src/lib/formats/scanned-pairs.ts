import { plainNumber } from '../core/model/number.js';
import { timeframeName } from '../core/model/time.js';
import type { ScannedPair } from '../core/pairs/scan.js';
import { pairIdOf } from '../core/pairs/settings.js';
import { lengthsFor } from '../core/pairs/suggest.js';

/** The most pairs that a configuration may have. */
export const MAX_PAIRS = 10_000;

/** Digits of a hedge ratio and of what a comment says: for people, who may change them. */
const DIGITS = 4;

/** A pair that a configuration can have: its spread reverts, and both legs have a quantity. */
export type TradablePair = ScannedPair & { readonly beta: number; readonly half_life: number };

/** The schema's timeframes: whole minutes, at most five digits of them. */
const TIMEFRAME = /^[1-9]\d{0,4}[mhd]$/;

const HEAD = `# Pairs for \`qf pairs watch --config\`, found by \`qf pairs scan\` in the bars that both symbols have; the lowest df_t first.
#
# df_t is the Dickey-Fuller t of the residuals of ln a on ln b. Two random walks that have nothing to do with each other come
# below -3.34 one time in 20, so among many pairs some do by chance: try a pair on bars that were not scanned before you trust it.
#
# What follows from the half-life, the bars in which half of a deviation is gone:
#   lookback  6 half-lives, at least 20 bars. Over fewer the mean follows the spread; over more the pair is ready later.
#   max_hold  3 half-lives. What has not come back by then most likely no longer does.
# beta is the hedge ratio over all bars that were scanned, so that the very spread is traded whose half-life this is. With beta: ols
# the ratio moves, and the spread with it.
defaults:
  entry_z: 2 # an entry when z comes back over ±entry_z
  exit_z: 0.5 # an exit where |z| is at most this,
  stop_z: 4 # at least this,
  # or the position as old as max_hold
  min_ready: 20 # spreads before anything is decided; never fewer than half of lookback
  flatten: off # local time such as '15:15' from which on positions are closed and none is opened
  session_tz: UTC # time zone of flatten
  bucket: MED # risk bucket, see risk.yaml
  base_notional: 100000 # money of an entry before leverage
  leverage: 1
`;

/** Of the pairs those that a configuration can have. */
export function* tradable(pairs: Iterable<ScannedPair>): Generator<TradablePair> {
  for (const pair of pairs) if (isTradable(pair)) yield pair;
}

function isTradable(pair: ScannedPair): pair is TradablePair {
  const { beta = 0, half_life, tf_s } = pair;
  return beta > 0 && half_life !== undefined && TIMEFRAME.test(timeframeName(tf_s));
}

/** A complete pairs.yaml. Of pairs that would have the same name it has the first. */
export function pairsText(pairs: readonly TradablePair[]): string {
  const byId = new Map([...pairs].reverse().map((pair) => [pairIdOf(pair), pair]));
  const lines = pairs.filter((pair) => byId.get(pairIdOf(pair)) === pair).map(lineOf);
  return `${HEAD}\n${lines.length === 0 ? 'pairs: []\n' : `pairs:\n${lines.join('')}`}`;
}

/** Symbols are quoted, because some would be numbers or words of YAML; none has a quote. */
function lineOf({ a, b, tf_s, beta, half_life, df_t, corr }: TradablePair): string {
  const { lookback, max_hold_s } = lengthsFor(half_life, tf_s);
  const settings =
    `a: '${a}', b: '${b}', tf: ${timeframeName(tf_s)}, lookback: ${lookback}, max_hold: ${timeframeName(max_hold_s)}, ` +
    `beta: ${shortNumber(beta)}`;
  const seen = `df_t ${shortNumber(df_t) || 'unknown'}, half-life ${shortNumber(half_life)} bars, corr ${shortNumber(corr)}`;
  return `  - { ${settings} } # ${seen}\n`;
}

/** A number with four digits that count; empty where there is none. */
export function shortNumber(value: number | undefined): string {
  return value === undefined ? '' : plainNumber(Number(value.toPrecision(DIGITS)));
}
