import { expect, it } from 'vitest';
import { makeBars1sTask } from '../support/stages.js';

it('a task keeps nothing of the bytes of its records, whose memory is used again', () => {
  const task = makeBars1sTask();
  const key = Buffer.from('the key');
  const value = Buffer.from('the value');
  task.push([{ key, value, offset: 7n, timestamp_ms: 0 }]);
  key.fill('x');
  value.fill('x');
  const [reject] = task.take().rejects;
  expect(String(reject?.key)).toBe('the key');
  expect(JSON.parse(String(reject?.value))).toMatchObject({ raw: 'the value' });
});
