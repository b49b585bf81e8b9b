import { expect, it } from 'vitest';
import type { KernelCalls } from '../../src/lib/engines/wasm/record-kernel.js';
import { Kernel } from '../../src/lib/runtime/kernel.js';

const HOST = { write: () => undefined, part: () => undefined, drop: () => undefined };

it.each(['bars1s', 'agg'])('%s: says what to do where it may have no more memory, and keeps what it has', (stage) => {
  const { calls, memory } = new Kernel<KernelCalls>(stage, HOST);
  const before = memory.length;

  expect(() => calls.inputFor(2_100_000_000)).toThrow(
    /^a partition needs more than the 2,048 MB that a kernel may have: split it, or take --engine reference$/,
  );

  expect(calls.memory.buffer.byteLength).toBe(before);
});
