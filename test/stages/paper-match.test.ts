import { expect, test } from 'vitest';
import { someFlow } from '../support/paper-chain.js';
import { matchOnBars } from '../support/paper-stages.js';

test('orders and bars of which a stop has left a part are none', async () => {
  const { configs, filling } = someFlow();
  const match = (orders: string, bars: string, stop?: AbortSignal) => matchOnBars(configs.costs, filling, orders, bars, stop);
  const order = '{"pair":"A';
  const bar = '{"symbol":"A';
  const { counts } = await match(order, bar, AbortSignal.abort('SIGINT'));
  expect(counts.in).toBe(0);
  expect((await match(order, '')).counts).toMatchObject({ in: 1, rejected: 1 });
  await expect(match('', bar)).rejects.toThrow('bars: line 1: no bar: invalid_json');
});
