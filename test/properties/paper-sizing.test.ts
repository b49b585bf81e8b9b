import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RiskConfig } from '../../src/lib/core/model/configs.js';
import { flowOf, flowShapes } from '../support/paper-chain.js';
import { anyOrders, ORDER_CONFIGS } from '../support/paper-orders.js';
import { makePaperStage, type PaperConfigs } from '../support/paper-stages.js';
import { decisionsIn, ordersIn, type PairOrderRecord } from '../support/paper-texts.js';
import { linesIn, outputsByLine } from '../support/stages.js';

/** What `risk size` lets pass is checked line by line; gives back how many entries and exits there were. */
class Checker {
  readonly seen = { entries: 0, exits: 0, smaller: 0 };
  private readonly risk: RiskConfig;
  private isHalted = false;
  private readonly open = new Map<string, readonly number[]>();
  private readonly given = new Map<string, PairOrderRecord>();

  constructor(risk: RiskConfig) {
    this.risk = risk;
  }

  line(line: string, output: string): void {
    if (line.startsWith('{"control"')) this.isHalted = line.includes('halt');
    for (const order of ordersIn(line).filter(({ extra }) => 'pair_id' in extra))
      this.given.set(order.client_order_id, this.given.get(order.client_order_id) ?? order);
    for (const [a, b] of decisionsIn(output)) {
      expect([a.extra.leg, b.extra.leg, b.extra.pair_id, b.extra.kind, b.ts]).toEqual([
        'A',
        'B',
        a.extra.pair_id,
        a.extra.kind,
        a.ts,
      ]);
      // The later leg is the line that the decision stands at.
      if (line !== '') expect([a, b].map(({ client_order_id }) => client_order_id)).toContain(ordersIn(line)[0]?.client_order_id);
      if (a.extra.kind === 'ENTER') this.entry([a, b]);
      else this.exit([a, b]);
    }
  }

  private entry([a, b]: [PairOrderRecord, PairOrderRecord]): void {
    const { max_open_pairs, min_qty, per_symbol_max_qty, buckets } = this.risk;
    expect(this.isHalted).toBe(false);
    expect(this.open.has(a.extra.pair_id)).toBe(false);
    this.open.set(a.extra.pair_id, [a.qty, b.qty]);
    expect(this.open.size).toBeLessThanOrEqual(max_open_pairs);
    const [wantedA, wantedB] = [a, b].map(({ client_order_id }) => this.given.get(client_order_id)?.qty ?? NaN) as [
      number,
      number,
    ];
    expect([a.extra.risk.qty_in, b.extra.risk.qty_in]).toEqual([wantedA, wantedB]);
    expect(Math.min(a.qty, b.qty)).toBeGreaterThanOrEqual(min_qty);
    expect(Math.max(a.qty, b.qty)).toBeLessThanOrEqual(per_symbol_max_qty);
    const notional = a.qty * a.extra.px_ref + b.qty * b.extra.px_ref;
    expect(notional / a.extra.leverage).toBeLessThanOrEqual(buckets[a.risk_bucket].max_per_trade * (1 + 1e-9));
    checkHedge([a.qty, b.qty], [wantedA, wantedB]);
    this.seen.entries++;
    if (a.qty < wantedA) this.seen.smaller++;
  }

  private exit([a, b]: [PairOrderRecord, PairOrderRecord]): void {
    expect([a.qty, b.qty]).toEqual(this.open.get(a.extra.pair_id));
    this.open.delete(a.extra.pair_id);
    this.seen.exits++;
  }
}

/**
 * One factor for both legs: each is less than a share below its part, so that the hedge ratio is within one share of the leg that it
 * counts.
 */
function checkHedge([a, b]: readonly [number, number], [wantedA, wantedB]: readonly [number, number]): void {
  const ratio = wantedB / wantedA;
  const most = 1 + 1e-6;
  expect(Math.abs(b - a * ratio)).toBeLessThanOrEqual(Math.max(1, ratio) * most);
  if (ratio <= 1) expect(Math.abs(b - a * ratio)).toBeLessThanOrEqual(most);
  else expect(Math.abs(a - b / ratio)).toBeLessThanOrEqual(most);
  expect(a).toBeLessThanOrEqual(wantedA);
  expect(b).toBeLessThanOrEqual(wantedB);
}

function check(lines: readonly string[], configs: PaperConfigs): Checker['seen'] {
  const checker = new Checker(configs.risk);
  const outputs = outputsByLine(makePaperStage('size', configs), lines);
  for (const [at, output] of outputs.entries()) checker.line(lines[at] ?? '', output);
  return checker.seen;
}

describe('what risk size lets pass', () => {
  it.each([
    [
      'any flow',
      flowShapes.map((shape) => flowOf(shape)).map(({ configs, stages }) => ({ configs, lines: linesIn(stages.size.input) })),
    ],
    ['any orders', anyOrders.map((lines) => ({ configs: ORDER_CONFIGS, lines }))],
  ])('keeps the hedge ratio, closes what it opened, and every limit, in %s', (_, cases) => {
    const sum = { entries: 0, exits: 0, smaller: 0 };
    fc.assert(
      fc.property(cases, ({ configs, lines }) => {
        const seen = check(lines, configs);
        for (const name of ['entries', 'exits', 'smaller'] as const) sum[name] += seen[name];
      }),
      { numRuns: 80 },
    );
    expect(Math.min(sum.entries, sum.exits, sum.smaller)).toBeGreaterThan(5);
  });
});
