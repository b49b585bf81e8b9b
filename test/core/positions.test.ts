import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText, exact } from '../../src/lib/core/money.js';
import { Position, Positions } from '../../src/lib/core/paper/positions.js';

type Trade = readonly [side: 'BUY' | 'SELL', qty: number, price: number, fee?: number];

function after(trades: readonly Trade[]): Position {
  const position = new Position('S');
  for (const [side, qty, price, fee = 0] of trades)
    position.take({ symbol: 'S', side, qty, price: exact(price), fee: exact(fee) });
  return position;
}

/** A trade such as `+5@10.5`, or `-5@10.5-0.2` with a fee of 0.2. */
function tradeOf(text: string): Trade {
  const [, sign, qty, price, fee = 0] = /^([+-])(\d+)@([\d.]+)(?:-([\d.]+))?$/.exec(text) ?? [];
  return [sign === '+' ? 'BUY' : 'SELL', Number(qty), Number(price), Number(fee)];
}

/** position, cost, realised, cash. */
function textOf(position: Position): string {
  return [position.qty, ...[position.cost, position.realised, position.cash].map(decimalText)].join(' ');
}

describe('a position', () => {
  it.each([
    // 10 · 100 went out.
    ['is long what was bought', '+10@100', '10 1000 0 -1000'],
    // 10 · 100 came in, and the open units cost −1,000.
    ['is short what was sold', '-10@100', '-10 -1000 0 1000'],
    // 5 of those at 10 and 2 of those at 12 are sold at 13: 5 · 3 + 2 · 1 = 17; 3 of those at 12 are left.
    ['closes first what was bought first', '+5@10 +5@12 -7@13', '3 36 17 -19'],
    // 4 at 10 and 1 at 8 are bought back at 9: 4 · 1 − 1 · 1 = 3; 3 at 8 are left.
    ['closes first what was sold first', '-4@10 -4@8 +5@9', '-3 -24 3 27'],
    // 6 are closed with 6 · 2 = 12, the other 4 are a new position, short at 12.
    ['goes through zero from long to short', '+6@10 -10@12', '-4 -48 12 60'],
    ['goes through zero from short to long', '-6@10 +10@12', '4 48 -12 -60'],
    // 2 are closed with 2, then 3 that are short at 11 with 3 at 10; 1 is long at 10.
    ['goes through zero and back', '+2@10 -5@11 +4@10', '1 10 5 -5'],
    ['is nothing once it is closed', '+3@10 -3@9', '0 0 -3 -3'],
    ['begins anew on the other side once it is closed', '+3@10 -3@10 -2@5', '-2 -10 0 10'],
    // As people add them, not as doubles do.
    ['is exact', '+1@0.1 +1@0.2', '2 0.3 0 -0.3'],
    // They are cash that is gone, and no part of what was realised.
    ['pays fees from its cash', '+1@10-0.25 -1@11-0.5', '0 0 1 0.25'],
  ])('%s', (_, trades, expected) => {
    expect(textOf(after(trades.split(' ').map(tradeOf)))).toBe(expected);
  });

  it('counts fills, units and fees', () => {
    const position = after([
      ['BUY', 3, 10, 0.1],
      ['SELL', 5, 10, 0.2],
      ['BUY', 1, 10, 0.3],
    ]);
    expect(position).toMatchObject({ symbol: 'S', fills: 3, bought: 4, sold: 5, qty: -1 });
    expect(decimalText(position.fees)).toBe('0.6');
  });

  it('has cash = realised − fees − cost, whatever was traded', () => {
    const trade = fc.tuple(
      fc.constantFrom('BUY' as const, 'SELL' as const),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 500 }).map((ticks) => ticks / 20),
      fc.integer({ min: 0, max: 300 }).map((amount) => amount / 100),
    );
    fc.assert(
      fc.property(fc.array(trade), (trades) => {
        const { cash, realised, fees, cost } = after(trades);
        expect(decimalText(cash)).toBe(decimalText(realised.minus(fees).minus(cost)));
      }),
    );
  });
});

const SYMBOLS = ['A', 'B.NS', 'position.C'] as const;

/** Trades of an account: which symbol, and the trade; undefined: what has changed is saved here, and all is read back. */
const accountTrades = fc.array(
  fc.option(
    fc.record({
      symbol: fc.constantFrom(...SYMBOLS),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      qty: fc.integer({ min: 1, max: 9 }),
      price: fc.integer({ min: 1, max: 500 }).map((ticks) => exact(ticks / 20)),
      fee: fc.integer({ min: 0, max: 300 }).map((amount) => exact(amount / 100)),
    }),
    { nil: undefined, freq: 3 },
  ),
);

/** All that can be seen of positions. */
function seen(positions: Positions): unknown {
  const { open, long, short, realised, fees } = positions.totals;
  return {
    rows: positions.sorted().map((one) => [one.symbol, one.fills, one.bought, one.sold, decimalText(one.fees), textOf(one)]),
    totals: [open, ...[long, short, realised, fees].map(decimalText)],
  };
}

/** What a state topic keeps. */
function keep(kept: Map<string, string>, changes: ReadonlyMap<string, string | undefined>): void {
  for (const [name, text] of changes) {
    if (text === undefined) kept.delete(name);
    else kept.set(name, text);
  }
}

describe('positions of an account', () => {
  it('go on from what was saved as if nothing had been, wherever that was', () => {
    fc.assert(
      fc.property(accountTrades, (trades) => {
        const straight = new Positions();
        const kept = new Map<string, string>();
        let saved = new Positions();
        for (const trade of trades) {
          if (trade === undefined) {
            keep(kept, saved.changes());
            saved = new Positions();
            saved.restore(kept);
          } else for (const one of [straight, saved]) one.take(trade);
        }
        expect(seen(saved)).toEqual(seen(straight));
        // What is kept depends on what has come, not on when it was saved.
        keep(kept, saved.changes());
        expect(kept).toEqual(new Map(straight.changes()));
      }),
    );
  });

  it('come to the sum of all', () => {
    fc.assert(
      fc.property(accountTrades, (trades) => {
        const positions = new Positions();
        for (const trade of trades) if (trade !== undefined) positions.take(trade);
        const all = positions.sorted();
        const sum = (of: (one: Position) => ReturnType<typeof exact>): string =>
          decimalText(all.reduce((total, one) => total.plus(of(one)), exact(0)));
        const { open, long, short, realised, fees } = positions.totals;
        expect(open).toBe(all.filter(({ qty }) => qty !== 0).length);
        expect([long.minus(short), realised, fees].map(decimalText)).toEqual([
          sum(({ cost }) => cost),
          sum((one) => one.realised),
          sum((one) => one.fees),
        ]);
        expect(long.gte(0) && short.gte(0)).toBe(true);
      }),
    );
  });

  it('save only what has changed: a lot that came and went in between leaves nothing', () => {
    const positions = new Positions();
    const take = (text: string): void => {
      const [side, qty, price] = tradeOf(text);
      positions.take({ symbol: 'S', side, qty, price: exact(price), fee: exact(0) });
    };
    for (const text of ['+5@10', '+5@11', '-7@12']) take(text);
    expect([...positions.changes().keys()]).toEqual(['position.S', 'lot.S.1']);
    expect(positions.changes().size).toBe(0);
    take('-3@12');
    expect([...positions.changes()].at(-1)).toEqual(['lot.S.1', undefined]);
  });
});
