import type { CostsConfig, RiskConfig } from '../../src/lib/core/model/configs.js';
import { RISK_BUCKETS } from '../../src/lib/core/model/paper.js';
import { timeframeName } from '../../src/lib/core/model/time.js';
import type { PairSettings } from '../../src/lib/core/pairs/settings.js';
import { Random } from '../../src/lib/core/sim/random.js';
import type { MarketShape } from './paper-market.js';
import type { NextBarSettings, PaperConfigs } from './paper-stages.js';

const DAY_MIN = 1440;

/** Configurations under which a random market is traded often, and every limit is met. */
export function settingsFor({ seed, symbols }: MarketShape): PaperConfigs {
  const random = new Random(seed, 2);
  const names = Array.from({ length: symbols }, (_, index) => `S${index}`);
  const all = names.flatMap((a) => names.filter((b) => b !== a).flatMap((b) => [60, 180].map((tf_s) => ({ a, b, tf_s }))));
  const count = Math.min(all.length, 1 + random.below(6));
  const pairs = Array.from({ length: count }, () => {
    const [legs] = all.splice(random.below(all.length), 1);
    return pairOf(random, legs as (typeof all)[number]);
  });
  return { pairs, risk: riskOf(random), costs: costsOf(random) };
}

/** How the orders of a random market are filled on its bars. */
export function fillingFor({ seed }: MarketShape): NextBarSettings {
  const random = new Random(seed, 3);
  return { participation: one(random, [0.0005, 0.005, 0.3]), ttl_s: one(random, [0, 60, 180, 1800, 86_400]) };
}

function one<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)] as T;
}

function pairOf(random: Random, { a, b, tf_s }: Pick<PairSettings, 'a' | 'b' | 'tf_s'>): PairSettings {
  const lookback = one(random, [2, 5, 12, 20]);
  return {
    pair_id: `${a}_${b}_${timeframeName(tf_s)}`,
    a,
    b,
    tf_s,
    lookback,
    beta: one(random, ['ols', 'ols', 1, 0.8, -0.5]),
    beta_lookback: one(random, [1, lookback, 2 * lookback]),
    fixed_beta: one(random, [1, 1.1]),
    entry_z: 0.8 + random.uniform(),
    exit_z: one(random, [0, 0.2, 0.5]),
    stop_z: 1.8 + 2 * random.uniform(),
    max_hold_s: one(random, [300, 900, 7200]),
    min_ready: random.below(lookback + 1),
    flatten_minute: random.below(3) === 0 ? random.below(DAY_MIN) : undefined,
    session_tz: one(random, ['UTC', 'Asia/Kolkata']),
    bucket: one(random, RISK_BUCKETS),
    base_notional: one(random, [50, 1000, 20_000, 150_000.5]),
    leverage: one(random, [1, 2.5, 3]),
  };
}

function riskOf(random: Random): RiskConfig {
  const bucket = (split: number) => ({ split, max_per_trade: one(random, [400, 5000, 33_333.33, 1_000_000]) });
  return {
    total_cash: one(random, [20_000, 150_000, 10_000_000]),
    holdback_fraction: one(random, [0, 0.1, 0.25]),
    buckets: { LOW: bucket(0.5), MED: bucket(0.3), HIGH: bucket(0.2) },
    per_symbol_max_qty: one(random, [25, 300, 100_000]),
    min_qty: one(random, [1, 1, 5]),
    max_open_pairs: one(random, [1, 2, 10]),
    max_entries_per_minute: one(random, [1, 2, 20]),
  };
}

function costsOf(random: Random): CostsConfig {
  return {
    slippage_bps: one(random, [0, 1.5, 5]),
    tick_size: one(random, [0.01, 0.05, 0.25]),
    brokerage_per_order: one(random, [0, 20, 19.995]),
    stt_bps: one(random, [0, 2.5, 10]),
    exchange_txn_bps: 0.297,
    sebi_turnover_bps: 0.01,
    stamp_bps_buy: one(random, [0.3, 1.5]),
    gst_pct: 18,
  };
}
