import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ReusedBytes } from '../../../src/lib/transports/kafka/reused-bytes.js';

it('puts parts together, in the memory of the time before where that is large enough', () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 });
  const memory = new ReusedBytes();
  let largest = 0;
  fc.assert(
    fc.property(parts, (arrays) => {
      const buffers = arrays.map((array) => Buffer.from(array));
      const joined = memory.join(buffers);
      expect(joined.equals(Buffer.concat(buffers))).toBe(true);
      largest = Math.max(largest, joined.length);
      expect(joined.buffer.byteLength).toBe(largest);
    }),
  );
});
