import fc from 'fast-check';
import type { SignalRecord } from '../../src/lib/core/model/records.js';
import { RISK_BUCKETS } from '../../src/lib/core/model/paper.js';
import type { PairSettings } from '../../src/lib/core/pairs/settings.js';
import { ORDER_CONFIGS } from './paper-orders.js';
import type { PaperConfigs } from './paper-stages.js';

const START_S = 1_700_000_100;
const MINUTE_S = 60;

/** Pairs of one and of three minutes; what they say of the strategy does not matter to who executes it. */
const PAIRS: readonly PairSettings[] = Array.from({ length: 6 }, (_, index) => ({
  pair_id: `P${index}`,
  a: `S${index}A`,
  b: `S${index}B`,
  tf_s: (index % 2 === 0 ? 1 : 3) * MINUTE_S,
  lookback: 10,
  beta: 1,
  beta_lookback: 10,
  fixed_beta: 1,
  entry_z: 2,
  exit_z: 0.5,
  stop_z: 4,
  max_hold_s: 3600,
  min_ready: 5,
  flatten_minute: undefined,
  session_tz: 'UTC',
  bucket: 'LOW',
  base_notional: [100, 1000.5, 20_000][index % 3] as number,
  leverage: [1, 2.5][index % 2] as number,
}));

export const SIGNAL_CONFIGS: PaperConfigs = {
  ...ORDER_CONFIGS,
  pairs: PAIRS,
  risk: { ...ORDER_CONFIGS.risk, max_entries_per_minute: 1 },
};

/** Signals in the order of their decisions, as often as not of what is open or of pairs that nobody knows. */
export const anySignals: fc.Arbitrary<SignalRecord[]> = fc
  .array(
    fc.record({
      pair: fc.nat({ max: 6 }),
      action: fc.constantFrom('ENTER_LONG_A_SHORT_B' as const, 'ENTER_SHORT_A_LONG_B' as const, 'EXIT' as const),
      // Decisions of several pairs often fall together, or a minute apart.
      minutes: fc.constantFrom(0, 0, 0, 1, 1, 2),
      beta: fc.constantFrom(-0.5, 0, 0.000001, 0.75, 0.75, 1, 1, 1.333333, 1.333333),
      prices: fc.tuple(fc.constantFrom(0, -1.5, 0.05, 33.3, 33.3, 100, 5), fc.constantFrom(0, 7.77, 7.77, 50, 99.95)),
      bucket: fc.constantFrom(...RISK_BUCKETS),
    }),
    { maxLength: 80, size: 'max' },
  )
  .map((list) => {
    let decided_s = START_S;
    return list.map(({ pair, action, minutes, beta, prices: [pxA, pxB], bucket }) => {
      decided_s += minutes * MINUTE_S;
      const tf = pair % 2 === 0 ? 1 : 3;
      const sideA = action === 'ENTER_SHORT_A_LONG_B' ? 'SELL' : 'BUY';
      return {
        pair_id: `P${pair}`,
        pair_symbol: `S${pair}A-S${pair}B`,
        a_symbol: `S${pair}A`,
        b_symbol: `S${pair}B`,
        tf,
        ts: decided_s - tf * MINUTE_S,
        beta,
        z: 2,
        action,
        sideA,
        sideB: sideA === 'BUY' ? 'SELL' : 'BUY',
        pxA,
        pxB,
        risk_bucket: bucket,
        risk_per_trade: 1000,
        reason: action === 'EXIT' ? 'revert' : 'reentry',
      };
    });
  });
