import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filledOnBars, flowOf, flowShapes } from '../support/paper-chain.js';
import { makePnl } from '../support/paper-stages.js';
import { linesIn, run } from '../support/stages.js';
import { e8Of } from '../support/volumes.js';

/** Money times 1e8, as a whole number; from plain decimal text. */
function moneyOf(text: string): bigint {
  return text.startsWith('-') ? -e8Of(text.slice(1)) : e8Of(text);
}

interface Trade {
  readonly symbol: string;
  readonly isBuy: boolean;
  readonly qty: bigint;
  readonly price: bigint;
  readonly fee: bigint;
}

/** A fill from its text, so that no digit goes through a double. */
function tradeOf(line: string): Trade {
  const member = (name: string): string => new RegExp(`"${name}":"?([^",}]*)`).exec(line)?.[1] ?? '';
  return {
    symbol: member('symbol'),
    isBuy: member('side') === 'BUY',
    qty: BigInt(member('qty')),
    price: moneyOf(member('price')),
    fee: moneyOf(member('total')),
  };
}

interface Account {
  fills: number;
  bought: bigint;
  sold: bigint;
  fees: bigint;
  cash: bigint;
  trades: Trade[];
}

/** Everything that can be added up without knowing which lots were closed. */
function accountsOf(trades: readonly Trade[]): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const trade of trades) {
    const { symbol, isBuy, qty, price, fee } = trade;
    const account = accounts.get(symbol) ?? { fills: 0, bought: 0n, sold: 0n, fees: 0n, cash: 0n, trades: [] };
    accounts.set(symbol, account);
    account.fills++;
    account[isBuy ? 'bought' : 'sold'] += qty;
    account.fees += fee;
    account.cash += (isBuy ? -qty : qty) * price - fee;
    account.trades.push(trade);
  }
  return accounts;
}

/** First in, first out: what is open are the units that came last on its side. */
function costOf({ trades, bought, sold }: Account): bigint {
  const isLong = bought >= sold;
  let left = isLong ? bought - sold : sold - bought;
  let cost = 0n;
  for (const { isBuy, qty, price } of [...trades].reverse()) {
    if (isBuy !== isLong) continue;
    const open = qty < left ? qty : left;
    cost += open * price;
    left -= open;
  }
  return isLong ? cost : -cost;
}

/** Holds what `paper pnl` prints against a fold that knows no lots. */
function check(fills: string): number {
  const { output, counts } = run(makePnl(), [fills]);
  const accounts = accountsOf(linesIn(fills).map(tradeOf));
  expect(counts).toMatchObject({ in: linesIn(fills).length, used: linesIn(fills).length });
  const rows = linesIn(output);
  expect(rows.map((row) => /"symbol":"([^"]*)"/.exec(row)?.[1])).toEqual([...accounts.keys()].sort());
  for (const row of rows) {
    const text = (name: string): string => new RegExp(`"${name}":([^,}]*)`).exec(row)?.[1] ?? '';
    const account = accounts.get(/"symbol":"([^"]*)"/.exec(row)?.[1] ?? '') as Account;
    const { bought, sold, cash, fees } = account;
    const cost = costOf(account);
    expect({
      fills: text('fills'),
      bought: text('bought'),
      sold: text('sold'),
      position: text('position'),
      cash: moneyOf(text('cash')),
      fees: moneyOf(text('fees')),
      cost: moneyOf(text('cost')),
    }).toEqual({
      fills: String(account.fills),
      bought: String(bought),
      sold: String(sold),
      position: String(bought - sold),
      cash,
      fees,
      cost,
    });
    expect(moneyOf(text('cash')) + moneyOf(text('fees')) - moneyOf(text('realised')) + moneyOf(text('cost'))).toBe(0n);
  }
  return rows.length;
}

const anyFills = fc
  .array(
    fc.record({
      symbol: fc.constantFrom('A', 'B', 'C.NS'),
      side: fc.constantFrom('BUY', 'SELL'),
      qty: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 1_000_000 })),
      price: fc.constantFrom('0.00000001', '0.05', '99.95', '100', '12345.678', '999999999.25'),
      fee: fc.constantFrom('0', '0.01', '19.99', '1234567.89'),
    }),
    { maxLength: 60, size: 'max' },
  )
  .map((list) =>
    list
      .map(({ symbol, side, qty, price, fee }, n) => {
        const fees = `"brokerage":${fee},"stt":0,"exchange":0,"sebi":0,"stamp":0,"gst":0,"total":${fee}`;
        return `{"fill_id":"f:${n}","client_order_id":"f","symbol":"${symbol}","side":"${side}","qty":${qty},"price":${price},"ts":1,"venue":"PAPER","fees":{${fees}}}\n`;
      })
      .join(''),
  );

describe('paper pnl', () => {
  it('is the fold of any fills, and cash + fees − realised + cost is 0', () => {
    fc.assert(
      fc.property(anyFills, (fills) => void check(fills)),
      { numRuns: 200 },
    );
  });

  it('is the fold of the fills of a flow, at the reference price and on bars', async () => {
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(flowShapes, async (shape) => {
        const flow = flowOf(shape);
        rows += check(flow.stages.match.output) + check((await filledOnBars(flow)).output);
      }),
      { numRuns: 50 },
    );
    expect(rows).toBeGreaterThan(5);
  });
});
