import { expect, it } from 'vitest';
import { KernelLines } from '../../src/lib/engines/wasm/kernel-lines.js';

it('lines of a kernel stand in memory that is used again once it is released, and not before', () => {
  const lines = new KernelLines();
  const taken = (text: string): ReturnType<KernelLines['take']> => {
    for (const line of text.match(/.*\n/g) ?? []) lines.add(Buffer.from(line), 1);
    return lines.take();
  };
  const first = taken('a\nb\n');
  const second = taken('c\n');
  expect([first.bytes.toString(), first.records, second.bytes.toString(), second.records]).toEqual(['a\nb\n', 2, 'c\n', 1]);
  first.release?.();
  const third = taken('d\ne\nf\n');
  expect(third.bytes.buffer === first.bytes.buffer).toBe(true);
  expect([second.bytes.toString(), third.bytes.toString()]).toEqual(['c\n', 'd\ne\nf\n']);
  expect(taken('')).toEqual({ bytes: Buffer.alloc(0), records: 0 });

  // More than a page holds.
  second.release?.();
  const long = `${'x'.repeat(100_000)}\n`;
  expect(taken(`y\n${long}`).bytes.toString()).toBe(`y\n${long}`);
});
