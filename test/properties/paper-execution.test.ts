import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignalRecord } from '../../src/lib/core/model/records.js';
import { live, recordsOf } from '../support/lives.js';
import { anySignals, SIGNAL_CONFIGS } from '../support/paper-decisions.js';
import { makePaperStage, makePaperTask } from '../support/paper-stages.js';
import { decisionsIn } from '../support/paper-texts.js';
import { countsOf, reasonsOf, run } from '../support/stages.js';

const MINUTE_S = 60;

/** A quantity for each leg, or why there is none. */
type Decision = string | readonly [sideA: string, qtyA: number, qtyB: number];

/** A number with at most six decimals, times 10⁶. */
function millionths(value: number): bigint {
  return BigInt(Math.round(value * 1e6));
}

/** What is decided about signals, by whole numbers and by looking at all that was decided before. */
function decide(signals: readonly SignalRecord[]): Decision[] {
  const open = new Map<string, readonly [sideA: string, qtyA: number, qtyB: number]>();
  const entries: { readonly bucket: string; readonly at_s: number }[] = [];
  const enter = ({ pair_id, pxA, pxB, beta, risk_bucket, ts, tf, sideA }: SignalRecord): Decision => {
    const pair = SIGNAL_CONFIGS.pairs.find((one) => one.pair_id === pair_id);
    if (pair === undefined) return 'not_whitelisted';
    if (open.has(pair_id)) return 'already_open';
    if (pxA <= 0 || pxB <= 0) return 'no_price';
    if (beta <= 0) return 'nonpositive_beta';
    const unit = millionths(pxA) * 1_000_000n + millionths(beta) * millionths(pxB);
    const qtyA = (millionths(pair.base_notional) * millionths(pair.leverage)) / unit;
    const qtyB = (millionths(beta) * qtyA) / 1_000_000n;
    if (qtyA < 1n || qtyB < 1n) return 'tiny_quantity';
    const at_s = ts + tf * MINUTE_S;
    const recent = entries.filter((one) => one.bucket === risk_bucket && one.at_s > at_s - 60 && one.at_s <= at_s);
    if (recent.length >= SIGNAL_CONFIGS.risk.max_entries_per_minute) return 'throttled';
    entries.push({ bucket: risk_bucket, at_s });
    open.set(pair_id, [sideA, Number(qtyA), Number(qtyB)]);
    return [sideA, Number(qtyA), Number(qtyB)];
  };
  return signals.map((signal) => {
    if (signal.action !== 'EXIT') return enter(signal);
    const entry = open.get(signal.pair_id);
    open.delete(signal.pair_id);
    return entry === undefined ? 'not_open' : [entry[0] === 'BUY' ? 'SELL' : 'BUY', entry[1], entry[2]];
  });
}

describe('pairs exec', () => {
  it('decides about any signals as a model with whole numbers does', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(anySignals, (signals) => {
        const result = run(makePaperStage('exec', SIGNAL_CONFIGS), [signals.map((one) => `${JSON.stringify(one)}\n`).join('')]);
        const decisions = decide(signals);
        const orders = decisionsIn(result.output).map(([a, b]) => {
          expect(b.side).not.toBe(a.side);
          return [a.side, a.qty, b.qty];
        });
        expect(orders).toEqual(decisions.filter((decision) => typeof decision !== 'string'));
        expect(reasonsOf(result)).toEqual(decisions.filter((decision) => typeof decision === 'string'));
        for (const decision of decisions) {
          const name = typeof decision === 'string' ? decision : 'orders';
          seen.set(name, (seen.get(name) ?? 0) + 1);
        }
      }),
      { numRuns: 200 },
    );
    const refusals = [
      'not_whitelisted',
      'already_open',
      'no_price',
      'nonpositive_beta',
      'tiny_quantity',
      'throttled',
      'not_open',
    ];
    for (const name of ['orders', ...refusals]) expect(seen.get(name), name).toBeGreaterThan(5);
  });

  it('forgets nothing of them where its task dies', () => {
    fc.assert(
      fc.property(anySignals, (signals) => {
        const records = recordsOf(signals.map((signal) => JSON.stringify(signal)));
        const make = () => makePaperTask('exec', SIGNAL_CONFIGS);
        const once = live(make, [records], [false]);
        const often = live(
          make,
          records.map((record) => [record]),
          [true],
        );
        expect(often.outputs).toEqual(once.outputs);
        expect(often.rejects).toEqual(once.rejects);
        expect(countsOf(often)).toEqual(countsOf(once));
        expect(often.outputs).toHaveLength(2 * decide(signals).filter((decision) => typeof decision !== 'string').length);
        expect(often.rejects).toHaveLength(signals.length - often.outputs.length / 2);
      }),
      { numRuns: 60 },
    );
  });
});
