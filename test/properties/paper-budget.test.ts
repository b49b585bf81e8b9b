import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RiskConfig } from '../../src/lib/core/model/configs.js';
import { flowOf, flowShapes } from '../support/paper-chain.js';
import { anyOrders, ORDER_CONFIGS } from '../support/paper-orders.js';
import { makePaperStage } from '../support/paper-stages.js';
import { decisionsIn, type PairOrderRecord } from '../support/paper-texts.js';
import { run } from '../support/stages.js';

/** Money in hundredths: whole numbers add up exactly. */
function hundredths(amount: number): number {
  const value = Math.round(amount * 100);
  expect(value / 100).toBe(amount);
  return value;
}

function capOf({ total_cash, holdback_fraction, buckets }: RiskConfig, bucket: string): number {
  const { split } = buckets[bucket as keyof RiskConfig['buckets']];
  // Fractions have at most two decimals here.
  return (total_cash * Math.round((1 - holdback_fraction) * 100) * Math.round(split * 100)) / 100;
}

/** Half away from zero, of an exact number with at most four decimals; leverage has at most one. */
function cashOf(legs: readonly PairOrderRecord[]): number {
  const notional_e8 = legs.reduce((sum, { qty, extra }) => sum + BigInt(qty) * BigInt(Math.round(extra.px_ref * 1e8)), 0n);
  const leverage_e1 = BigInt(Math.round((legs[0]?.extra.leverage ?? 1) * 10));
  // In hundredths, times two: the last bit says whether a half is reached.
  const twice = (notional_e8 * 20n) / (leverage_e1 * 1_000_000n);
  return Number((twice + 1n) / 2n);
}

/** Follows the ledger in allowed orders; gives back how many decisions there are. */
function checkLedger(allowed: string, risk: RiskConfig): number {
  const used = new Map<string, number>();
  const reserved = new Map<string, { bucket: string; cash: number }>();
  const decisions = decisionsIn(allowed);
  for (const [a, b] of decisions) {
    const { pair_id, kind, budget } = a.extra;
    expect([a.extra.leg, b.extra.leg, b.extra.pair_id, b.extra.kind, b.ts]).toEqual(['A', 'B', pair_id, kind, a.ts]);
    expect(b.extra.budget).toEqual(budget);
    const { bucket } = budget;
    const delta = hundredths(budget.delta);
    if (kind === 'ENTER') {
      expect(reserved.has(pair_id)).toBe(false);
      expect(delta).toBe(cashOf([a, b]));
      expect(delta).toBeLessThanOrEqual(risk.buckets[bucket as keyof RiskConfig['buckets']].max_per_trade * 100);
      expect(bucket).toBe(a.risk_bucket);
      reserved.set(pair_id, { bucket, cash: delta });
    } else {
      expect({ bucket, cash: -delta }).toEqual(reserved.get(pair_id));
      reserved.delete(pair_id);
    }
    const sum = (used.get(bucket) ?? 0) + delta;
    expect(hundredths(budget.used)).toBe(sum);
    expect(sum).toBeGreaterThanOrEqual(0);
    expect(sum).toBeLessThanOrEqual(capOf(risk, bucket));
    used.set(bucket, sum);
  }
  return decisions.length;
}

describe('what risk guard allows', () => {
  it('uses the sum of the ledger, at least 0 and at most the cap, at every point of any flow', () => {
    let decisions = 0;
    fc.assert(
      fc.property(flowShapes, (shape) => {
        const { configs, stages } = flowOf(shape);
        decisions += checkLedger(stages.guard.output, configs.risk);
      }),
      { numRuns: 60 },
    );
    expect(decisions).toBeGreaterThan(5);
  });

  it('does so for any orders', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(anyOrders, (lines) => {
        const result = run(makePaperStage('guard', ORDER_CONFIGS), [lines.map((line) => `${line}\n`).join('')]);
        const decisions = checkLedger(result.output, ORDER_CONFIGS.risk);
        for (const [reason, count] of [...result.counts.rejectedBy, ['allowed', decisions] as const])
          seen.set(reason, (seen.get(reason) ?? 0) + count);
      }),
      { numRuns: 200 },
    );
    const reasons = ['orphan_leg', 'nothing_open', 'already_open', 'no_notional', 'over_max_per_trade', 'over_bucket_cap'];
    for (const reason of ['allowed', 'no_pair', ...reasons]) expect(seen.get(reason), reason).toBeGreaterThan(5);
  });
});
