import { describe, expect, it } from 'vitest';
import { BoundedQueue } from '../../src/lib/runtime/queue.js';
import { settled } from '../support/clock.js';

describe('BoundedQueue', () => {
  it('hands items out in the order in which they came', async () => {
    const queue = new BoundedQueue<number>(3);
    for (const item of [1, 2, 3]) expect(await queue.put(item)).toBe(true);
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual([1, 2, 3]);
  });

  it('makes the producer wait while it is full', async () => {
    const queue = new BoundedQueue<number>(2);
    await queue.put(1);
    await queue.put(2);
    let isIn = false;
    const putting = queue.put(3).then((result) => (isIn = result));
    await settled();
    expect(isIn).toBe(false);
    expect(await queue.take()).toBe(1);
    expect(await putting).toBe(true);
    expect([await queue.take(), await queue.take()]).toEqual([2, 3]);
    expect(queue.peak).toBe(2);
  });

  it('makes the consumer wait while it is empty', async () => {
    const queue = new BoundedQueue<number>(1);
    let taken: number | undefined;
    const taking = queue.take().then((item) => (taken = item));
    expect(queue.isWaiting()).toBe(true);
    await settled();
    expect(taken).toBeUndefined();
    await queue.put(7);
    await taking;
    expect(taken).toBe(7);
  });

  it('hands out what is inside after its end, then undefined for ever', async () => {
    const queue = new BoundedQueue<number>(2);
    await queue.put(1);
    queue.end();
    expect(queue.isWaiting()).toBe(false);
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual([1, undefined, undefined]);
  });

  it('wakes a waiting consumer at its end', async () => {
    const queue = new BoundedQueue<number>(2);
    const taking = queue.take();
    await settled();
    queue.end();
    expect(await taking).toBeUndefined();
  });

  it('takes nothing more after its end, also from a producer that waits', async () => {
    const queue = new BoundedQueue<number>(1);
    await queue.put(1);
    const putting = queue.put(2);
    queue.end();
    expect(await putting).toBe(false);
    expect(await queue.put(3)).toBe(false);
    expect([await queue.take(), await queue.take()]).toEqual([1, undefined]);
  });

  it('throws a failure behind the last item', async () => {
    const queue = new BoundedQueue<number>(2);
    await queue.put(1);
    queue.fail(new Error('broken'));
    expect(await queue.take()).toBe(1);
    await expect(queue.take()).rejects.toThrow('broken');
  });

  it('is ready as soon as there is an item, and leaves it inside', async () => {
    const queue = new BoundedQueue<number>(1);
    const ready = queue.ready();
    await queue.put(5);
    await ready;
    expect(queue.isWaiting()).toBe(false);
    expect(await queue.take()).toBe(5);
  });

  it('loses and doubles nothing between a fast producer and a slow consumer, and never holds more than its capacity', async () => {
    const queue = new BoundedQueue<number>(3);
    const produce = async (): Promise<void> => {
      for (let item = 0; item < 100; item++) await queue.put(item);
      queue.end();
    };
    const producing = produce();
    const taken: number[] = [];
    for (let item = await queue.take(); item !== undefined; item = await queue.take()) {
      taken.push(item);
      await settled();
    }
    await producing;
    expect(taken).toEqual([...Array(100).keys()]);
    expect(queue.peak).toBe(3);
  });
});
