import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Buffered, DoubleBuffer } from '../../../src/lib/transports/kafka/double-buffer.js';

class Numbers implements Buffered {
  values: number[] = [];

  get isEmpty(): boolean {
    return this.values.length === 0;
  }

  get isFull(): boolean {
    return this.values.length >= 3;
  }

  clear(): void {
    this.values = [];
  }
}

/** Sends into a list; `turns` says after how many turns of the event loop's microtasks each time. */
function sender(sent: number[], turns: () => number): DoubleBuffer<Numbers> {
  return new DoubleBuffer(new Numbers(), new Numbers(), async ({ values }) => {
    const own = [...values];
    for (let left = turns(); left > 0; left--) await Promise.resolve();
    expect(values).toEqual(own);
    sent.push(...own);
  });
}

describe('two buffers in turn', () => {
  it('send everything in order, whenever it comes and however long it takes', async () => {
    const steps = fc.array(fc.record({ wait: fc.nat({ max: 12 }), count: fc.nat({ max: 4 }) }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(steps, fc.array(fc.nat({ max: 8 }), { minLength: 1 }), fc.boolean(), async (puts, times, isFinished) => {
        const sent: number[] = [];
        let calls = 0;
        const buffers = sender(sent, () => times[calls++ % times.length] as number);
        let next = 0;
        for (const { wait, count } of puts) {
          for (let left = wait; left > 0; left--) await Promise.resolve();
          for (let left = count; left > 0; left--) {
            buffers.filling.values.push(next++);
            expect(buffers.filling.values.length).toBeLessThanOrEqual(3);
            if (buffers.filling.isFull) await buffers.room();
          }
          buffers.flush();
        }
        if (isFinished) await buffers.finish();
        // What is flushed is sent without anybody waiting for it.
        else await new Promise((resolve) => setImmediate(resolve));
        expect(sent).toEqual(Array.from({ length: next }, (_, at) => at));
      }),
      { numRuns: 500 },
    );
  });

  it('say of a failure whenever they are asked again, and send nothing behind it', async () => {
    const sent: number[][] = [];
    const buffers = new DoubleBuffer(new Numbers(), new Numbers(), ({ values }) => {
      sent.push([...values]);
      return Promise.reject(new Error('refused'));
    });
    buffers.filling.values.push(1);
    buffers.flush();
    buffers.filling.values.push(2, 3, 4);
    await expect(buffers.room()).rejects.toThrow('refused');
    expect(() => buffers.flush()).toThrow('refused');
    await expect(buffers.finish()).rejects.toThrow('refused');
    expect(sent).toEqual([[1]]);
  });
});
