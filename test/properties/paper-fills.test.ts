import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from '../../src/lib/core/model/model.js';
import { filledOnBars, type Flow, flowOf, flowShapes, type Passed } from '../support/paper-chain.js';
import { minutesOf } from '../support/paper-market.js';
import { fillsIn, ordersIn, type PairFillRecord, type PairOrderRecord } from '../support/paper-texts.js';

/** The fills of each order, which is one that was allowed. */
function fillsByOrder({ input, output }: Passed): Map<PairOrderRecord, PairFillRecord[]> {
  const fills = new Map<PairOrderRecord, PairFillRecord[]>(ordersIn(input).map((order) => [order, []]));
  const orders = new Map([...fills.keys()].map((order) => [order.client_order_id, order]));
  for (const fill of fillsIn(output)) {
    const order = orders.get(fill.client_order_id);
    expect(order, `no allowed order ${fill.client_order_id}`).toBeDefined();
    if (order === undefined) continue;
    const extra = Object.fromEntries(Object.entries(order.extra).filter(([name]) => name !== 'risk' && name !== 'budget'));
    expect(fill).toMatchObject({ symbol: order.symbol, side: order.side, venue: 'PAPER' });
    expect(fill.extra).toEqual(extra);
    fills.get(order)?.push(fill);
  }
  for (const [order, own] of fills)
    expect(own.map(({ fill_id }) => fill_id)).toEqual(own.map((_, n) => `${order.client_order_id}:${n + 1}`));
  return fills;
}

function sumOf(fills: readonly { readonly qty: number }[]): number {
  return fills.reduce((sum, { qty }) => sum + qty, 0);
}

function legOf({ extra }: PairOrderRecord): string {
  return `${extra.leg} ${extra.pair_id}`;
}

/** Whether a price is a multiple of the tick, which divides 1. */
function isOnTick(price: number, tick: number): boolean {
  return Number.isInteger(Number((price / tick).toFixed(6)));
}

describe('fills at the reference price', () => {
  it('fill what was allowed, and an exit closes exactly what its entry opened', () => {
    const seen = { exits: 0 };
    fc.assert(
      fc.property(flowShapes, (shape) => {
        const { stages, configs } = flowOf({ ...shape, isFaulty: false });
        const open = new Map<string, PairFillRecord>();
        // Nobody buys below the first tick: a leg that could not be sold is not followed.
        const unsold = new Set(ordersIn(stages.match.rejects).map(legOf));
        for (const order of ordersIn(stages.match.rejects)) {
          expect(order).toMatchObject({
            side: 'SELL',
            status: 'EXPIRED',
            extra: { match: { reason: 'no_price', left: order.qty } },
          });
          expect(order.extra.px_ref * (1 - configs.costs.slippage_bps / 10_000)).toBeLessThan(configs.costs.tick_size);
        }
        for (const [order, fills] of fillsByOrder(stages.match)) {
          if (unsold.has(legOf(order))) continue;
          expect(fills.map(({ qty, ts }) => ({ qty, ts }))).toEqual([{ qty: order.qty, ts: order.ts }]);
          const [fill] = fills as [PairFillRecord];
          expect(isOnTick(fill.price, configs.costs.tick_size)).toBe(true);
          expect(order.side === 'BUY' ? fill.price - order.extra.px_ref : order.extra.px_ref - fill.price).toBeGreaterThanOrEqual(
            0,
          );
          const entry = open.get(legOf(order));
          if (order.extra.kind === 'ENTER') {
            expect(entry).toBeUndefined();
            open.set(legOf(order), fill);
            continue;
          }
          expect(entry).toMatchObject({ symbol: fill.symbol, qty: fill.qty, side: fill.side === 'BUY' ? 'SELL' : 'BUY' });
          open.delete(legOf(order));
          seen.exits++;
        }
      }),
      { numRuns: 60 },
    );
    expect(seen.exits).toBeGreaterThan(5);
  });

  it('are never more than one for each allowed order, where anything goes wrong', () => {
    fc.assert(
      fc.property(flowShapes, (shape) => {
        const { stages } = flowOf({ ...shape, isFaulty: true });
        const refused = new Set(ordersIn(stages.match.rejects).map(({ client_order_id }) => client_order_id));
        for (const [order, fills] of fillsByOrder(stages.match))
          expect(sumOf(fills)).toBe(refused.has(order.client_order_id) ? 0 : order.qty);
      }),
      { numRuns: 60 },
    );
  });
});

/** What is true of one fill on a bar. */
function checkOnBar(order: PairOrderRecord, fill: PairFillRecord, bar: Bar | undefined, { configs, filling }: Flow): void {
  expect(bar).toBeDefined();
  if (bar === undefined) return;
  expect(fill.ts).toBeGreaterThanOrEqual(order.ts + order.extra.tf_s);
  expect(fill.qty).toBeGreaterThanOrEqual(1);
  expect(fill.qty).toBeLessThanOrEqual(filling.participation * Number(bar.vol.toString()) * (1 + 1e-12));
  const isBuy = order.side === 'BUY';
  if (order.limit_price === undefined) {
    expect(isOnTick(fill.price, configs.costs.tick_size)).toBe(true);
    expect(isBuy ? fill.price >= bar.o : fill.price <= bar.o).toBe(true);
  } else {
    expect(isBuy ? fill.price <= order.limit_price : fill.price >= order.limit_price).toBe(true);
    expect(isBuy ? fill.price >= bar.l : fill.price <= bar.h).toBe(true);
  }
}

describe('fills on the bars that come', () => {
  it('come behind the decision, within volume and limit, and with what is left they are the order', async () => {
    const seen = { partial: 0, left: 0, closed: 0 };
    await fc.assert(
      fc.asyncProperty(flowShapes, async (shape) => {
        const flow = flowOf(shape);
        const filled = await filledOnBars(flow);
        const bars = new Map(minutesOf(flow.stream).map((bar) => [`${bar.symbol} ${bar.ts}`, bar]));
        const left = new Map(ordersIn(filled.rejects).map((order) => [order.client_order_id, order]));
        const opened = new Map<string, number>();
        for (const [order, fills] of fillsByOrder(filled)) {
          for (const fill of fills) checkOnBar(order, fill, bars.get(`${fill.symbol} ${fill.ts}`), flow);
          const dropped = left.get(order.client_order_id);
          const isExit = order.extra.kind === 'EXIT';
          // An exit closes what was filled of its entry; where that is nothing, all of it is left.
          const isOpen = (opened.get(legOf(order)) ?? 0) > 0;
          const wanted = isExit && isOpen ? opened.get(legOf(order)) : order.qty;
          expect(sumOf(fills) + (dropped?.extra.match.left ?? 0)).toBe(wanted);
          if (!isExit) opened.set(legOf(order), sumOf(fills));
          if (dropped?.extra.match.reason === 'nothing_filled') expect(opened.get(legOf(order)) ?? 0).toBe(0);
          if (isExit) opened.delete(legOf(order));
          seen.partial += Number(fills.length > 1);
          seen.left += Number(dropped !== undefined);
          seen.closed += Number(isExit && dropped === undefined);
        }
      }),
      { numRuns: 100 },
    );
    expect(Math.min(seen.partial, seen.left, seen.closed)).toBeGreaterThan(5);
  });
});
