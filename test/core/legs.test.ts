import { describe, expect, it } from 'vitest';
import type { PairLeg, PairOrder } from '../../src/lib/core/model/paper.js';
import { Legs } from '../../src/lib/core/paper/legs.js';

const LEG: PairLeg = {
  pair_id: 'P',
  leg: 'A',
  kind: 'ENTER',
  tf_s: 60,
  px_ref: 10,
  beta: 1,
  leverage: 1,
  base_notional: 100,
};

function order(id: string, pair: Partial<PairLeg> = {}, ts = 0): PairOrder {
  return {
    client_order_id: id,
    symbol: 'S',
    side: 'BUY',
    qty: 1,
    order_type: 'MKT',
    strategy: 'PAIR',
    risk_bucket: 'LOW',
    status: 'NEW',
    ts,
    reason: 'reentry',
    pair: { ...LEG, ...pair },
    others: new Map([['note', '"kept"']]),
  };
}

const idsOf = (orders: readonly PairOrder[] | undefined): string[] | undefined => orders?.map((one) => one.client_order_id);

/** The same legs in another life. */
function restarted(legs: Legs): Legs {
  const parts = [...legs.changes()].filter((part): part is [string, string] => part[1] !== undefined);
  const other = new Legs();
  other.restore(new Map(parts));
  return other;
}

describe('the legs of a decision', () => {
  it('come together A first, whichever came first', () => {
    const legs = new Legs();
    expect(legs.join(order('b', { leg: 'B' }))).toBeUndefined();
    expect(idsOf(legs.join(order('a')))).toEqual(['a', 'b']);
    expect(legs.join(order('a2'))).toBeUndefined();
    expect(idsOf(legs.join(order('b2', { leg: 'B' })))).toEqual(['a2', 'b2']);
  });

  it.each<[what: string, pair: Partial<PairLeg>, ts: number]>([
    ['of another pair', { leg: 'B', pair_id: 'Q' }, 0],
    ['of another time', { leg: 'B' }, 60],
    ['of another kind', { leg: 'B', kind: 'EXIT' }, 0],
    ['that are both A', {}, 0],
  ])('are not those %s', (_, pair, ts) => {
    const legs = new Legs();
    legs.join(order('a'));
    expect(legs.join(order('other', pair, ts))).toBeUndefined();
  });

  it('are matched first come, first matched', () => {
    const legs = new Legs();
    legs.join(order('a1'));
    legs.join(order('a2'));
    expect(idsOf(legs.join(order('b1', { leg: 'B' })))).toEqual(['a1', 'b1']);
    expect(idsOf(legs.join(order('b2', { leg: 'B' })))).toEqual(['a2', 'b2']);
  });

  it('have no partner once something is decided later, not at the same time', () => {
    const legs = new Legs();
    legs.join(order('a'));
    expect(legs.takeOrphans(60)).toEqual([]);
    expect(idsOf(legs.takeOrphans(61))).toEqual(['a']);
    expect(legs.join(order('b', { leg: 'B' }))).toBeUndefined();
  });

  it('are all orphans at the end, in the order in which they came', () => {
    const legs = new Legs();
    legs.join(order('late', {}, 600));
    legs.join(order('early', { pair_id: 'Q' }));
    expect(idsOf(legs.takeOrphans(Infinity))).toEqual(['late', 'early']);
  });

  it('wait over a restart, with everything that they have', () => {
    const legs = new Legs();
    legs.join(order('a1'));
    legs.join(order('a2'));
    const other = restarted(legs);
    expect(other.join(order('b', { leg: 'B' }))?.[0]).toEqual(order('a1'));
    expect(other.takeOrphans(Infinity)).toEqual([order('a2')]);
  });

  it('leave nothing behind', () => {
    const legs = new Legs();
    legs.join(order('a'));
    legs.changes();
    legs.join(order('b', { leg: 'B' }));
    expect([...legs.changes().values()]).toEqual([undefined]);
  });
});
