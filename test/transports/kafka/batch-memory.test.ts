import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BatchMemory } from '../../../src/lib/transports/kafka/batch-memory.js';

it('gives each batch of a transaction bytes of its own, and the next transaction the same ones again', () => {
  const memory = new BatchMemory();
  let largest = 0;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 8 }), (sizes) => {
      const batches = sizes.map((size) => memory.take(size));
      for (const [index, batch] of batches.entries()) batch.fill(index);
      expect(batches.map((batch) => [...batch])).toEqual(sizes.map((size, index) => new Array<number>(size).fill(index)));
      const all = sizes.reduce((sum, size) => sum + size, 0);
      if (all <= largest) expect(new Set(batches.map(({ buffer }) => buffer)).size).toBe(1);
      largest = Math.max(largest, all);
      memory.reuse();
    }),
  );
});
